import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { difference } from '../../conformance/runner/diff.ts';
import {
  type ComponentFinding,
  type Rendering,
  renderComponent,
  type Values,
} from '../../src/istio/components/index.ts';
import { type FoundChart, findCharts, missing } from './charts.ts';
import { type Helmed, helmTemplate, helmVersion, policyOnly } from './helm.ts';
import {
  namespaces,
  pick,
  randomFrom,
  randomSettings,
  releaseNames,
  type Setting,
  valuesOf,
} from './random-values.ts';

/**
 * Random values through the real Helm and through Portcullis, object for object:
 * `npm run conformance:helm -- --helm PATH --charts FOLDER [--istio VERSION] [--seed N] [--rounds M]`
 */
const usage =
  'npm run conformance:helm -- [--helm PATH] --charts FOLDER [--charts FOLDER]... [--istio VERSION] [--seed N] [--rounds M]';
const flags = readFlags();
const seed = readNumber('seed');
const rounds = readNumber('rounds');
const helm = flags.helm;
const version = helmVersion(helm);
if (version === undefined) notChecked(`no helm to run at ${helm}: give one by --helm PATH`);
if (flags.charts.length === 0)
  notChecked('no charts of Istio: give a folder by --charts FOLDER or ISTIO_CHARTS');
const found = flags.charts.flatMap((folder) => search(folder));
if (found.length === 0) notChecked(`no charts of Istio 1.28 or later below ${flags.charts.join(', ')}`);
const scratch = mkdtempSync(join(tmpdir(), 'conformance-helm-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const reduced = new Map(found.map((chart) => [chart, policyOnly(chart, scratch)]));
const totals = {
  agreed: 0,
  policies: 0,
  none: 0,
  failures: 0,
  differed: 0,
  random: 0,
  wholeStops: 0,
  untold: 0,
  told: 0,
};
const untoldAt = new Map<string, { count: number; readonly example: string }>();

interface Tried {
  readonly chart: FoundChart;
  readonly release: string;
  readonly namespace: string;
  readonly values: Values;
}

for (let round = 0; round < rounds; round++) {
  const random = randomFrom(seed + round);
  const chart = pick(random, found);
  const release = pick(random, releaseNames);
  const namespace = pick(random, namespaces);
  const settings = randomSettings(random, chart.chart);
  const make = (some: readonly Setting[]): Tried => ({ chart, release, namespace, values: valuesOf(some) });
  const wrong = await compare(make(settings), true);
  if (wrong === undefined) continue;
  totals.differed++;
  const least = await shrink(settings, async (some) => (await compare(make(some), false)) !== undefined);
  const tried = make(least);
  process.stdout.write(
    `DIFFERS --seed ${seed + round} --rounds 1: ${chart.chart} of ${chart.version.text}, release ${release}, namespace ${namespace}, values ${show(tried.values)}\n${(await compare(tried, false)) ?? wrong}\n`,
  );
}
for (const [where, { count, example }] of untoldAt)
  process.stdout.write(`stopped unforeseen ${count} times: ${where}\n  ${example}\n`);
const { agreed, policies, none, failures, differed, random: byChance, wholeStops, told, untold } = totals;
process.stdout.write(
  `helm ${version}, seed ${seed}, ${rounds} rounds over ${found.length} charts: ${agreed} agree (${policies} policies, ${none} without one, ${failures} failures), ${differed} differ, ${byChance} where Helm's own result changes from run to run; another template or the schema stopped the whole chart ${wholeStops} times, ${told} foretold, ${untold} not\n`,
);
for (const chart of missing(found)) process.stdout.write(`NOT CHECKED: ${chart}, which is not there\n`);
process.exitCode = differed === 0 ? 0 : 1;

/** What differs between Helm and Portcullis, in words. */
async function compare(
  { chart, release, namespace, values }: Tried,
  count: boolean,
): Promise<string | undefined> {
  const { version, chartVersion, appVersion } = chart;
  const ours = renderComponent({
    chart: chart.chart,
    version,
    name: release,
    namespace,
    values,
    chartVersion,
    appVersion,
  });
  const install = { release, namespace, values };
  const [alone, whole] = await Promise.all([
    helmTemplate(
      helm,
      { ...install, folder: reduced.get(chart)!, flags: ['--skip-schema-validation'] },
      scratch,
    ),
    helmTemplate(helm, { ...install, folder: chart.folder, flags: [] }, scratch),
  ]);
  // What changes from run to run is no yardstick.
  if (ours.findings.some(({ code }) => code === 'PC3419')) {
    if (count) totals.random++;
    return undefined;
  }
  const wrong = policyDifference(ours, alone) ?? wholeDifference(ours, whole, alone);
  if (!count || wrong !== undefined) return wrong;
  totals.agreed++;
  totals[ours.kind === 'policy' ? 'policies' : ours.kind === 'none' ? 'none' : 'failures']++;
  if (whole.kind === 'failed' && alone.kind !== 'failed')
    countStop(whole.message, ours, `${chart.chart} of ${version.text} ${show(values)}`);
  return undefined;
}

function countStop(message: string, ours: Rendering, example: string): void {
  totals.wholeStops++;
  if (ours.findings.some(foretells)) {
    totals.told++;
    return;
  }
  totals.untold++;
  const where = wording(message).slice(0, 160).replace(/\s+/g, ' ');
  const before = untoldAt.get(where);
  untoldAt.set(where, { count: (before?.count ?? 0) + 1, example: before?.example ?? example });
}

/** The chart's schema, or another of its templates, is said to stop Helm. */
function foretells({ code }: ComponentFinding): boolean {
  return code === 'PC3417' || code === 'PC3418';
}

function policyDifference(ours: Rendering, helms: Helmed): string | undefined {
  if (ours.kind === 'failed') {
    if (helms.kind === 'unreadable') return undefined;
    if (helms.kind !== 'failed')
      return `Helm renders ${show(helms.policy)}, Portcullis fails: ${ours.message}`;
    const [expected, got] = [wording(helms.message), wording(ours.message)];
    return expected === got ? undefined : `Helm: ${expected}\nPortcullis: ${got}`;
  }
  if (helms.kind === 'failed') return `Helm fails: ${helms.message}, Portcullis: ${ours.kind}`;
  if (helms.kind === 'unreadable') return `nobody can read what Helm prints, Portcullis: ${ours.kind}`;
  return difference(helms.policy, ours.kind === 'policy' ? ours.policy : null);
}

/** The whole chart gives the same object, unless something else in it stops Helm, which then is to be foretold; and what is foretold is to happen. */
function wholeDifference(ours: Rendering, whole: Helmed, alone: Helmed): string | undefined {
  const refused = schemaDifference(ours, whole);
  if (refused !== undefined) return refused;
  if (whole.kind !== 'rendered' || alone.kind !== 'rendered') return undefined;
  const alarm = ours.findings.find(foretells);
  if (alarm !== undefined) return `Helm renders the whole chart, Portcullis says: ${alarm.message}`;
  const wrong = difference(whole.policy, ours.kind === 'policy' ? ours.policy : null);
  return wrong === undefined ? undefined : `the whole chart: ${wrong}`;
}

/** What the chart's schema refuses, one line for each value: the same as Helm's validator says. */
function schemaDifference(ours: Rendering, whole: Helmed): string | undefined {
  const got = ours.findings
    .filter(({ code }) => code === 'PC3417')
    .map(({ message, path = [] }) => {
      const words = message.slice(message.lastIndexOf(': ') + 2);
      return words.startsWith('additional')
        ? words
        : `at '${path.map((step) => `/${step}`).join('')}': ${words}`;
    });
  const expected = whole.kind === 'failed' ? schemaLines(whole.message) : [];
  const wrong = difference(expected.sort(), got.sort());
  return wrong === undefined ? undefined : `the schema: ${wrong}`;
}

function schemaLines(message: string): string[] {
  return [...message.matchAll(/^ *- (at '.*?': (.*))$/gm)].flatMap(([, line = '', words = '']) => {
    if (words === 'validation failed') return [];
    const more = /^additional properties (.*) not allowed$/.exec(words)?.[1];
    return more === undefined
      ? [line]
      : more.split(', ').map((name) => `additional properties ${name} not allowed`);
  });
}

/** A failure without line and column; of what YAML refuses only that it does. */
function wording(message: string): string {
  const plain = message
    .replace(/^Error: /, '')
    .replace(/\n\nUse --debug[\s\S]*$/, '')
    .replace(/(\.(?:yaml|tpl)):\d+(?::\d+)?/g, '$1')
    .trim();
  if (plain.startsWith('YAML parse error')) return plain.replace(/: .*$/s, '');
  return plain.replace(/Defaults set:[\s\S]*$/, 'Defaults set:');
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `${item}n` : item));
}

/** The fewest settings with which it still differs. */
async function shrink(
  settings: readonly Setting[],
  differs: (some: readonly Setting[]) => Promise<boolean>,
): Promise<readonly Setting[]> {
  let left = settings;
  for (let i = 0; i < left.length; ) {
    const without = left.filter((_, at) => at !== i);
    if (await differs(without)) left = without;
    else i++;
  }
  return left;
}

function search(folder: string): readonly FoundChart[] {
  try {
    return findCharts(folder, flags.istio);
  } catch (error) {
    return notChecked((error as Error).message);
  }
}

function readFlags(): {
  readonly helm: string;
  readonly charts: readonly string[];
  readonly istio?: string;
  readonly seed: string;
  readonly rounds: string;
} {
  try {
    const { values } = parseArgs({
      options: {
        helm: { type: 'string', default: process.env.HELM ?? 'helm' },
        charts: { type: 'string', multiple: true, default: process.env.ISTIO_CHARTS?.split(':') ?? [] },
        istio: { type: 'string' },
        seed: { type: 'string', default: String(Math.floor(Date.now() / 1000)) },
        rounds: { type: 'string', default: '200' },
      },
    });
    return values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function readNumber(flag: 'seed' | 'rounds'): number {
  const text = flags[flag];
  return /^\d+$/.test(text) ? Number(text) : refuse(`--${flag} ${text} is no whole number`);
}

function refuse(why: string): never {
  process.stderr.write(`error: ${why}\n${usage}\n`);
  process.exit(64);
}

/** Nothing could be compared; docs/conformance.md says how to get what is missing. */
function notChecked(why: string): never {
  process.stderr.write(`NOT CHECKED against Helm: ${why}\n${usage}\nHow to get both: docs/conformance.md\n`);
  process.exit(2);
}
