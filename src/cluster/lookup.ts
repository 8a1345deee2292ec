import { canonicalAddress, type Service } from '../model/index.ts';
import type { Cluster, ClusterPod } from './cluster.ts';

/** Who owns an address: a pod, a node, a Service, or nobody in the cluster. */
export type AddressOwner =
  | { readonly kind: 'pod'; readonly pod: ClusterPod }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'service'; readonly service: Service }
  | { readonly kind: 'outside' };

const known = new WeakMap<Cluster['services'], Map<string, AddressOwner>>();

/** Finds the owner of an address; an address that nobody claims is outside the cluster. A pod's comes before a node's, a node's before a Service's. */
export function ownerOfAddress(cluster: Cluster, text: string): AddressOwner {
  const address = canonicalAddress(text);
  const pod = cluster.podsByAddress.get(address);
  if (pod !== undefined) return { kind: 'pod', pod };
  let owners = known.get(cluster.services);
  if (owners === undefined) {
    owners = indexOwners(cluster);
    known.set(cluster.services, owners);
  }
  return owners.get(address) ?? { kind: 'outside' };
}

/** Addresses of nodes and Services; of several owners of one, the first counts. */
function indexOwners({ nodes, services }: Cluster): Map<string, AddressOwner> {
  const owners = new Map<string, AddressOwner>();
  const claim = (address: string, owner: AddressOwner): void => {
    if (!owners.has(address)) owners.set(address, owner);
  };
  for (const node of nodes.values())
    for (const address of node.addresses) claim(address, { kind: 'node', name: node.metadata.name });
  for (const service of services.values()) {
    const { clusterIPs, externalIPs } = service.spec;
    for (const address of [...clusterIPs, ...externalIPs, ...service.loadBalancerIPs])
      claim(address, { kind: 'service', service });
  }
  return owners;
}
