import type { Cluster } from '../cluster/index.ts';
import type { Fact } from '../model/index.ts';
import type { End } from './ends.ts';
import type { Target } from './legs.ts';
import { pluginDecides } from './plugin.ts';

/** The address of a node that a request came in by: policies can't know which. */
const someNode: End = {
  pod: undefined,
  node: undefined,
  host: false,
  addresses: [],
  label: 'a node of the cluster',
};

/**
 * Whom the pods behind a target may take the sender for. A client outside that comes in by a NodePort or load balancer keeps its address with
 * externalTrafficPolicy Local; with Cluster most plugins replace it by a node's. The setting `cni` may say which.
 */
export function sendersSeen(cluster: Cluster, source: End, target: Target): readonly End[] {
  if (!entersFromOutside(source, target)) return [source];
  const habit = pluginDecides(cluster.settings.cni, 'source NAT');
  if (habit === 'preserved') return [source];
  return habit === 'node' ? [someNode] : [source, someNode];
}

/** That it is not known whose address a target sees. */
export function sourceNatFact(source: End, target: Target): Fact {
  const { namespace, name } = target.service!.metadata;
  return {
    kind: 'implementation',
    topic: 'source NAT',
    detail: `${source.label} by way of Service ${namespace}/${name}`,
  };
}

function entersFromOutside(source: End, { service }: Target): boolean {
  if (service === undefined || source.pod !== undefined || source.host) return false;
  const { type, externalIPs, externalTrafficPolicy } = service.spec;
  const open = type === 'NodePort' || type === 'LoadBalancer' || externalIPs.length > 0;
  return open && externalTrafficPolicy === 'Cluster';
}
