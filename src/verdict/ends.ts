import { type Cluster, type ClusterPod, ownerOfAddress } from '../cluster/index.ts';
import { type Endpoint, type NotSaid, notSaid, type PacketEnd, type Truth } from '../model/index.ts';

/** One end of a connection once its name is resolved: a pod, a node, or an address that nobody in the cluster has. */
export interface End {
  readonly pod: ClusterPod | undefined;
  /** Its node: of a pod where that is known, of a node itself always. */
  readonly node: string | undefined;
  /** True for a node and for a pod on the host network: traffic that looks like the node's. */
  readonly host: boolean;
  readonly addresses: readonly string[];
  readonly label: string;
}

/** Thrown by `decide` for a request that names something the cluster does not have; the caller checks names first. */
export class UnknownNameError extends Error {
  override readonly name = 'UnknownNameError';
}

/** Finds an end of a request. Throws UnknownNameError for a pod or node that is not there. */
export function resolveEnd(cluster: Cluster, endpoint: Endpoint): End {
  if (endpoint.kind === 'node') return nodeEnd(cluster, endpoint.name);
  if (endpoint.kind === 'host') return hostEnd(cluster, endpoint.host);
  if (endpoint.kind === 'pod') {
    const key = `${endpoint.namespace}/${endpoint.name}`;
    const pod = cluster.pods.get(key);
    if (pod === undefined) throw new UnknownNameError(`no pod ${key} in the cluster`);
    return podEnd(pod);
  }
  const owner = ownerOfAddress(cluster, endpoint.address);
  if (owner.kind === 'pod') return { ...podEnd(owner.pod), addresses: [endpoint.address] };
  if (owner.kind === 'node') return { ...nodeEnd(cluster, owner.name), addresses: [endpoint.address] };
  return outsideEnd(endpoint.address);
}

/** A host outside: its address is not known unless it is taken for granted. */
export function hostEnd(cluster: Cluster, host: string): End {
  const address = cluster.hosts.get(host);
  return { ...outsideEnd(host), addresses: address === undefined ? [] : [address] };
}

/** A pod as an end of a connection, with the addresses that are known of it. */
export function podEnd(pod: ClusterPod): End {
  return { pod, node: pod.node, host: pod.hostNetwork, addresses: pod.addresses, label: pod.key };
}

/** An address that belongs to nobody in the cluster. */
function outsideEnd(address: string): End {
  return { pod: undefined, node: undefined, host: false, addresses: [address], label: address };
}

/**
 * The addresses of a packet from one end to another. A packet has one family: that of the destination's first address that the source can match,
 * else of its first one. Not said where an address is not known.
 */
export function addressPair(source: End, destination: End): readonly [NotSaid | string, NotSaid | string] {
  const shared = destination.addresses.find((address) => inFamilyOf(source.addresses, address) !== undefined);
  const to = shared ?? destination.addresses[0];
  const from = (to === undefined ? undefined : inFamilyOf(source.addresses, to)) ?? source.addresses[0];
  return [from ?? notSaid, to ?? notSaid];
}

/** How network policies see the two ends of a packet: whoever uses a node's address has no labels, ports or policies. */
export function packetEnds(source: End, destination: End): readonly [PacketEnd, PacketEnd] {
  const [from, to] = addressPair(source, destination);
  return [
    { pod: source.host ? undefined : source.pod?.view, address: from, label: source.label },
    { pod: destination.host ? undefined : destination.pod?.view, address: to, label: destination.label },
  ];
}

/** Is the sender the node of the destination, or a pod on that node's network? Unknown where a node is not known that would tell. */
export function isFromOwnNode(source: End, destination: End): Truth {
  if (!source.host) return false;
  if (source.node !== undefined && destination.node !== undefined) return source.node === destination.node;
  const missing = [source, destination].filter((end) => end.node === undefined && end.pod !== undefined);
  return { facts: missing.map((end) => ({ kind: 'pod node', pod: end.label })) };
}

function inFamilyOf(addresses: readonly string[], like: string): string | undefined {
  return addresses.find((address) => address.includes(':') === like.includes(':'));
}

function nodeEnd(cluster: Cluster, name: string): End {
  const node = cluster.nodes.get(name);
  if (node === undefined) throw new UnknownNameError(`no node ${name} in the cluster`);
  return { pod: undefined, node: name, host: true, addresses: node.addresses, label: `node/${name}` };
}
