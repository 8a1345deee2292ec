import type { Cluster } from '../cluster/index.ts';
import type { NetworkPolicy } from '../model/index.ts';
import { matchPeer, type Peer, type Port, type Rule, rulesOf } from '../policy/network/index.ts';
import { allBits, type Bits, clearBit, listBits, noBits, setBit } from './bits.ts';
import type { Ends } from './ends.ts';
import type { Matches, PeerSets } from './peer-sets.ts';
import { podsKey } from './selector-keys.ts';

/** A rule without its policy: from whom or to whom, and to which ports. Equal rules are one. */
export interface SharedRule {
  /** undefined = any port of any protocol. */
  readonly ports: readonly Port[] | undefined;
  /** The ends on the other side; undefined = anybody. */
  readonly peers: Matches | undefined;
}

/** An egress rule and the virtual ends whose policies have it, by the namespace of those policies. */
export interface EgressRule extends SharedRule {
  readonly subjects: ReadonlyMap<string, readonly number[]>;
}

/** The NetworkPolicies of a cluster, turned to the destinations that they speak of. */
export interface NetworkTables {
  /** By class: the ingress rules of the policies that govern it; undefined = none does. */
  readonly ingress: readonly (readonly SharedRule[] | undefined)[];
  /** Keys of egress rules by the virtual end that they lead to, and of those that lead anywhere. */
  readonly egressTo: readonly (readonly string[] | undefined)[];
  readonly egressAnywhere: readonly string[];
  readonly egress: ReadonlyMap<string, EgressRule>;
  /** Keys of the egress rules of a namespace's policies. */
  readonly egressOf: ReadonlyMap<string, readonly string[]>;
  /** Virtual ends that no policy governs on the way out, and those that some policy governs on the way in. */
  readonly openOut: Bits;
  readonly openOutList: readonly number[];
  readonly governedIn: Bits;
}

/** Reads every policy once. */
export function readNetworkPolicies(cluster: Cluster, ends: Ends, peers: PeerSets): NetworkTables {
  const draft = newDraft(ends);
  for (const [namespace, policies] of cluster.policies.network)
    readNamespace(draft, namespace, policies, ends, peers);
  const fresh = new Set<string[]>();
  for (const key of draft.egress.keys()) leadRule(draft, key, fresh);
  return { ...draft, openOutList: listBits(draft.openOut) };
}

interface Draft extends NetworkTables {
  readonly ingress: (readonly SharedRule[] | undefined)[];
  readonly egressTo: (readonly string[] | undefined)[];
  readonly egressAnywhere: string[];
  readonly egress: Map<string, SharedRule & { readonly subjects: Map<string, number[]> }>;
  readonly egressOf: Map<string, readonly string[]>;
}

function newDraft({ classes, virtual }: Ends): Draft {
  return {
    ingress: new Array(classes.length),
    egressTo: new Array(virtual.length),
    egressAnywhere: [],
    egress: new Map(),
    egressOf: new Map(),
    openOut: allBits(virtual.length),
    openOutList: [],
    governedIn: noBits(virtual.length),
  };
}

function readNamespace(
  draft: Draft,
  namespace: string,
  policies: readonly NetworkPolicy[],
  { virtual }: Ends,
  peers: PeerSets,
): void {
  const keys = new Set<string>();
  for (const policy of policies) {
    const subjects = peers.pods(namespace, undefined, policy.spec.podSelector).sure;
    if (subjects.length === 0) continue;
    const inward = rulesOf(policy, 'ingress');
    if (inward !== undefined) {
      const own = inward.map((rule) => shareRule(rule, peers));
      for (const index of subjects) setBit(draft.governedIn, index);
      for (const index of new Set(subjects.map((each) => virtual[each]!.class)))
        draft.ingress[index] = [...(draft.ingress[index] ?? []), ...own];
    }
    const outward = rulesOf(policy, 'egress');
    if (outward === undefined) continue;
    for (const index of subjects) clearBit(draft.openOut, index);
    for (const rule of outward) keys.add(addEgress(draft, rule, namespace, subjects, peers));
  }
  draft.egressOf.set(namespace, [...keys]);
}

function addEgress(
  { egress }: Draft,
  rule: Rule,
  namespace: string,
  subjects: readonly number[],
  peers: PeerSets,
): string {
  const key = ruleKey(rule);
  let shared = egress.get(key);
  if (shared === undefined) {
    shared = { ...shareRule(rule, peers), subjects: new Map() };
    egress.set(key, shared);
  }
  const own = shared.subjects.get(namespace);
  if (own === undefined)
    egress.set(key, { ...shared, subjects: new Map(shared.subjects).set(namespace, [...subjects]) });
  else own.push(...subjects);
  return key;
}

/** Enters a rule where it leads; lists that the tables before still have are not touched. */
function leadRule({ egress, egressTo, egressAnywhere }: Draft, key: string, fresh: Set<string[]>): void {
  const { peers } = egress.get(key)!;
  if (peers === undefined) {
    egressAnywhere.push(key);
    return;
  }
  for (const indexes of [peers.sure, peers.maybe]) {
    for (const index of indexes) {
      const list = egressTo[index];
      if (list !== undefined && fresh.has(list as string[])) (list as string[]).push(key);
      else {
        const copy = [...(list ?? []), key];
        fresh.add(copy);
        egressTo[index] = copy;
      }
    }
  }
}

/** New tables after policies of some namespaces have changed, and the virtual ends to whom something may now come differently. */
export interface ChangedTables {
  readonly tables: NetworkTables;
  readonly touched: ReadonlySet<number>;
  /** Some are governed on the way in for the first time, or no longer. */
  readonly governed: boolean;
}

/** Reads the policies of some namespaces anew; the rest stays as it was. */
export function rereadNamespaces(
  before: NetworkTables,
  namespaces: readonly string[],
  cluster: Cluster,
  ends: Ends,
  peers: PeerSets,
): ChangedTables {
  const draft: Draft = {
    ingress: [...before.ingress],
    egressTo: [...before.egressTo],
    egressAnywhere: [...before.egressAnywhere],
    egress: new Map(before.egress as Draft['egress']),
    egressOf: new Map(before.egressOf),
    openOut: before.openOut.slice(),
    openOutList: [],
    governedIn: before.governedIn.slice(),
  };
  const touched = new Set<number>();
  const fresh = new Set<string[]>();
  for (const namespace of namespaces) {
    const own = peers.pods(namespace, undefined, undefined).sure;
    for (const index of own) {
      draft.ingress[ends.virtual[index]!.class] = undefined;
      setBit(draft.openOut, index);
      clearBit(draft.governedIn, index);
      touched.add(index);
    }
    const keys = before.egressOf.get(namespace) ?? [];
    for (const key of keys) {
      const shared = draft.egress.get(key)!;
      const subjects = new Map(shared.subjects);
      subjects.delete(namespace);
      draft.egress.set(key, { ...shared, subjects });
    }
    readNamespace(draft, namespace, cluster.policies.network.get(namespace) ?? [], ends, peers);
    for (const key of new Set([...keys, ...draft.egressOf.get(namespace)!])) {
      if (!before.egress.has(key)) leadRule(draft, key, fresh);
      const now = draft.egress.get(key)!;
      if (`${before.egress.get(key)?.subjects.get(namespace)}` === `${now.subjects.get(namespace)}`) continue;
      if (now.peers === undefined) for (const { index } of ends.virtual) touched.add(index);
      else for (const index of [...now.peers.sure, ...now.peers.maybe]) touched.add(index);
    }
  }
  // Whoever is governed on the way out for the first time, or no longer, matters to everybody.
  if (before.openOut.some((word, i) => word !== draft.openOut[i]))
    for (const { index } of ends.virtual) touched.add(index);
  const governed = before.governedIn.some((word, i) => word !== draft.governedIn[i]);
  return { tables: { ...draft, openOutList: listBits(draft.openOut) }, touched, governed };
}

function shareRule(rule: Rule, sets: PeerSets): SharedRule {
  const { namespace } = rule.policy.metadata;
  const found = rule.peers?.map((peer) => matchesOf(peer, namespace, sets));
  return { ports: rule.ports, peers: found === undefined ? undefined : union(found) };
}

function union(all: readonly Matches[]): Matches {
  const [first] = all;
  if (all.length === 1) return first!;
  const sure = distinct(all.flatMap((each) => each.sure));
  const maybe = all.flatMap((each) => each.maybe);
  if (maybe.length === 0) return { sure, maybe };
  const certain = new Set(sure);
  return { sure, maybe: distinct(maybe.filter((index) => !certain.has(index))) };
}

function distinct(list: readonly number[]): readonly number[] {
  return list.length < 16 ? list.filter((index, i) => list.indexOf(index) === i) : [...new Set(list)];
}

/** Equal for rules that say the same; what a selector means turns on the policy's namespace where it names none. */
function ruleKey({ policy, ports, peers }: Rule): string {
  const to = peers?.map((peer) => peerKey(peer, policy.metadata.namespace)).join('|') ?? 'anybody';
  return `${ports === undefined ? '' : JSON.stringify(ports)}>${to}`;
}

function peerKey(peer: Peer, namespace: string): string {
  if (peer.kind === 'nobody') return 'nobody';
  if (peer.kind === 'block') return blockKey(peer);
  return podsKey(namespace, peer.namespaceSelector, peer.podSelector);
}

function blockKey({ block }: Extract<Peer, { kind: 'block' }>): string {
  return `block ${block.cidr} ${block.except.map((hole) => hole.cidr).join()}`;
}

function matchesOf(peer: Peer, namespace: string, sets: PeerSets): Matches {
  if (peer.kind === 'nobody') return { sure: [], maybe: [] };
  if (peer.kind === 'pods') return sets.pods(namespace, peer.namespaceSelector, peer.podSelector);
  return sets.packets(blockKey(peer), (end) => matchPeer(peer, end, namespace));
}
