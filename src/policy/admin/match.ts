import {
  holdsAddress,
  matchPortName,
  matchSelector,
  type PolicyHabits,
  selectsLabels,
} from '../../cluster/index.ts';
import {
  type AdminPort,
  type AdminTierPolicy,
  and,
  any,
  type NamespacedPods,
  type Packet,
  type PacketEnd,
  type PodView,
  type Truth,
} from '../../model/index.ts';
import { matchDomainNames } from './domain-names.ts';
import { isNode, matchNodes, type NodesByName } from './nodes.ts';
import type { Peer, Rule } from './rules.ts';

/** Is the pod one of the policy's subjects? */
export function matchSubject(policy: AdminTierPolicy, pod: PodView): Truth {
  const { namespaces, pods } = policy.spec.subject;
  if (pods !== undefined) return matchPods(pods, pod);
  return namespaces !== undefined && matchSelector(namespaces, pod.namespaceLabels, pod.namespace);
}

/** Does the rule match the packet, whose other end is `other`? Any of its peers and any of its ports. */
export function matchRule(
  rule: Rule,
  other: PacketEnd,
  packet: Packet,
  nodes: NodesByName,
  habits: PolicyHabits,
): Truth {
  if (rule.unreadable) return rule.action !== 'accept';
  const ports = rule.ports === undefined || any(rule.ports, (port) => matchPort(port, packet, habits));
  if (ports === false) return false;
  return and(
    ports,
    any(rule.peers, (peer) => matchPeer(peer, other, nodes)),
  );
}

/** Is `other` this peer? Selectors of pods and namespaces see pods only, `networks` every address, `nodes` never a pod. */
export function matchPeer(peer: Peer, other: PacketEnd, nodes: NodesByName): Truth {
  const { pod } = other;
  switch (peer.kind) {
    case 'namespaces':
      return pod !== undefined && matchSelector(peer.selector, pod.namespaceLabels, pod.namespace);
    case 'pods':
      return pod !== undefined && matchPods(peer.pods, pod);
    case 'networks':
      return any(peer.blocks, (block) => holdsAddress(block, other));
    case 'nodes':
      return pod === undefined && matchNodes(peer.selector, other, nodes);
    case 'domainNames':
      return pod === undefined && !isNode(other, nodes) && matchDomainNames(peer.names, other);
  }
}

/** Does the entry hold the packet's port? A name stands for whatever protocol the destination pod declares it with. */
export function matchPort(port: AdminPort, packet: Packet, habits: PolicyHabits): Truth {
  switch (port.kind) {
    case 'range':
      return port.protocol === packet.protocol && port.start <= packet.port && packet.port <= port.end;
    case 'any port':
      return port.protocol === packet.protocol;
    case 'named':
      return matchPortName(port.name, packet, habits);
    case 'unreadable':
      return false;
  }
}

function matchPods({ namespaceSelector, podSelector }: NamespacedPods, pod: PodView): Truth {
  if (!selectsLabels(podSelector, pod.labels)) return false;
  return matchSelector(namespaceSelector, pod.namespaceLabels, pod.namespace);
}
