import { type AddressBlock, readBlock } from '../../cluster/index.ts';
import type {
  AdminPeer,
  AdminPort,
  AdminRule,
  AdminTierPolicy,
  Direction,
  FieldPath,
  LabelSelector,
  NamespacedPods,
  PolicyReference,
} from '../../model/index.ts';

/** v1alpha1's `Allow` is `accept`. */
export type Action = 'accept' | 'deny' | 'pass';

/** A rule of an admin tier, ready to be asked. */
export interface Rule {
  readonly policy: AdminTierPolicy;
  /** Of the rule: `['spec', 'egress', 0]`. */
  readonly path: FieldPath;
  readonly peersField: 'from' | 'to';
  /** v1alpha1 `ports`, v1alpha2 `protocols`. */
  readonly portsField: 'ports' | 'protocols';
  readonly action: Action;
  readonly peers: readonly Peer[];
  /** undefined = any port of any protocol. */
  readonly ports: readonly AdminPort[] | undefined;
  /**
   * The rule uses a peer or port form that this reader does not know. Then it fails closed: accept matches nothing,
   * deny and pass match everything and deny it.
   */
  readonly unreadable: boolean;
  readonly reference: PolicyReference;
}

export type Peer =
  | { readonly kind: 'namespaces'; readonly selector: LabelSelector }
  | { readonly kind: 'pods'; readonly pods: NamespacedPods }
  | { readonly kind: 'nodes'; readonly selector: LabelSelector }
  | { readonly kind: 'networks'; readonly blocks: readonly AddressBlock[]; readonly cidrs: readonly string[] }
  | { readonly kind: 'domainNames'; readonly names: readonly string[] };

type DirectionRules = { readonly [D in Direction]: readonly Rule[] };

const prepared = new WeakMap<AdminTierPolicy, DirectionRules>();

/** The policy's rules of a direction, in order. */
export function rulesOf(policy: AdminTierPolicy, direction: Direction): readonly Rule[] {
  let rules = prepared.get(policy);
  if (rules === undefined) {
    rules = { ingress: readRules(policy, 'ingress'), egress: readRules(policy, 'egress') };
    prepared.set(policy, rules);
  }
  return rules[direction];
}

/** The tier that a policy belongs to; undefined for a BaselineAdminNetworkPolicy that is not the one in force. */
export function tierOf(policy: AdminTierPolicy): 'Admin' | 'Baseline' | undefined {
  if (policy.kind === 'AdminNetworkPolicy') return 'Admin';
  if (policy.kind === 'ClusterNetworkPolicy') return policy.spec.tier;
  return policy.metadata.name === 'default' ? 'Baseline' : undefined;
}

function readRules(policy: AdminTierPolicy, direction: Direction): readonly Rule[] {
  return (policy.spec[direction] ?? []).map((rule, i) => readRule(policy, direction, rule, i));
}

function readRule(policy: AdminTierPolicy, direction: Direction, rule: AdminRule, index: number): Rule {
  const { action, ports = [] } = rule;
  const path: FieldPath = ['spec', direction, index];
  const peers = rule.peers.map((peer) => readPeer(peer, direction));
  const known = peers.filter((peer) => peer !== undefined);
  const tier = tierOf(policy);
  return {
    policy,
    path,
    peersField: direction === 'ingress' ? 'from' : 'to',
    portsField: policy.kind === 'ClusterNetworkPolicy' ? 'protocols' : 'ports',
    action: action === 'Deny' ? 'deny' : action === 'Pass' ? 'pass' : 'accept',
    peers: known,
    ports: ports.length === 0 ? undefined : ports,
    unreadable: known.length < peers.length || ports.some((port) => port.kind === 'unreadable'),
    reference: { policy, path, action, ...(tier === undefined ? {} : { tier }) },
  };
}

/** Ingress peers are pods and namespaces only; any other form there is as unknown as a form that nobody has written yet. */
function readPeer(peer: AdminPeer, direction: Direction): Peer | undefined {
  const { namespaces, pods, nodes, networks, domainNames } = peer;
  if (namespaces !== undefined) return { kind: 'namespaces', selector: namespaces };
  if (pods !== undefined) return { kind: 'pods', pods };
  if (direction === 'ingress') return undefined;
  if (nodes !== undefined) return { kind: 'nodes', selector: nodes };
  if (networks !== undefined) return readNetworks(networks);
  if (domainNames !== undefined) return { kind: 'domainNames', names: domainNames };
  return undefined;
}

function readNetworks(cidrs: readonly string[]): Peer {
  const blocks = cidrs.map((cidr) => readBlock(cidr)).filter((block) => block !== undefined);
  return { kind: 'networks', blocks, cidrs };
}
