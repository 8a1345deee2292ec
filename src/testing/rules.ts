import type { Cluster, ReplaceablePolicy } from '../cluster/index.ts';
import { directions, type FieldPath, type KindedObject } from '../model/index.ts';
import { rulesOf as networkRulesOf } from '../policy/network/index.ts';

/** A rule of a policy, or the place where it has none and therefore denies everything. */
export interface RuleReference {
  readonly policy: KindedObject;
  readonly path: FieldPath;
}

/** Policies whose rules tests may rest on, in the cluster's order. */
export function testedPolicies({ policies }: Cluster): readonly ReplaceablePolicy[] {
  return [
    ...policies.admin,
    ...[...policies.network.values()].flat(),
    ...[...policies.authorization.values()].flat().filter(({ spec }) => spec.action !== 'AUDIT'),
  ];
}

/**
 * The rules that a verdict can rest on: those of the directions that a policy governs. A direction without rules, and an ALLOW policy without rules, count
 * as one that denies everything. AUDIT policies decide nothing.
 */
export function listRules(policy: ReplaceablePolicy): readonly RuleReference[] {
  if (policy.kind === 'AuthorizationPolicy') {
    const { rules, action } = policy.spec;
    if (rules.length === 0) return action === 'ALLOW' ? [{ policy, path: ['spec'] }] : [];
    return rules.map((_, i) => ({ policy, path: ['spec', 'rules', i] }));
  }
  if (policy.kind === 'NetworkPolicy') {
    return directions.flatMap((direction) => {
      const rules = networkRulesOf(policy, direction);
      if (rules === undefined) return [];
      if (rules.length === 0) return [{ policy, path: ['spec', direction] }];
      return rules.map(({ path }) => ({ policy, path }));
    });
  }
  return directions.flatMap((direction) =>
    (policy.spec[direction] ?? []).map((_, i) => ({ policy, path: ['spec', direction, i] })),
  );
}

/** Tells rules of one or several readings of the same manifests apart. */
export function ruleKey({ policy, path }: RuleReference): string {
  return `${policy.origin.source.name} ${policy.origin.start} ${path.join('.')}`;
}
