import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeText, readDocuments, toJson } from './index.ts';

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
if (!hasKubectl) {
  console.warn('NOT RUN: kubectl is not installed, so nothing holds this reader against the original.');
}

const words = (
  'a|b|k|1|010|1.0|yes|~|"q"|\'s\'|"m\\n"|[|]|{|}|, |,|: |:|- |-|? |?|&x |*x|*x |!!str |!t |! |!!int |#c| #c|# c\n|\n|\n  |\n  |' +
  '\n    |\n |  |\t|%|@|`|"|\'|\\|<<: |\r\n|\r|\u0085|\u2028|é|😀|::|2001:db8::|x: y\n|\n  - |\n  k: |: v\n|0x1F|1_0|.5|1e3|null|' +
  'true: |...\n|---\n|\ufeff'
).split('|');

const seeds = [
  'a: 1\n  b:\n  - c: d # e\n    f: [g, "h", {i: j}]\n  - k\n',
  'a: "one\ntwo"\n  b: \'three\n\n   four\'\n  c: five\n    six\n',
  'a: &x {p: 1, q: [2, 3]}\n  b: *x\n  c:\n    <<: *x\n    p: 4\n  ? d\n  : e\n',
  'args: [\n    "a",\n    b: c\n  ]\n  cidr: 2001:db8::/32\n  l: [10.0.0.0/8, fe80::]\n',
];

const soup = fc
  .array(fc.constantFrom(...words, '|', '>', '|-\n', '>+\n    '), { maxLength: 14 })
  .map((all) => all.join(''));
const edit = fc.record({ at: fc.nat(200), cut: fc.nat(3), word: fc.constantFrom(...words) });
const edited = fc
  .tuple(fc.constantFrom(...seeds), fc.array(edit, { minLength: 1, maxLength: 3 }))
  .map(([seed, edits]) => edits.reduce(apply, seed));

function apply(text: string, { at, cut, word }: { at: number; cut: number; word: string }): string {
  const position = at % (text.length + 1);
  return text.slice(0, position) + word + text.slice(position + cut);
}

/** What stands under `spec` of an object with that name, or `refused`. */
type Outcome = string;

function ours(name: string, text: string): Outcome | undefined {
  for (const { root, problems } of readDocuments(decodeText(Buffer.from(text)).text)) {
    if (problems.some(({ code }) => code === 'clashing-keys')) return undefined; // random in kubectl
    if (root === undefined) return problems.length > 0 ? 'refused' : undefined;
    const object = JSON.parse(toJson(root)) as {
      kind?: unknown;
      metadata?: { name?: unknown };
      spec?: unknown;
    };
    return object.kind === 'Widget' && object.metadata?.name === name ? canonical(object.spec) : undefined;
  }
  return undefined;
}

/** kubectl patches every file with nothing: it reads and prints, without a server, and goes on after a bad file. */
function kubectl(folder: string): Map<string, Outcome> {
  const patch = [
    'patch',
    '--kubeconfig',
    '/dev/null',
    '--local',
    '--type',
    'merge',
    '-p',
    '{}',
    '-o',
    'json',
    '-f',
    folder,
  ];
  const { stdout, stderr } = spawnSync('kubectl', patch, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const outcomes = new Map<string, Outcome>();
  for (const [, name] of stderr.matchAll(/error parsing \S*?(n\d+)\.yaml/g)) outcomes.set(name!, 'refused');
  const objects = stdout.trim() === '' ? '' : stdout.trim().replaceAll('\n}\n{\n', '\n},\n{\n');
  const printed = JSON.parse(`[${objects}]`) as { metadata?: { name?: unknown }; spec?: unknown }[];
  for (const object of printed) {
    const name = object.metadata?.name;
    if (typeof name === 'string' && !outcomes.has(name)) outcomes.set(name, canonical(object.spec));
  }
  return outcomes;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'absent';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join()}}`;
}

it.runIf(hasKubectl)('reads generated texts as kubectl does', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-yaml-'));
  try {
    const texts = new Map<string, string>();
    for (const body of fc.sample(fc.oneof(soup, edited), { seed: 20260729, numRuns: 800 })) {
      const name = `n${texts.size}`;
      const text = `apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: ${name}}\nspec:\n  ${body.toWellFormed()}`;
      texts.set(name, text);
      writeFileSync(join(folder, `${name}.yaml`), text);
    }
    const theirs = kubectl(folder);
    const different: unknown[] = [];
    let compared = 0;
    let refused = 0;
    for (const [name, text] of texts) {
      const expected = theirs.get(name);
      const got = ours(name, text);
      if (expected === undefined || got === undefined) continue;
      compared++;
      if (expected === 'refused') refused++;
      if (expected !== got) different.push({ text, expected, got });
    }
    expect(different).toEqual([]);
    expect(refused).toBeGreaterThan(200);
    expect(compared - refused).toBeGreaterThan(100);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
