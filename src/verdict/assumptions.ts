import type { Cluster } from '../cluster/index.ts';
import { qualifiedName, type Request } from '../model/index.ts';
import { resolveEnd } from './ends.ts';
import type { Walk } from './walk.ts';

/** What a verdict takes for granted beyond the facts that were filled in: that a client outside has a road to a Service which is open only inside. */
export function assumptionsOf(cluster: Cluster, request: Request, { steps }: Walk): readonly string[] {
  const because = steps[0]?.because;
  if (because?.kind !== 'resolved') return [];
  const source = resolveEnd(cluster, request.source);
  if (source.pod !== undefined || source.host) return [];
  const service = cluster.services.get(qualifiedName(because.service));
  if (service?.spec.type !== 'ClusterIP' || service.spec.externalIPs.length > 0) return [];
  return [
    `a client outside the cluster has a road to Service ${qualifiedName(service)}, which is open only inside (type ClusterIP)`,
  ];
}
