import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Value, Values } from '../../src/istio/components/index.ts';
import { readDocuments, toPlainValue } from '../../src/yaml/index.ts';
import type { FoundChart } from './charts.ts';

/** What Helm made of a chart: its NetworkPolicy as YAML reads it, null where it has none, or why it stopped. */
export type Helmed =
  | { readonly kind: 'rendered'; readonly policy: unknown }
  /** It printed a text that is no YAML. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'failed'; readonly message: string };

/** The version of a helm, or `undefined` where there is none to run. */
export function helmVersion(helm: string): string | undefined {
  const run = spawnSync(helm, ['version', '--short'], { encoding: 'utf8' });
  return run.status === 0 ? run.stdout.trim() : undefined;
}

/** A copy of a chart with the templates only that its NetworkPolicy needs, so that no other one stops Helm. */
export function policyOnly(chart: FoundChart, into: string): string {
  const folder = join(into, `${chart.version.text}-${chart.chart}`);
  mkdirSync(join(folder, 'templates'), { recursive: true });
  for (const name of ['Chart.yaml', 'values.yaml', 'files']) {
    if (existsSync(join(chart.folder, name)))
      cpSync(join(chart.folder, name), join(folder, name), { recursive: true });
  }
  for (const name of readdirSync(join(chart.folder, 'templates'))) {
    if (/^(?:zz|_)|^networkpolicy\.yaml$/.test(basename(name)))
      cpSync(join(chart.folder, 'templates', name), join(folder, 'templates', name));
  }
  return folder;
}

export interface Installation {
  readonly folder: string;
  readonly release: string;
  readonly namespace: string;
  readonly values: Values;
  readonly flags: readonly string[];
}

/** Runs `helm template`. Integers that are `bigint` are given by `--set`, as only that keeps them integers. */
export async function helmTemplate(helm: string, install: Installation, scratch: string): Promise<Helmed> {
  const file = join(scratch, `values-${process.pid}-${counter++}.json`);
  const sets: string[] = [];
  writeFileSync(file, JSON.stringify(withoutIntegers(install.values, '', sets)));
  const { folder, release, namespace, flags } = install;
  const given = [
    'template',
    release,
    folder,
    '-n',
    namespace,
    '-f',
    file,
    ...sets.flatMap((set) => ['--set', set]),
    ...flags,
  ];
  const { status, stdout, stderr } = await run(helm, given);
  return status === 0
    ? policyIn(stdout)
    : {
        kind: 'failed',
        message: stderr
          .split('\n')
          .filter((line) => line.startsWith('Error: ') || !/^(?:coalesce|[0-9]{4}\/)/.test(line))
          .join('\n'),
      };
}

let counter = 0;

function run(
  command: string,
  args: readonly string[],
): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ status: code ?? 1, stdout, stderr }));
  });
}

function withoutIntegers(value: Value, path: string, sets: string[]): unknown {
  if (typeof value === 'bigint') {
    sets.push(`${path}=${value}`);
    return null;
  }
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item, i) => withoutIntegers(item, `${path}[${i}]`, sets));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const escaped = key.replace(/[\\.,=[\]{}]/g, '\\$&');
      return [key, withoutIntegers(item as Value, path === '' ? escaped : `${path}.${escaped}`, sets)];
    }),
  );
}

function policyIn(text: string): Helmed {
  for (const { root, problems } of readDocuments(text)) {
    if (problems.some(({ severity }) => severity === 'error')) return { kind: 'unreadable' };
    if (root?.kind !== 'mapping') continue;
    const value = toPlainValue(root) as { kind?: unknown };
    if (value.kind === 'NetworkPolicy') return { kind: 'rendered', policy: value };
  }
  return { kind: 'rendered', policy: null };
}
