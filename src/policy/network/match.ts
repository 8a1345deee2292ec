import {
  holdsAddress,
  matchPortName,
  matchSelector,
  type PolicyHabits,
  selectsLabels,
} from '../../cluster/index.ts';
import { and, any, type Packet, type PacketEnd, type Truth } from '../../model/index.ts';
import type { Peer, Port, Rule } from './rules.ts';

/** Does the rule match the packet, whose other end is `other`? Any of its peers and any of its ports. */
export function matchRule(rule: Rule, other: PacketEnd, packet: Packet, habits: PolicyHabits): Truth {
  const ports = rule.ports === undefined || any(rule.ports, (port) => matchPort(port, packet, habits));
  if (ports === false || rule.peers === undefined) return ports;
  const namespace = rule.policy.metadata.namespace;
  return and(
    ports,
    any(rule.peers, (peer) => matchPeer(peer, other, namespace)),
  );
}

/** Is `other` this peer of a policy in `namespace`? Selectors see pods only, a block sees every address, a pod's too. */
export function matchPeer(peer: Peer, other: PacketEnd, namespace: string): Truth {
  if (peer.kind === 'nobody') return false;
  if (peer.kind === 'block') return holdsAddress(peer.block, other);
  const { pod } = other;
  if (pod === undefined || !selectsLabels(peer.podSelector, pod.labels)) return false;
  if (peer.namespaceSelector === undefined) return pod.namespace === namespace;
  return matchSelector(peer.namespaceSelector, pod.namespaceLabels, pod.namespace);
}

/** Does the entry hold the packet's port? Ports are the destination's, in both directions; names are looked up there. */
export function matchPort(port: Port, packet: Packet, habits: PolicyHabits): Truth {
  if (port.protocol !== packet.protocol) return false;
  const { numbers } = port;
  if (numbers === 'any') return true;
  if ('name' in numbers) return matchPortName(numbers.name, packet, habits);
  return numbers.first <= packet.port && packet.port <= numbers.last;
}
