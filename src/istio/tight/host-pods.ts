import type { Cluster } from '../../cluster/index.ts';
import { podsOfPeer } from '../check/index.ts';
import type { PodPeer, Surroundings } from '../components/index.ts';

/** Marks those peers of which a cluster has pods on the host network: selectors take no hold of them. Pods of the mesh are none of these, nor are gateways that istiod runs. */
export function markHostPods(cluster: Cluster, surroundings: Surroundings): Surroundings {
  const mark = (peer: PodPeer): PodPeer => markPeer(cluster, peer);
  const markServer = <T extends { readonly pods?: PodPeer }>(server: T): T =>
    server.pods === undefined ? server : { ...server, pods: mark(server.pods) };
  const { monitoring, istiod, dns, jwks, external } = surroundings;
  return {
    ...surroundings,
    ...(monitoring !== undefined && { monitoring: monitoring.map(mark) }),
    ...(istiod !== undefined && { istiod: istiod.map(mark) }),
    ...(dns !== undefined && { dns: dns.map(markServer) }),
    ...(jwks !== undefined && { jwks: jwks.map(markServer) }),
    ...(external !== undefined && { external: external.map(markServer) }),
  };
}

function markPeer(cluster: Cluster, peer: PodPeer): PodPeer {
  const pods = podsOfPeer(cluster, peer);
  const own = pods.filter(({ hostNetwork }) => hostNetwork);
  if (own.length === 0) return peer;
  const isKnown = own.every(({ addresses }) => addresses.length > 0);
  const addresses = isKnown ? [...new Set(own.flatMap((pod) => pod.addresses))] : [];
  return { ...peer, onNodes: { all: own.length === pods.length, addresses } };
}
