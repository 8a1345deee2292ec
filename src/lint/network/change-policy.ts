import type { Direction, NetworkPolicy, NetworkPolicyRule } from '../../model/index.ts';
import type { Rule } from '../../policy/network/index.ts';

/** The rule's policy with that one rule changed, to ask what would be then. */
export function withRule(
  rule: Rule,
  change: (written: NetworkPolicyRule) => NetworkPolicyRule,
): NetworkPolicy {
  const { policy, path } = rule;
  const [, direction, index] = path as readonly ['spec', Direction, number];
  const rules = (policy.spec[direction] ?? []).map((each, i) => (i === index ? change(each) : each));
  return { ...policy, spec: { ...policy.spec, [direction]: rules } };
}
