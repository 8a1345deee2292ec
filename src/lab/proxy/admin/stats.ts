import { runInNewContext } from 'node:vm';
import type { Sidecar } from '../sidecar/sidecar.ts';
import type { Stat } from '../sidecar/stats.ts';
import { readMetric } from './stat-tags.ts';
import type { TextAnswer } from './text-server.ts';

/** Milliseconds that a caller's pattern may take: it is matched in the lab's only thread. */
const filterTime = 50;

/** `/stats`, with Envoy's `filter=REGEX`, `usedonly`, `type=Counters|Gauges` and `format=text|json|prometheus`. */
export function answerStats(sidecar: Sidecar, isReady: boolean, query: URLSearchParams): TextAnswer {
  const all = [...sidecar.stats.list(), ...serverStats(sidecar, isReady)];
  const type = (query.get('type') ?? 'All').toLowerCase();
  const used = all.filter(
    ({ kind, used }) => (type === 'all' || type === `${kind}s`) && (!query.has('usedonly') || used),
  );
  const chosen = filterByName(used, query.get('filter'));
  if (chosen === undefined) return { status: 400, text: 'Invalid re2 regex' };
  const sorted = chosen.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  switch (query.get('format') ?? 'text') {
    case 'text':
      return { status: 200, text: sorted.map(({ name, value }) => `${name}: ${value}\n`).join('') };
    case 'json': {
      const stats = sorted.map(({ name, value }) => ({ name, value }));
      return { status: 200, text: JSON.stringify({ stats }), type: 'application/json' };
    }
    case 'prometheus':
      return { status: 200, text: asPrometheus(sorted) };
    default:
      return { status: 400, text: 'usage: /stats?format=(html|active-html|json|prometheus|text)\n\n' };
  }
}

/** What Envoy's server says of itself. */
function serverStats({ isDraining, started }: Sidecar, isReady: boolean): readonly Stat[] {
  const gauge = (name: string, value: number): Stat => ({
    name: `server.${name}`,
    value,
    kind: 'gauge',
    used: true,
  });
  return [
    gauge('live', isReady && !isDraining() ? 1 : 0),
    gauge('state', isDraining() ? 1 : isReady ? 0 : 2),
    gauge('uptime', Math.floor((Date.now() - started.getTime()) / 1000)),
  ];
}

/** undefined for what is no pattern, or takes too long. */
function filterByName(stats: readonly Stat[], filter: string | null): readonly Stat[] | undefined {
  if (filter === null || filter === '') return stats;
  try {
    const names = stats.map(({ name }) => name);
    const code = 'names.map((name) => new RegExp(filter).test(name))';
    const matches = runInNewContext(code, { names, filter }, { timeout: filterTime }) as readonly boolean[];
    return stats.filter((_, index) => matches[index]);
  } catch {
    return undefined;
  }
}

function asPrometheus(stats: readonly Stat[]): string {
  const metrics = stats.map((stat) => ({ ...stat, ...readMetric(stat.name) }));
  return [...Map.groupBy(metrics, ({ name }) => name)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, series]) => {
      const lines = series.map(({ labels, value }) => {
        const text = labels.map(([label, each]) => `${label}="${each}"`).join(',');
        return `${name}{${text}} ${value}\n`;
      });
      return `# TYPE ${name} ${series[0]!.kind}\n${lines.join('')}`;
    })
    .join('');
}
