import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCluster, replacePolicy } from '../src/cluster/index.ts';
import { readManifests } from '../src/manifest/index.ts';
import type { NetworkPolicy } from '../src/model/index.ts';
import { mapReach, updateReach } from '../src/reach/index.ts';
import { canMeasure, costOf, describeCost } from './processes.ts';

const root = join(import.meta.dirname, '..');
// A fleet needs more room than Node gives by itself.
const command = [process.execPath, '--max-old-space-size=16000', join(root, 'dist/cli/main.cjs')];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The sizes that are measured, by the generator's flags. */
const workloads = {
  '1k': '--pods 1000 --namespaces 30 --policies 300 --authorization-policies 75',
  '3k': '--pods 3000 --namespaces 50 --policies 800 --authorization-policies 200',
  '10k': '--pods 10000 --namespaces 100 --policies 2000 --authorization-policies 500',
  flat: '--shape flat --pods 1000 --namespaces 10 --policies 300 --authorization-policies 75',
  '100k': '--pods 100000 --namespaces 500 --policies 20000 --authorization-policies 5000',
  '1m': '--pods 1000000 --namespaces 3000 --policies 60000 --authorization-policies 15000',
} as const;
type Workload = keyof typeof workloads;

/** All pairs, whole processes: `portcullis map` from text to its summary, once as generated and once with every namespace in the mesh. */
export function benchMaps(sizes: readonly Workload[], peers: boolean): void {
  if (!canMeasure()) {
    say('maps: not measured, GNU time is not at /usr/bin/time (apt-get install time)');
    return;
  }
  for (const name of sizes) {
    const folder = mkdtempSync(join(tmpdir(), `portcullis-${name}-`));
    try {
      benchMap(name, folder, peers);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

function benchMap(name: Workload, folder: string, peers: boolean): void {
  generate(name, folder);
  const text = readdirSync(folder).reduce((sum, file) => sum + readFileSync(join(folder, file)).length, 0);
  const yardstick = costOf([process.execPath, join(import.meta.dirname, 'parse-events.ts'), folder]);
  say(
    `${name}, ${(text / 1e6).toFixed(1)} MB of text; js-yaml parseEvents alone: ${describeCost(yardstick)}`,
  );
  const network = costOf([...command, 'map', '-f', folder, '--layer', 'network'], 600);
  say(`  map --layer network: ${describeCost(network)}`);
  if (peers && name !== '100k' && name !== '1m') benchPeer(folder);
  putIntoMesh(folder);
  const both = costOf([...command, 'map', '-f', folder], 600);
  const times = (both.wall / yardstick.wall).toFixed(1);
  say(
    `  map, both layers, all in the mesh: ${describeCost(both)} = ${times} × parseEvents; ${classesIn(both.output)}`,
  );
}

function classesIn(output: string): string {
  return /[\d,]+ classes/.exec(output)?.[0] ?? '';
}

/** The peer's `list` over the same folder, which knows NetworkPolicies alone. */
function benchPeer(folder: string): void {
  if (spawnSync('netpol-analyzer', ['--help']).error !== undefined) {
    say('  netpol-analyzer: not measured, it is not on PATH');
    return;
  }
  say(
    `  netpol-analyzer list: ${describeCost(costOf(['netpol-analyzer', 'list', '--dirpath', folder, '-q']))}`,
  );
}

function generate(name: Workload, folder: string): void {
  const script = join(import.meta.dirname, 'generate-cluster.mjs');
  const flags = [...workloads[name].split(' '), '--seed', '1', '--out', folder];
  const run = spawnSync(process.execPath, [script, ...flags], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
}

/** The generator says nothing of Istio's injection: with this label on every namespace, its Istio policies are in force. */
function putIntoMesh(folder: string): void {
  const path = join(folder, 'namespaces.yaml');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replaceAll('  labels:\n', '  labels:\n    istio-injection: enabled\n'));
}

/** One policy of a cluster of 10,000 pods changes: the new map, in a process that has the old one. */
export function benchUpdate(): void {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-update-'));
  try {
    generate('10k', folder);
    putIntoMesh(folder);
    const texts = readdirSync(folder)
      .sort()
      .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
    const cluster = buildCluster(readManifests(texts));
    const map = mapReach(cluster);
    const policies = [...cluster.policies.network.values()].flat();
    const times = Array.from({ length: 40 }, (_, i) => {
      const before = policies[(i * 49 + 7) % policies.length]!;
      const changed = replacePolicy(cluster, before, withoutFirstRule(before));
      const start = performance.now();
      updateReach(map, changed);
      return performance.now() - start;
    }).sort((a, b) => a - b);
    say(
      `one of 2,000 policies changed, 10,000 pods: the new map in a median of ${times[20]!.toFixed(0)} ms, at most ${times[39]!.toFixed(0)} ms (goal: under 50)`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function withoutFirstRule(policy: NetworkPolicy): NetworkPolicy {
  const { ingress = [], egress = [] } = policy.spec;
  return { ...policy, spec: { ...policy.spec, ingress: ingress.slice(1), egress: egress.slice(1) } };
}
