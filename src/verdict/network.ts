import type { Cluster } from '../cluster/index.ts';
import {
  type Direction,
  type Fact,
  isUnknown,
  type Layer,
  type NetworkPolicy,
  type Outcome,
  or,
  type Packet,
  type Reason,
  type Step,
  type Truth,
  unknown,
} from '../model/index.ts';
import { type AdminJudgement, judgeAdminTier } from '../policy/admin/index.ts';
import { judgeNetworkPolicies, selectNetworkPolicies } from '../policy/network/index.ts';
import { type End, isFromOwnNode } from './ends.ts';
import { habitsOf, pluginDecides } from './plugin.ts';
import { unreadNetworkPolicies } from './unread.ts';

/** A packet between two ends, with what the policy tiers need to know about how it came there. */
export interface Hop {
  readonly source: End;
  readonly destination: End;
  readonly packet: Packet;
  /** True where the client addressed a Service: traffic of a pod to itself then is hairpin traffic. */
  readonly viaService: boolean;
}

interface Judgement {
  readonly allowed: Truth;
  readonly because: Reason;
}

/**
 * The step of one direction: Admin tier, NetworkPolicy, Baseline tier, at the node of the pod that is governed.
 * An end without policies of its own (a host, an address outside) is not subject to any.
 */
export function networkStep(cluster: Cluster, direction: Direction, hop: Hop): Step {
  const subject = direction === 'egress' ? hop.source : hop.destination;
  const layer: Layer = direction === 'egress' ? 'egress policy' : 'ingress policy';
  if (subject.pod === undefined || subject.host) {
    const why = subject.pod === undefined ? (subject.host ? 'node' : 'outside the cluster') : 'host network';
    const at = subject.host ? ({ kind: 'node', pod: subject.label } as const) : outside(subject);
    return { layer, at, outcome: 'not applicable', because: { kind: 'not subject', why } };
  }
  const { allowed, because } = judge(cluster, direction, hop);
  const unknownBecause: Reason = isUnknown(allowed)
    ? { kind: 'missing facts', facts: allowed.facts, ...nearMissesOf(because) }
    : because;
  return {
    layer,
    at: { kind: 'node', pod: subject.pod.key },
    outcome: outcomeOf(allowed),
    because: unknownBecause,
  };
}

function outcomeOf(allowed: Truth): Outcome {
  return isUnknown(allowed) ? 'unknown' : allowed ? 'allow' : 'deny';
}

function outside(end: End): Step['at'] {
  return { kind: 'outside', address: end.label };
}

function nearMissesOf(because: Reason): Pick<Extract<Reason, { kind: 'missing facts' }>, 'nearMisses'> {
  return 'nearMisses' in because && because.nearMisses !== undefined
    ? { nearMisses: because.nearMisses }
    : {};
}

function judge(cluster: Cluster, direction: Direction, hop: Hop): Judgement {
  const self = hop.source.pod !== undefined && hop.source.pod.key === hop.destination.pod?.key;
  if (self && !hop.viaService) return { allowed: true, because: { kind: 'self traffic' } };
  const tiers = withUnread(cluster, hop, direction, judgeTiers(cluster, direction, hop.packet));
  if (tiers.allowed === true) return tiers;
  if (self) return hairpin(cluster, tiers);
  return direction === 'ingress' ? orFromOwnNode(hop, tiers) : tiers;
}

/** Traffic of a pod to itself by way of a Service is subject to policy on some plugins and exempt on others. */
function hairpin(cluster: Cluster, tiers: Judgement): Judgement {
  const subject = pluginDecides(cluster.settings.cni, 'hairpin');
  if (subject === 'policy applies') return tiers;
  if (subject === 'exempt') return { allowed: true, because: { kind: 'self traffic' } };
  const fact: Fact = {
    kind: 'implementation',
    topic: 'hairpin',
    detail: 'a pod reaching itself through a Service',
  };
  return { ...tiers, allowed: or(tiers.allowed, unknown(fact)) };
}

/** Ingress from the pod's own node is always allowed. Source: NetworkPolicyIngressRule, types.go. */
function orFromOwnNode(hop: Hop, tiers: Judgement): Judgement {
  const own = isFromOwnNode(hop.source, hop.destination);
  if (own === true) return { allowed: true, because: { kind: 'own node' } };
  return { ...tiers, allowed: or(tiers.allowed, own) };
}

/** Policies of kinds that are not read, and documents that could not be, may add to or take from what these tiers say. */
function withUnread(cluster: Cluster, hop: Hop, direction: Direction, tiers: Judgement): Judgement {
  const pod = direction === 'egress' ? hop.source.pod : hop.destination.pod;
  const { allowed, because } = tiers;
  const decided = isUnknown(allowed)
    ? undefined
    : {
        allowed,
        rule: because.kind === 'matched rule' ? because.rule : undefined,
        open: because.kind === 'no policy selects',
      };
  const facts = pod === undefined ? [] : unreadNetworkPolicies(cluster, pod, decided);
  if (facts.length === 0) return tiers;
  const known = isUnknown(allowed) ? allowed.facts : [];
  return { ...tiers, allowed: { facts: [...known, ...facts] } };
}

/** The three tiers in their order: the first that decides is final. */
function judgeTiers(cluster: Cluster, direction: Direction, packet: Packet): Judgement {
  const { admin } = cluster.policies;
  if (admin.length === 0) return judgeNetworkTier(cluster, direction, packet, () => undefined);
  const { nodes } = cluster;
  const habits = habitsOf(cluster.settings.cni);
  const first = judgeAdminTier(admin, 'Admin', direction, packet, nodes, habits);
  return behind(first, () =>
    judgeNetworkTier(cluster, direction, packet, () =>
      judgeAdminTier(admin, 'Baseline', direction, packet, nodes, habits),
    ),
  );
}

function judgeNetworkTier(
  cluster: Cluster,
  direction: Direction,
  packet: Packet,
  baseline: () => AdminJudgement | undefined,
): Judgement {
  const pod = direction === 'egress' ? packet.source.pod : packet.destination.pod;
  const policies = cluster.policies.network.get(pod?.namespace ?? '') ?? [];
  const {
    isolated,
    allowed,
    rule,
    nearMisses,
    policies: governing,
  } = judgeNetworkPolicies(policies, direction, packet, habitsOf(cluster.settings.cni));
  if (isolated) {
    if (rule !== undefined) return { allowed, because: { kind: 'matched rule', rule } };
    return { allowed, because: { kind: 'isolated, nothing matched', policies: governing, nearMisses } };
  }
  const open: Judgement = { allowed: true, because: { kind: 'no policy selects' } };
  const last = baseline();
  if (last === undefined) return open;
  const decided = behind(last, () => open);
  return decided.allowed === true ? decided : orSkipped(cluster, policies, direction, packet, decided);
}

/**
 * A pod that only NetworkPolicies of the other direction select: most plugins still ask the Baseline tier, kube-network-policies does not.
 */
function orSkipped(
  cluster: Cluster,
  policies: readonly NetworkPolicy[],
  direction: Direction,
  packet: Packet,
  decided: Judgement,
): Judgement {
  const other: Direction = direction === 'egress' ? 'ingress' : 'egress';
  const pod = direction === 'egress' ? packet.source.pod : packet.destination.pod;
  if (pod === undefined || selectNetworkPolicies(policies, pod, other).length === 0) return decided;
  const habit = pluginDecides(cluster.settings.cni, 'baseline skip');
  if (habit === 'asks Baseline') return decided;
  if (habit === 'skips Baseline') return { allowed: true, because: { kind: 'no policy selects' } };
  const fact: Fact = {
    kind: 'implementation',
    topic: 'baseline skip',
    detail: `only ${other} NetworkPolicies select the pod`,
  };
  return { ...decided, allowed: or(decided.allowed, unknown(fact)) };
}

/** What an admin tier says, and where it does not decide, what comes behind it. */
function behind(tier: AdminJudgement, rest: () => Judgement): Judgement {
  if (tier.outcome === 'none') {
    const next = rest();
    return tier.passed.length === 0 ? next : { ...next, because: withPassed(next.because, tier) };
  }
  if (tier.outcome !== 'unknown') return { allowed: tier.outcome === 'accept', because: ruleReason(tier) };
  const next = tier.possible.has('none') ? rest() : undefined;
  const answers: Truth[] = [];
  if (tier.possible.has('accept')) answers.push(true);
  if (tier.possible.has('deny')) answers.push(false);
  if (next !== undefined) answers.push(next.allowed);
  const because = next?.because ?? ruleReason(tier);
  if (answers.every((answer) => answer === true)) return { allowed: true, because };
  if (answers.every((answer) => answer === false)) return { allowed: false, because };
  const later = answers.flatMap((answer) => (isUnknown(answer) ? answer.facts : []));
  return { allowed: { facts: [...tier.facts, ...later] }, because };
}

function ruleReason(tier: AdminJudgement): Reason {
  if (tier.rule === undefined) return { kind: 'no policy selects', passed: tier.passed };
  return { kind: 'matched rule', rule: tier.rule, passed: tier.passed };
}

function withPassed(because: Reason, tier: AdminJudgement): Reason {
  if (because.kind !== 'matched rule' && because.kind !== 'no policy selects') return because;
  return { ...because, passed: [...tier.passed, ...(because.passed ?? [])] };
}
