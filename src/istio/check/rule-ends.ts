import { type Cluster, type ClusterPod, matchSelector, selectsLabels } from '../../cluster/index.ts';
import {
  type Direction,
  type Endpoint,
  formatAddress,
  type Protocol,
  podEndpoint,
} from '../../model/index.ts';
import type { Peer, Rule } from '../../policy/network/index.ts';

/** An address of the documentation's range, where nobody is: it stands for the internet. */
const outsideAddress = '203.0.113.7';

/** Ends that a rule of a policy of `pod` lets through: an address and pods of other namespaces and its own where anyone will do. Without a rule anyone will. */
export function endsOfRule(cluster: Cluster, pod: ClusterPod, rule: Rule | undefined): readonly Endpoint[] {
  const pods = [...cluster.pods.values()].filter((each) => each !== pod && !each.hostNetwork);
  if (rule?.peers === undefined) {
    const other = pods.find(({ namespace }) => namespace !== pod.namespace);
    const near = pods.find(({ namespace }) => namespace === pod.namespace);
    const outside: Endpoint = { kind: 'address', address: outsideAddress };
    return [outside, ...[other, near].flatMap((each) => (each === undefined ? [] : [podEndpoint(each)]))];
  }
  return rule.peers.flatMap((peer) => {
    if (peer.kind === 'block') return addressOf(peer);
    const found = pods.find((each) => isPeer(cluster, peer, each, pod.namespace));
    return found === undefined ? [] : [podEndpoint(found)];
  });
}

function isPeer(cluster: Cluster, peer: Peer, { namespace, labels }: ClusterPod, own: string): boolean {
  if (peer.kind !== 'pods' || !selectsLabels(peer.podSelector, labels)) return false;
  if (peer.namespaceSelector === undefined) return namespace === own;
  const known = cluster.namespaces.get(namespace)?.labels ?? { labels: {}, complete: false };
  return matchSelector(peer.namespaceSelector, known, namespace) === true;
}

/** An address that the block holds, an exception aside. */
function addressOf({ block }: Extract<Peer, { readonly kind: 'block' }>): readonly Endpoint[] {
  const { range, except } = block;
  const starts = [range.first, ...except.map((hole) => hole.range.last + 1n)];
  const value = starts.find(
    (start) =>
      start <= range.last && !except.some((hole) => hole.range.first <= start && start <= hole.range.last),
  );
  if (value === undefined) return [];
  return [{ kind: 'address', address: formatAddress({ family: range.family, value }) }];
}

/** Ports that a rule opens, a number for each entry; 443 where it opens all. */
export function portsOfRule(
  { ports }: Rule,
  pod: ClusterPod,
  direction: Direction,
): readonly { readonly port: number; readonly protocol: Protocol }[] {
  if (ports === undefined) return [{ port: 443, protocol: 'TCP' }];
  return ports.flatMap(({ numbers, protocol }) => {
    if (numbers === 'any') return [{ port: 443, protocol }];
    if ('first' in numbers) return [{ port: numbers.first, protocol }];
    if (direction === 'egress') return [];
    const named = pod.ports.filter((each) => each.name === numbers.name && each.protocol === protocol);
    return named.map(({ containerPort }) => ({ port: containerPort, protocol }));
  });
}
