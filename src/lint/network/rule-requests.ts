import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import { type Endpoint, formatAddress, podEndpoint, type Request } from '../../model/index.ts';
import type { Peer, Port, Rule } from '../../policy/network/index.ts';
import type { LintContext } from '../context.ts';
import { plainRequest } from '../requests.ts';
import { oneOfEach, podsOfPeer, podsOfPolicy } from './pods.ts';

/** An address of the documentation's range, where nobody is: it stands for the internet. */
export const outsideAddress = '203.0.113.7';

/**
 * Some requests that the rule matches, by pods and addresses that are there; none where there are none. A few ends stand for all; `others` are the ones to
 * take for the peers.
 */
export function* requestsOf(
  { cluster }: LintContext,
  rule: Rule,
  most = 3,
  others: readonly Endpoint[] = othersOf(cluster, rule, most),
): Iterable<Request> {
  const subjects = oneOfEach(podsOfPolicy(cluster, rule.policy)).slice(0, most);
  for (const subject of subjects) {
    for (const other of others) {
      if (other.kind === 'pod' && `${other.namespace}/${other.name}` === subject.key) continue;
      const [source, destination] =
        rule.peersField === 'from' ? [other, podEndpoint(subject)] : [podEndpoint(subject), other];
      for (const { port, protocol } of portsOf(cluster, rule, destination)) {
        yield plainRequest(cluster, source, destination, port, protocol);
      }
    }
  }
}

/** Ends that stand for the rule's peers: pods, an address of a block, and where anyone will do a pod and an address outside. */
export function othersOf(cluster: Cluster, rule: Rule, most: number): readonly Endpoint[] {
  const { namespace } = rule.policy.metadata;
  if (rule.peers === undefined) {
    const pods = oneOfEach([...cluster.pods.values()].filter((pod) => !pod.hostNetwork).slice(0, 50));
    return [...pods.slice(0, most).map(podEndpoint), { kind: 'address', address: outsideAddress }];
  }
  return rule.peers.flatMap((peer) => endsOf(cluster, peer, namespace, most));
}

function endsOf(cluster: Cluster, peer: Peer, namespace: string, most: number): readonly Endpoint[] {
  if (peer.kind === 'block') {
    const address = addressIn(peer);
    return address === undefined ? [] : [{ kind: 'address', address }];
  }
  return oneOfEach(podsOfPeer(cluster, peer, namespace).pods)
    .slice(0, most)
    .map(podEndpoint);
}

/** An address of the block that no exception takes out: one of the first, for exceptions are few. */
export function addressIn({ block }: Extract<Peer, { readonly kind: 'block' }>): string | undefined {
  const { range, except } = block;
  const starts = [range.first + 1n, range.first, ...except.map((hole) => hole.range.last + 1n)];
  const value = starts.find(
    (start) =>
      range.first <= start &&
      start <= range.last &&
      !except.some((hole) => hole.range.first <= start && start <= hole.range.last),
  );
  return value === undefined ? undefined : formatAddress({ family: range.family, value });
}

/** A number for each entry of `ports`: one that the destination declares, where a range leaves a choice. */
function portsOf(
  cluster: Cluster,
  { ports }: Rule,
  destination: Endpoint,
): readonly { readonly port: number; readonly protocol: Port['protocol'] }[] {
  const pod =
    destination.kind === 'pod' ? cluster.pods.get(`${destination.namespace}/${destination.name}`) : undefined;
  if (ports === undefined) {
    const [declared] = pod?.ports ?? [];
    return [{ port: declared?.containerPort ?? 80, protocol: declared?.protocol ?? 'TCP' }];
  }
  return ports.flatMap((port) => {
    const number = numberOf(port, pod);
    return number === undefined ? [] : [{ port: number, protocol: port.protocol }];
  });
}

function numberOf({ numbers, protocol }: Port, pod: ClusterPod | undefined): number | undefined {
  const declared = (pod?.ports ?? []).filter((port) => port.protocol === protocol);
  if (numbers === 'any') return declared[0]?.containerPort ?? 80;
  if ('name' in numbers) return declared.find(({ name }) => name === numbers.name)?.containerPort;
  const inside = declared.find(
    ({ containerPort }) => numbers.first <= containerPort && containerPort <= numbers.last,
  );
  return inside?.containerPort ?? numbers.first;
}
