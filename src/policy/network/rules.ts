import { type AddressBlock, readBlock } from '../../cluster/index.ts';
import type {
  Direction,
  FieldPath,
  LabelSelector,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicyRule,
  PolicyReference,
  Protocol,
} from '../../model/index.ts';

/** A policy's rules of one direction with every default filled in. */
export interface Rule {
  readonly policy: NetworkPolicy;
  /** Of the rule: `['spec', 'ingress', 0]`. */
  readonly path: FieldPath;
  /** `from` or `to`. */
  readonly peersField: 'from' | 'to';
  /** undefined = any peer: the list is absent, null or empty. */
  readonly peers: readonly Peer[] | undefined;
  /** undefined = any port of any protocol. */
  readonly ports: readonly Port[] | undefined;
  readonly reference: PolicyReference;
}

/** `nobody` is a peer that the API server refuses: none of the three fields, or a block beside a selector. */
export type Peer =
  | {
      readonly kind: 'pods';
      /** undefined = the policy's own namespace. */
      readonly namespaceSelector: LabelSelector | undefined;
      readonly podSelector: LabelSelector | undefined;
    }
  | { readonly kind: 'block'; readonly block: AddressBlock }
  | { readonly kind: 'nobody' };

export interface Port {
  readonly protocol: Protocol;
  readonly numbers: { readonly first: number; readonly last: number } | { readonly name: string } | 'any';
}

type DirectionRules = { readonly [D in Direction]: readonly Rule[] | undefined };

const prepared = new WeakMap<NetworkPolicy, DirectionRules>();

/** The policy's rules in a direction; undefined where it does not govern that direction. */
export function rulesOf(policy: NetworkPolicy, direction: Direction): readonly Rule[] | undefined {
  let rules = prepared.get(policy);
  if (rules === undefined) {
    rules = { ingress: readRules(policy, 'ingress'), egress: readRules(policy, 'egress') };
    prepared.set(policy, rules);
  }
  return rules[direction];
}

/**
 * Without policyTypes a policy governs ingress, and egress only where it has an egress rule; with them, exactly those.
 * Source: pkg/apis/networking/v1/defaults.go.
 */
function governs(policy: NetworkPolicy, direction: Direction): boolean {
  const { policyTypes = [], egress = [] } = policy.spec;
  if (policyTypes.length === 0) return direction === 'ingress' || egress.length > 0;
  return policyTypes.includes(direction === 'ingress' ? 'Ingress' : 'Egress');
}

function readRules(policy: NetworkPolicy, direction: Direction): readonly Rule[] | undefined {
  if (!governs(policy, direction)) return undefined;
  return (policy.spec[direction] ?? []).map((rule, i) => readRule(policy, direction, rule, i));
}

function readRule(policy: NetworkPolicy, direction: Direction, rule: NetworkPolicyRule, index: number): Rule {
  const { peers = [], ports = [] } = rule;
  const path: FieldPath = ['spec', direction, index];
  return {
    policy,
    path,
    peersField: direction === 'ingress' ? 'from' : 'to',
    peers: peers.length === 0 ? undefined : peers.map(readPeer),
    ports: ports.length === 0 ? undefined : ports.map(readPort),
    reference: { policy, path, tier: 'NetworkPolicy' },
  };
}

function readPeer({ ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer): Peer {
  const selects = namespaceSelector !== undefined || podSelector !== undefined;
  if (ipBlock === undefined)
    return selects ? { kind: 'pods', namespaceSelector, podSelector } : { kind: 'nobody' };
  const block = selects ? undefined : readBlock(ipBlock.cidr, ipBlock.except);
  return block === undefined ? { kind: 'nobody' } : { kind: 'block', block };
}

function readPort({ protocol = 'TCP', port, endPort }: NetworkPolicyPort): Port {
  if (port === undefined) return { protocol, numbers: 'any' };
  if (typeof port === 'string') return { protocol, numbers: { name: port } };
  return { protocol, numbers: { first: port, last: endPort ?? port } };
}
