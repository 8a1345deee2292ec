import { charts, type Release, renderComponent } from '../src/istio/components/index.ts';

const rounds = 500;

/** Istio's own NetworkPolicies: the first rendering of each chart in this process, and the median of many. */
export function benchComponents(): void {
  for (const chart of charts) {
    const release: Release = {
      chart,
      version: { text: '1.30.3', minor: 30 },
      name: 'istio',
      namespace: 'istio-system',
      values: { profile: 'demo', global: { networkPolicy: { enabled: true } } },
      chartVersion: '1.30.3',
      appVersion: '1.30.3',
    };
    const times = Array.from({ length: rounds }, () => timeOf(release));
    const median = times.slice(1).sort((a, b) => a - b)[Math.floor(rounds / 2)]!;
    process.stdout.write(
      `render the NetworkPolicy of ${chart}: median ${median.toFixed(2)} ms, first ${times[0]!.toFixed(1)} ms (goal: median under 5)\n`,
    );
  }
}

function timeOf(release: Release): number {
  const start = performance.now();
  if (renderComponent(release).kind !== 'policy') throw new Error(`${release.chart} renders no policy`);
  return performance.now() - start;
}
