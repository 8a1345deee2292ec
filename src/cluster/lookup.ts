import { canonicalAddress, type Service } from '../model/index.ts';
import type { Cluster, ClusterPod } from './cluster.ts';

/** Who owns an address: a pod, a node, a Service, or nobody in the cluster. */
export type AddressOwner =
  | { readonly kind: 'pod'; readonly pod: ClusterPod }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'service'; readonly service: Service }
  | { readonly kind: 'outside' };

/** Finds the owner of an address; an address that nobody claims is outside the cluster. */
export function ownerOfAddress(cluster: Cluster, text: string): AddressOwner {
  const address = canonicalAddress(text);
  const pod = cluster.podsByAddress.get(address);
  if (pod !== undefined) return { kind: 'pod', pod };
  for (const node of cluster.nodes.values()) {
    if (node.addresses.includes(address)) return { kind: 'node', name: node.metadata.name };
  }
  for (const service of cluster.services.values()) {
    const { clusterIPs, externalIPs } = service.spec;
    if (
      clusterIPs.includes(address) ||
      externalIPs.includes(address) ||
      service.loadBalancerIPs.includes(address)
    ) {
      return { kind: 'service', service };
    }
  }
  return { kind: 'outside' };
}
