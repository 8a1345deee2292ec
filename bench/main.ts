import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { load, parseEvents } from 'js-yaml';
import { Bench } from 'tinybench';
import { buildCluster } from '../src/cluster/index.ts';
import { readManifests } from '../src/manifest/index.ts';
import type { Request } from '../src/model/index.ts';
import { decide } from '../src/verdict/index.ts';
import { readDocuments } from '../src/yaml/index.ts';
import { benchComponents } from './components.ts';
import { benchLab } from './lab.ts';
import { benchLogs } from './logs.ts';
import { benchMaps, benchUpdate } from './maps.ts';

const root = join(import.meta.dirname, '..');

/** The text of a generated cluster. */
function workload(...flags: string[]): string {
  const script = join(import.meta.dirname, 'generate-cluster.mjs');
  const run = spawnSync(process.execPath, [script, ...flags, '--stdout'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout;
}

const micro = [
  '--pods',
  '1000',
  '--namespaces',
  '30',
  '--policies',
  '300',
  '--authorization-policies',
  '75',
  '--seed',
  '1',
];
/** About 50 MB of text. */
const large = [
  '--pods',
  '47000',
  '--namespaces',
  '300',
  '--policies',
  '9000',
  '--authorization-policies',
  '2000',
  '--seed',
  '1',
  '--pods-as',
  'pods',
];
const rounds = 3;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
say(`node ${process.version}, ${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown processor'}`);
const flags = process.argv.slice(2);
if (flags.includes('--maps')) {
  benchMaps(['1k', '3k', '10k', 'flat', '100k'], flags.includes('--peers'));
  benchUpdate();
  process.exit(0);
}
if (flags.includes('--lab')) {
  benchLab();
  process.exit(0);
}
if (flags.includes('--logs')) {
  benchLogs(Number(flags[flags.indexOf('--logs') + 1] ?? 100) || 100);
  process.exit(0);
}
if (flags.includes('--components')) {
  benchComponents();
  process.exit(0);
}
if (flags.includes('--fleet')) {
  benchMaps(['1m'], false);
  process.exit(0);
}
// First of all: a process that has grown takes longer to start others.
benchCommand();
benchMaps(['1k', '3k', '10k', 'flat', '100k'], flags.includes('--peers'));
benchUpdate();
await benchDecide();
benchComponents();
benchReading();
benchList();

/** One `decide` on the 1,000-pod workload, over all kinds of pairs. */
async function benchDecide(): Promise<void> {
  const cluster = buildCluster(readManifests([{ name: 'cluster.yaml', text: workload(...micro) }]));
  const pods = [...cluster.pods.values()];
  const services = [...cluster.services.values()].filter((service) => service.spec.ports.length > 0);
  let i = 0;
  const next = (): Request => {
    i++;
    const source = pods[(i * 7919) % pods.length]!;
    const service = services[(i * 104_729) % services.length]!;
    const port = service.spec.ports[0]!;
    const { namespace, name } = service.metadata;
    return {
      source: { kind: 'pod', namespace: source.namespace, name: source.name },
      destination: { kind: 'service', namespace, name },
      port: port.port,
      protocol: port.protocol,
      http: { method: 'GET', path: '/', host: `${name}.${namespace}` },
      complete: true,
    };
  };
  const bench = new Bench({ time: 2000, warmupTime: 500 });
  bench.add('decide, pod to Service', () => void decide(cluster, next()));
  await bench.run();
  for (const { name, result } of bench.tasks) {
    if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`);
    const { p50, p99 } = result.latency;
    say(
      `${name}, 1,000 pods: median ${(p50 * 1000).toFixed(1)} µs, p99 ${(p99 * 1000).toFixed(1)} µs (goal: median under 50)`,
    );
  }
}

/** Reading, against js-yaml's parseEvents over the same text split at document markers; ratios within one run. */
function benchReading(): void {
  const text = workload(...large);
  const size = (text.length / 1e6).toFixed(1);
  const yardstick = best(() => {
    for (const piece of text.split(/^---$/m)) parseEvents(piece, {});
  });
  const nodes = best(() => {
    for (const document of readDocuments(text))
      if (document.root === undefined && document.problems.length > 0) throw new Error('unreadable');
  });
  const objects = best(() => void readManifests([{ name: 'cluster.yaml', text }]));
  say(`reading ${size} MB, best of ${rounds}: js-yaml parseEvents ${ms(yardstick)}`);
  say(`  yaml/ alone ${ms(nodes)} = ${(nodes / yardstick).toFixed(2)} × (goal: 1.0)`);
  say(`  decoded objects ${ms(objects)} = ${(objects / yardstick).toFixed(2)} × (goal: 2.5)`);
  say(`  memory of a process that reads it: ${memoryOf(text)} (goal: under 500 MB)`);
}

/** Reading 50 MB that are one List, as `kubectl get -A` prints it. */
function benchList(): void {
  const documents = workload(...large);
  const text = asList(documents);
  const yardstick = best(() => void parseEvents(text, {}));
  const objects = best(() => void readManifests([{ name: 'list.yaml', text }]));
  say(`reading one List: decoded objects ${ms(objects)} = ${(objects / yardstick).toFixed(2)} × (goal: 2.5)`);
  say(`  memory: ${memoryOf(text)}; as JSON ${memoryOf(asJson(documents))} (goal: under 500 MB)`);
}

/** The least time of some rounds. */
function best(run: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/** The highest resident memory of a process that reads a text and keeps its objects. */
function memoryOf(text: string): string {
  const child = spawnSync(process.execPath, [join(import.meta.dirname, 'read-memory.ts')], {
    input: text,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (child.status !== 0) throw new Error(child.stderr);
  return `${child.stdout.trim()}, ${(text.length / 1e6).toFixed(1)} MB of text`;
}

/** The documents of a text as `kubectl get -o yaml` gives them: items of one List. */
function asList(text: string): string {
  const items = documentsOf(text).map((piece) => `- ${piece.trimEnd().replaceAll(/\n(?=.)/g, '\n  ')}\n`);
  return `apiVersion: v1\nitems:\n${items.join('')}kind: List\n`;
}

/** The same as one line of JSON. */
function asJson(text: string): string {
  const items = documentsOf(text).map((piece) => load(piece));
  return `${JSON.stringify({ apiVersion: 'v1', items, kind: 'List' })}\n`;
}

function documentsOf(text: string): string[] {
  return text.split(/^---\n/m).filter((piece) => /^kind:/m.test(piece));
}

/** The built command on the tutorial, and with one chart of Istio, as multiples of `node -e 0`. */
function benchCommand(): void {
  const main = join(root, 'dist/cli/main.cjs');
  if (!existsSync(main)) {
    say('the built command: not measured, run `npm run build` first');
    return;
  }
  const folder = join(root, 'scenarios/two-namespaces');
  const once = (...args: string[]): number => {
    const start = performance.now();
    spawnSync(process.execPath, args, { cwd: folder });
    return performance.now() - start;
  };
  const check = [
    main,
    'check',
    '-f',
    'namespaces.yaml',
    '-f',
    'app-1.yaml',
    '-f',
    'app-2.yaml',
    '-f',
    'deny-all-networkpolicy.yaml',
  ];
  const command = [...check, 'np-test-1/np-test-nginx-1', 'http://svc-np-test-nginx-2.np-test-2/'];
  const median = (args: string[]): number =>
    Array.from({ length: 21 }, () => once(...args)).sort((a, b) => a - b)[10]!;
  const istio = [
    main,
    'istio',
    'policies',
    '--chart',
    'istiod',
    '--set',
    'global.networkPolicy.enabled=true',
  ];
  const empty = median(['-e', '0']);
  for (const [what, words] of [
    ['check on the tutorial', command],
    ['istio policies of one chart', istio],
  ] as const) {
    const whole = median([...words]);
    say(`${what}: ${ms(whole)}, node -e 0: ${ms(empty)} = ${(whole / empty).toFixed(2)} × (goal: under 3)`);
  }
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}
