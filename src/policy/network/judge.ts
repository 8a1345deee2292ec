import { type PolicyHabits, selectsLabels } from '../../cluster/index.ts';
import {
  type Direction,
  type Fact,
  isUnknown,
  type NearMiss,
  type NetworkPolicy,
  type Packet,
  type PodView,
  type PolicyReference,
  type Truth,
} from '../../model/index.ts';
import { matchRule } from './match.ts';
import { findNearMisses } from './near-miss.ts';
import { type Rule, rulesOf } from './rules.ts';

/** What the NetworkPolicies of one end say to a packet in one direction. */
export interface NetworkJudgement {
  /** Does any policy govern the pod in this direction? If not, `allowed` is true and decides nothing. */
  readonly isolated: boolean;
  readonly allowed: Truth;
  /** The first rule that matches, where one does for certain. */
  readonly rule?: PolicyReference;
  /** Where no rule matches for certain: the rules that failed least, closest first, at most three. */
  readonly nearMisses: readonly NearMiss[];
  /** The policies that govern the pod in this direction, in the order given. */
  readonly policies: readonly NetworkPolicy[];
}

const notIsolated: NetworkJudgement = { isolated: false, allowed: true, nearMisses: [], policies: [] };

/**
 * The policies that govern `pod` in `direction`, out of those given: those of its namespace whose podSelector holds and that have the
 * direction among their policy types. A hostNetwork pod is an address to NetworkPolicy and never comes here.
 */
export function selectNetworkPolicies(
  policies: readonly NetworkPolicy[],
  pod: PodView,
  direction: Direction,
): readonly NetworkPolicy[] {
  return policies.filter(
    (policy) =>
      policy.metadata.namespace === pod.namespace &&
      rulesOf(policy, direction) !== undefined &&
      selectsLabels(policy.spec.podSelector, pod.labels),
  );
}

/**
 * Do these policies let the packet leave its source (egress) or reach its destination (ingress)? An isolated pod is open to what some rule
 * of some governing policy matches, and to nothing else. Traffic that policies never see (a pod to itself, from its own node) is the
 * caller's to exempt.
 */
export function judgeNetworkPolicies(
  policies: readonly NetworkPolicy[],
  direction: Direction,
  packet: Packet,
  habits: PolicyHabits = {},
): NetworkJudgement {
  const [subject, other] =
    direction === 'egress' ? [packet.source, packet.destination] : [packet.destination, packet.source];
  if (subject.pod === undefined || policies.length === 0) return notIsolated;
  const governing = selectNetworkPolicies(policies, subject.pod, direction);
  if (governing.length === 0) return notIsolated;
  const facts: Fact[] = [];
  const missed: Rule[] = [];
  for (const policy of governing) {
    for (const rule of rulesOf(policy, direction) ?? []) {
      const match = matchRule(rule, other, packet, habits);
      if (match === true) {
        return { isolated: true, allowed: true, rule: rule.reference, nearMisses: [], policies: governing };
      }
      if (isUnknown(match)) facts.push(...match.facts);
      else missed.push(rule);
    }
  }
  return {
    isolated: true,
    allowed: facts.length === 0 ? false : { facts },
    nearMisses: findNearMisses(missed, other, packet, habits),
    policies: governing,
  };
}
