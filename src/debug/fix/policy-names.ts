import { type Cluster, workloadOf } from '../../cluster/index.ts';
import type { End } from '../../verdict/index.ts';

/** A name for a policy that lets `from` reach `to`, which no policy of the namespace has yet. */
export function policyName(
  cluster: Cluster,
  namespace: string,
  from: End,
  to: End | string,
  further: string,
): string {
  const ends = `allow-${nameOf(from)}-to-${typeof to === 'string' ? to : nameOf(to)}`;
  const short = ends.slice(0, 60 - further.length).replace(/[^a-z0-9]+$/, '') + further;
  const { network, authorization, peerAuthentication, admin } = cluster.policies;
  const taken = new Set(
    [
      ...(network.get(namespace) ?? []),
      ...(authorization.get(namespace) ?? []),
      ...(peerAuthentication.get(namespace) ?? []),
      ...admin,
    ].map(({ metadata }) => metadata.name),
  );
  for (let i = 2, name = short; ; i++) {
    if (!taken.has(name)) return name;
    name = `${short}-${i}`;
  }
}

function nameOf({ pod, label }: End): string {
  const name = pod === undefined ? label : workloadOf(pod).replace(/#\d+$/, '');
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'client'
  );
}
