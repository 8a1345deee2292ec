import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findEnvoy } from '../src/lab/index.ts';
import { formatYaml, type JsonValue } from '../src/report/index.ts';

const root = join(import.meta.dirname, '..');
const command = join(root, 'dist/cli/main.cjs');
const name = `bench-${process.pid}`;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** What docs/performance.md says of the lab: the built command, as a person would use it. By the built-in proxy, and what costs time and memory by Envoy, too. */
export function benchLab(): void {
  benchEmpty();
  benchRequest('built-in');
  benchPods('built-in', 50);
  benchVerify();
  const { usable } = findEnvoy(process.env);
  if (usable === undefined) {
    say('Envoy: not measured, this machine has none');
    return;
  }
  benchRequest('envoy');
  benchPods('envoy', 10);
}

type Proxy = 'built-in' | 'envoy';

interface Run {
  readonly seconds: number;
  readonly output: string;
}

function lab(words: readonly string[], input = ''): Run {
  const begun = performance.now();
  const run = spawnSync(process.execPath, [command, 'lab', ...words], { encoding: 'utf8', input, cwd: '/' });
  if (run.status !== 0)
    throw new Error(`lab ${words.join(' ')}: exit code ${run.status}\n${run.stdout}${run.stderr}`);
  return { seconds: (performance.now() - begun) / 1000, output: run.stdout };
}

const down = (): Run => lab(['down', '--name', name]);

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

function benchEmpty(): void {
  const runs = Array.from(
    { length: 5 },
    () => lab(['up', '--name', name, '--empty']).seconds + down().seconds,
  );
  say(`empty lab, up and down: median ${median(runs).toFixed(2)} s`);
}

function benchRequest(proxy: Proxy): void {
  lab(['up', '--name', name, '--proxy', proxy, '-f', '-'], servers('a', 2, true));
  const inPod = ['exec', '--name', name, 'a/web-0', '--'];
  const format = '%{time_total}\\n';
  const script = `for i in $(seq 300); do echo 'url = http://web-1.a/'; echo 'output = /dev/null'; done | curl -s -K - -w '${format}'`;
  const times = lab([...inPod, 'sh', '-c', script])
    .output.trim()
    .split('\n')
    .map(Number)
    .slice(50);
  down();
  say(`one request through two sidecars (${proxy}): median ${(median(times) * 1000).toFixed(2)} ms`);
}

function benchPods(proxy: Proxy, count: number): void {
  const words = ['up', '--name', name, '--proxy', proxy, '-f', '-', '--timeout', '120s'];
  const { seconds } = lab(words, servers('a', count, true));
  const pid = labPid();
  const pss = processTree(pid).reduce((sum, each) => sum + pssOf(each), 0);
  down();
  say(
    `${count} pods with sidecars (${proxy}): up after ${seconds.toFixed(1)} s, ${Math.round(pss / 1024)} MB PSS`,
  );
}

function benchVerify(): void {
  lab(
    ['up', '--name', name, '--proxy', 'built-in', '-f', '-'],
    `${servers('a', 10, true)}---\n${servers('b', 10, false)}---\n${closed}`,
  );
  const { seconds, output } = lab(['verify', '--name', name, '--all']);
  down();
  say(`verify --all on 20 pods: ${seconds.toFixed(1)} s; ${output.trim().split('\n').at(-1)}`);
}

/** Pods `web-N` with nginx, each with a Service of its own. */
function servers(namespace: string, count: number, mesh: boolean): string {
  const labels = mesh ? { 'istio-injection': 'enabled' } : {};
  const objects: object[] = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }];
  for (let i = 0; i < count; i++) {
    const metadata = {
      name: `web-${i}`,
      namespace,
      labels: { app: `web-${i}`, tier: i % 2 === 0 ? 'even' : 'odd' },
    };
    const ports = [{ name: 'http', containerPort: 80 }];
    objects.push(
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata,
        spec: { containers: [{ name: 'nginx', image: 'nginx', ports }] },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { selector: { app: `web-${i}` }, ports: [{ name: 'http', port: 80 }] },
      },
    );
  }
  return objects.map((object) => formatYaml(object as JsonValue)).join('---\n');
}

/** Half of the second namespace takes nothing, half of the first only from its own. */
const closed = [
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'closed', namespace: 'b' },
    spec: { podSelector: { matchLabels: { tier: 'even' } }, policyTypes: ['Ingress'] },
  },
  {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'own', namespace: 'a' },
    spec: {
      selector: { matchLabels: { tier: 'odd' } },
      rules: [{ from: [{ source: { namespaces: ['a'] } }] }],
    },
  },
]
  .map((object) => formatYaml(object as JsonValue))
  .join('---\n');

function labPid(): number {
  const { labs } = JSON.parse(lab(['status', '--name', name, '-o', 'json']).output) as {
    labs: { pid: number }[];
  };
  return labs[0]!.pid;
}

/** A process and everything below it. */
function processTree(pid: number): readonly number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(processTree)];
}

/** Kilobytes. */
function pssOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0);
}
