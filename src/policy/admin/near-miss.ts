import {
  closestMisses,
  countFailedRequirements,
  describeEnd,
  describeFailedRequirements,
  type PolicyHabits,
  portsNamed,
  weighMiss,
} from '../../cluster/index.ts';
import {
  type AdminPort,
  any,
  type FailedCondition,
  type FieldPath,
  type KnownLabels,
  type NearMiss,
  notSaid,
  type Packet,
  type PacketEnd,
  type PodView,
} from '../../model/index.ts';
import { matchPeer, matchPort } from './match.ts';
import type { NodesByName } from './nodes.ts';
import type { Peer, Rule } from './rules.ts';

/** Of rules that do not match, the accept and deny rules that came closest: fewest failed conditions first, then in order; at most three. */
export function findNearMisses(
  rules: readonly Rule[],
  other: PacketEnd,
  packet: Packet,
  nodes: NodesByName,
  habits: PolicyHabits,
): readonly NearMiss[] {
  const misses = rules
    .filter((rule) => rule.action !== 'pass' && !rule.unreadable)
    .map((rule) =>
      weighMiss(
        rule,
        rule.peers,
        (peer) => countPeerFailures(peer, other, nodes),
        portsFail(rule, packet, habits),
      ),
    )
    .filter(({ failures }) => failures > 0);
  return closestMisses(misses).map(({ rule, peer, ports }) => ({
    policy: rule.policy,
    path: rule.path,
    failed: [
      ...(peer < 0 ? [] : describePeerFailures(rule, peer, other)),
      ...(ports ? [describePortFailure(rule, packet)] : []),
    ],
  }));
}

/** How many conditions of the peer fail for certain; 0 = it holds, or may. */
function countPeerFailures(peer: Peer, other: PacketEnd, nodes: NodesByName): number {
  const { pod } = other;
  if (pod === undefined || (peer.kind !== 'namespaces' && peer.kind !== 'pods')) {
    return matchPeer(peer, other, nodes) === false ? 1 : 0;
  }
  if (peer.kind === 'namespaces') return countFailedRequirements(peer.selector, pod.namespaceLabels);
  const { namespaceSelector, podSelector } = peer.pods;
  return (
    countFailedRequirements(namespaceSelector, pod.namespaceLabels) +
    countFailedRequirements(podSelector, labelsOf(pod))
  );
}

function describePeerFailures(rule: Rule, index: number, other: PacketEnd): readonly FailedCondition[] {
  const path: FieldPath = [...rule.path, rule.peersField, index];
  const peer = rule.peers[index]!;
  const { pod } = other;
  switch (peer.kind) {
    case 'namespaces':
      if (pod === undefined) return [{ path, wanted: 'a pod', got: describeEnd(other) }];
      return describeFailedRequirements(peer.selector, pod.namespaceLabels, [...path, 'namespaces']);
    case 'pods': {
      if (pod === undefined) return [{ path, wanted: 'a pod', got: describeEnd(other) }];
      const { namespaceSelector, podSelector } = peer.pods;
      const at = [...path, 'pods'];
      return [
        ...describeFailedRequirements(namespaceSelector, pod.namespaceLabels, [...at, 'namespaceSelector']),
        ...describeFailedRequirements(podSelector, labelsOf(pod), [...at, 'podSelector']),
      ];
    }
    case 'networks': {
      const got = other.address === notSaid ? `${other.label}, address not known` : other.address;
      return [{ path: [...path, 'networks'], wanted: peer.cidrs.join(', '), got }];
    }
    case 'nodes':
      return [{ path: [...path, 'nodes'], wanted: 'the address of such a node', got: describeEnd(other) }];
    case 'domainNames':
      return [{ path: [...path, 'domainNames'], wanted: peer.names.join(', '), got: describeEnd(other) }];
  }
}

function portsFail(rule: Rule, packet: Packet, habits: PolicyHabits): boolean {
  return rule.ports !== undefined && any(rule.ports, (port) => matchPort(port, packet, habits)) === false;
}

function describePortFailure({ path, portsField, ports = [] }: Rule, packet: Packet): FailedCondition {
  return {
    path: ports.length === 1 ? [...path, portsField, 0] : [...path, portsField],
    wanted: ports.map((port) => describePort(port, packet)).join(', '),
    got: `${packet.protocol} ${packet.port}`,
  };
}

function describePort(port: AdminPort, { destination, protocol }: Packet): string {
  switch (port.kind) {
    case 'range':
      return port.start === port.end
        ? `${port.protocol} ${port.start}`
        : `${port.protocol} ${port.start}-${port.end}`;
    case 'any port':
      return `any ${port.protocol} port`;
    case 'named': {
      const declared = portsNamed(port.name, destination, protocol);
      const at =
        declared.length === 0
          ? `not declared for ${protocol} by ${destination.label}`
          : declared.join(' and ');
      return `port ${port.name} (${at})`;
    }
    case 'unreadable':
      return 'a form not known here';
  }
}

function labelsOf({ labels }: PodView): KnownLabels {
  return { labels, complete: true };
}
