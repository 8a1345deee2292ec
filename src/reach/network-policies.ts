import type { Cluster } from '../cluster/index.ts';
import type { Direction, NetworkPolicy } from '../model/index.ts';
import { matchPeer, type Peer, type Port, type Rule, rulesOf } from '../policy/network/index.ts';
import { allBits, type Bits, clearBit, noBits, setBit } from './bits.ts';
import type { Ends } from './ends.ts';
import type { Matches, PeerSets } from './peer-sets.ts';

/** Rules of one direction that say the same of the same peers: to which ports, and for whom. */
export interface RuleGroup {
  /** undefined = any port of any protocol. */
  readonly ports: readonly Port[] | undefined;
  /** The ends on the other side; undefined = anybody. */
  readonly peers: Matches | undefined;
  /** Virtual ends whose policies have the rule. */
  readonly subjects: number[];
}

/** The NetworkPolicies of a cluster, turned to the destinations that they speak of. */
export interface NetworkTables {
  /** By class: the ingress rules of the policies that govern it; undefined = none does. */
  readonly ingress: readonly (readonly RuleGroup[] | undefined)[];
  /** Egress rules by the virtual end that they lead to, and those that lead anywhere. */
  readonly egressTo: readonly (readonly RuleGroup[] | undefined)[];
  readonly egressAnywhere: readonly RuleGroup[];
  /** Virtual ends that no policy governs on the way out, and those that some policy governs on the way in. */
  readonly openOut: Bits;
  readonly governedIn: Bits;
}

/** Reads every policy once. */
export function readNetworkPolicies(cluster: Cluster, ends: Ends, peers: PeerSets): NetworkTables {
  const { classes, virtual } = ends;
  const ingress = new Array<RuleGroup[] | undefined>(classes.length);
  const egressTo = new Array<RuleGroup[] | undefined>(virtual.length);
  const egressAnywhere: RuleGroup[] = [];
  const openOut = allBits(virtual.length);
  const governedIn = noBits(virtual.length);
  const groups = new Map<string, RuleGroup>();
  for (const policies of cluster.policies.network.values()) {
    for (const policy of policies) {
      const subjects = subjectsOf(policy, peers);
      if (subjects.length === 0) continue;
      const rules = rulesOf(policy, 'ingress');
      if (rules !== undefined) {
        const own = rules.map((rule) => groupFor(groups, 'ingress', rule, peers));
        for (const index of subjects) setBit(governedIn, index);
        for (const index of new Set(subjects.map((each) => virtual[each]!.class))) {
          const before = ingress[index];
          if (before === undefined) ingress[index] = [...own];
          else before.push(...own);
        }
      }
      const outward = rulesOf(policy, 'egress');
      if (outward === undefined) continue;
      for (const index of subjects) clearBit(openOut, index);
      for (const rule of outward) groupFor(groups, 'egress', rule, peers).subjects.push(...subjects);
    }
  }
  for (const [key, group] of groups) {
    if (!key.startsWith('egress')) continue;
    if (group.peers === undefined) {
      egressAnywhere.push(group);
      continue;
    }
    for (const index of [...group.peers.sure, ...group.peers.maybe]) {
      const before = egressTo[index];
      if (before === undefined) egressTo[index] = [group];
      else if (before.at(-1) !== group) before.push(group);
    }
  }
  return { ingress, egressTo, egressAnywhere, openOut, governedIn };
}

/** The virtual ends that a policy governs in some direction. */
export function subjectsOf({ metadata, spec }: NetworkPolicy, peers: PeerSets): readonly number[] {
  return peers.pods(metadata.namespace, undefined, spec.podSelector).sure;
}

function groupFor(
  groups: Map<string, RuleGroup>,
  direction: Direction,
  rule: Rule,
  sets: PeerSets,
): RuleGroup {
  const { namespace } = rule.policy.metadata;
  const key = [
    direction,
    JSON.stringify(rule.ports ?? null),
    ...(rule.peers ?? ['anybody']).map((peer) =>
      typeof peer === 'string' ? peer : peerKey(peer, namespace),
    ),
  ].join('\n');
  const before = groups.get(key);
  if (before !== undefined) return before;
  const found = rule.peers?.map((peer) => matchesOf(peer, namespace, sets));
  const group: RuleGroup = {
    ports: rule.ports,
    peers: found === undefined ? undefined : union(found),
    subjects: [],
  };
  groups.set(key, group);
  return group;
}

function union(all: readonly Matches[]): Matches {
  const [first] = all;
  if (all.length === 1) return first!;
  const sure = new Set(all.flatMap((each) => each.sure));
  const maybe = new Set(all.flatMap((each) => each.maybe).filter((index) => !sure.has(index)));
  return { sure: [...sure], maybe: [...maybe] };
}

function peerKey(peer: Peer, namespace: string): string {
  if (peer.kind === 'nobody') return 'nobody';
  if (peer.kind === 'block') return blockKey(peer);
  const { namespaceSelector, podSelector } = peer;
  const where = namespaceSelector === undefined ? namespace : JSON.stringify(namespaceSelector);
  return `${where} ${JSON.stringify(podSelector ?? null)}`;
}

function blockKey({ block }: Extract<Peer, { kind: 'block' }>): string {
  return `block ${block.cidr} ${block.except.map((hole) => hole.cidr).join()}`;
}

function matchesOf(peer: Peer, namespace: string, sets: PeerSets): Matches {
  if (peer.kind === 'nobody') return { sure: [], maybe: [] };
  if (peer.kind === 'pods') return sets.pods(namespace, peer.namespaceSelector, peer.podSelector);
  return sets.packets(blockKey(peer), (end) => matchPeer(peer, end, namespace));
}
