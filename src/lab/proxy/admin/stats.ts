import type { Sidecar } from '../sidecar/sidecar.ts';

/** `/stats`: a counter a line. */
export function plainStats({ stats }: Sidecar): string {
  return stats
    .list()
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

/** The same for Prometheus. */
export function prometheusStats({ stats }: Sidecar): string {
  return stats
    .list()
    .map(([name, value]) => {
      const metric = `envoy_${name.replace(/[^A-Za-z0-9_]/g, '_')}`;
      return `# TYPE ${metric} counter\n${metric}{} ${value}\n`;
    })
    .join('');
}
