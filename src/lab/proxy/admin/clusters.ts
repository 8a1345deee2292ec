import { clusterName } from '../outbound/upstream.ts';
import { addressText } from '../sidecar/connection.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';

/** `/clusters`: the endpoints of every Service port, an endpoint a line, in the first lines of Envoy's form. */
export function describeClusters(sidecar: Sidecar): string {
  const { directory } = sidecar.picture();
  return directory
    .targets()
    .flatMap((target) => {
      const name = clusterName(target);
      return [
        `${name}::observability_name::${name}\n`,
        ...directory
          .endpointsOf(target)
          .map((endpoint) => `${name}::${addressText(endpoint)}::health_flags::healthy\n`),
      ];
    })
    .join('');
}
