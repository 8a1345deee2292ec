import {
  type AddressBlock,
  closestMisses,
  countFailedRequirements,
  describeEnd,
  describeFailedRequirements,
  findException,
  holdsAddress,
  type PolicyHabits,
  portsNamed,
  weighMiss,
} from '../../cluster/index.ts';
import {
  any,
  type FailedCondition,
  type FieldPath,
  type NearMiss,
  notSaid,
  type Packet,
  type PacketEnd,
  type PodView,
} from '../../model/index.ts';
import { matchPort } from './match.ts';
import type { Peer, Port, Rule } from './rules.ts';

/** Of rules that do not match, those that came closest: fewest failed conditions first, then in the order given; at most three. */
export function findNearMisses(
  rules: readonly Rule[],
  other: PacketEnd,
  packet: Packet,
  habits: PolicyHabits,
): readonly NearMiss[] {
  const misses = rules.map((rule) =>
    weighMiss(
      rule,
      rule.peers ?? [],
      (peer) => countPeerFailures(rule, peer, other),
      portsFail(rule, packet, habits),
    ),
  );
  return closestMisses(misses).map(({ rule, peer, ports }) => ({
    policy: rule.policy,
    path: rule.path,
    failed: [
      ...(peer < 0 ? [] : describePeerFailures(rule, peer, other)),
      ...(ports ? [describePortFailure(rule, packet)] : []),
    ],
  }));
}

/** A block of the other family is further away than one that merely lies elsewhere. */
function blockFailures(block: AddressBlock, { address }: PacketEnd): number {
  return address !== notSaid && address.includes(':') !== (block.range.family === 6) ? 2 : 1;
}

/** How many conditions of the peer fail for certain; 0 = it holds, or may. */
function countPeerFailures(rule: Rule, peer: Peer, other: PacketEnd): number {
  if (peer.kind === 'block')
    return holdsAddress(peer.block, other) === false ? blockFailures(peer.block, other) : 0;
  if (peer.kind !== 'pods' || other.pod === undefined) return 1;
  const inPods = countFailedRequirements(peer.podSelector, labelsOf(other.pod));
  if (peer.namespaceSelector === undefined) return inPods + (isNeighbour(rule, other.pod) ? 0 : 1);
  return inPods + countFailedRequirements(peer.namespaceSelector, other.pod.namespaceLabels);
}

function describePeerFailures(rule: Rule, index: number, other: PacketEnd): readonly FailedCondition[] {
  const path: FieldPath = [...rule.path, rule.peersField, index];
  const peer = rule.peers?.[index];
  if (peer === undefined || peer.kind === 'nobody') {
    return [{ path, wanted: 'a peer that can match', got: describeEnd(other) }];
  }
  if (peer.kind === 'block') return [describeBlockFailure(peer, path, other)];
  const { pod } = other;
  if (pod === undefined) return [{ path, wanted: 'a pod', got: describeEnd(other) }];
  const failed: FailedCondition[] = [];
  if (peer.namespaceSelector !== undefined) {
    const at = [...path, 'namespaceSelector'];
    failed.push(...describeFailedRequirements(peer.namespaceSelector, pod.namespaceLabels, at));
  } else if (!isNeighbour(rule, pod)) {
    const wanted = `a pod of namespace ${rule.policy.metadata.namespace}`;
    failed.push({ path: [...path, 'podSelector'], wanted, got: `namespace ${pod.namespace}` });
  }
  failed.push(...describeFailedRequirements(peer.podSelector, labelsOf(pod), [...path, 'podSelector']));
  return failed;
}

function describeBlockFailure(
  { block }: Extract<Peer, { kind: 'block' }>,
  path: FieldPath,
  other: PacketEnd,
): FailedCondition {
  const got = other.address === notSaid ? `${other.label}, address not known` : other.address;
  const exception = findException(block, other);
  if (exception < 0) return { path: [...path, 'ipBlock', 'cidr'], wanted: block.cidr, got };
  const { cidr, index } = block.except[exception]!;
  return { path: [...path, 'ipBlock', 'except', index], wanted: `not ${cidr}`, got };
}

function portsFail(rule: Rule, packet: Packet, habits: PolicyHabits): boolean {
  return rule.ports !== undefined && any(rule.ports, (port) => matchPort(port, packet, habits)) === false;
}

function describePortFailure({ path, ports = [] }: Rule, packet: Packet): FailedCondition {
  return {
    path: ports.length === 1 ? [...path, 'ports', 0] : [...path, 'ports'],
    wanted: ports.map((port) => describePort(port, packet.destination)).join(', '),
    got: `${packet.protocol} ${packet.port}`,
  };
}

function describePort({ protocol, numbers }: Port, destination: PacketEnd): string {
  if (numbers === 'any') return `any ${protocol} port`;
  if ('name' in numbers) {
    const declared = portsNamed(numbers.name, destination, protocol);
    const at = declared.length === 0 ? `not declared by ${destination.label}` : declared.join(' and ');
    return `${protocol} ${numbers.name} (${at})`;
  }
  const { first, last } = numbers;
  return first === last ? `${protocol} ${first}` : `${protocol} ${first}-${last}`;
}

function isNeighbour(rule: Rule, pod: PodView): boolean {
  return pod.namespace === rule.policy.metadata.namespace;
}

function labelsOf({ labels }: PodView): { readonly labels: PodView['labels']; readonly complete: true } {
  return { labels, complete: true };
}
