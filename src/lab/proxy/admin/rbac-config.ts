import type { CustomFilter, PreparedRule, RbacFilter, RuleSet } from '../../../policy/authorization/index.ts';
import { isPermission, type Matcher, matchersOf } from './matchers.ts';

type Condition = PreparedRule['rule']['when'][number];

/** One RBAC filter of a chain, as Envoy's configuration has it. */
export interface FilterConfig {
  readonly name: string;
  readonly typed_config: Matcher;
}

/** Names and types of the filter on each kind of chain. */
export interface RbacKind {
  readonly name: string;
  readonly type: string;
  readonly statPrefix?: string;
}

/** The filters of CUSTOM (its shadow alone: whom to ask), and those made of CUSTOM policies that nobody can answer. Source: istio authz builder.go. */
export function customConfig(kind: RbacKind, filter: CustomFilter): FilterConfig {
  const policies = policiesOf(filter.rules);
  const rules = { action: 'DENY', policies };
  return filter.kind === 'bad'
    ? filterOf(kind, { rules })
    : filterOf(kind, { shadow_rules: rules, shadow_rules_stat_prefix: 'istio_ext_authz_' });
}

/** The filter of an action. */
export function rbacConfig(
  kind: RbacKind,
  action: 'AUDIT' | 'DENY' | 'ALLOW',
  filter: RbacFilter,
): FilterConfig {
  const word = action === 'AUDIT' ? { action: 'LOG' } : action === 'DENY' ? { action } : {};
  const { enforced, dryRun } = filter;
  const prefix = dryRun !== undefined && action === 'DENY' ? 'istio_dry_run_deny_' : 'istio_dry_run_allow_';
  const rulesOf = (rules: RuleSet): Matcher => ({
    ...word,
    ...(rules.rules.length === 0 && rules.missing.length > 0 ? {} : { policies: policiesOf(rules) }),
  });
  return filterOf(kind, {
    ...(enforced === undefined ? {} : { rules: rulesOf(enforced) }),
    ...(dryRun === undefined ? {} : { shadow_rules: rulesOf(dryRun) }),
    shadow_rules_stat_prefix: prefix,
  });
}

function filterOf({ name, type, statPrefix }: RbacKind, config: Matcher): FilterConfig {
  const prefix = statPrefix === undefined ? {} : { stat_prefix: statPrefix };
  return { name, typed_config: { '@type': type, ...config, ...prefix } };
}

/** A policy without any rule is one that never matches. */
function policiesOf({ rules, policies }: RuleSet): Matcher {
  const never = policies.flatMap((policy) => {
    const { spec, metadata } = policy as typeof policy & {
      readonly spec: { readonly rules: readonly unknown[] };
    };
    if (spec.rules.length > 0) return [];
    const name = `ns[${metadata.namespace}]-policy[${metadata.name}]-rule[0]`;
    return [
      [
        name,
        { permissions: [{ not_rule: { any: true } }], principals: [{ not_id: { any: true } }] },
      ] as const,
    ];
  });
  return Object.fromEntries([...never, ...rules.map((rule) => [rule.reference.id, policyOf(rule)] as const)]);
}

function policyOf({ rule, reference }: PreparedRule): Matcher {
  const when = rule.when.map((condition) => condition);
  const entriesOf = (lists: readonly (readonly Condition[])[], permission: boolean): readonly Matcher[] => {
    const also = when.filter((condition) => isPermission(condition) === permission);
    return (lists.length === 0 ? [[]] : lists).map((conditions) =>
      entryOf([...conditions, ...also], permission, reference.policy),
    );
  };
  return { permissions: entriesOf(rule.to, true), principals: entriesOf(rule.from, false) };
}

function entryOf(
  conditions: readonly Condition[],
  permission: boolean,
  policy: PreparedRule['reference']['policy'],
): Matcher {
  const all = conditions.map((condition) => conditionOf(condition, permission, policy));
  const list = all.length === 0 ? [{ any: true }] : all;
  return permission ? { and_rules: { rules: list } } : { and_ids: { ids: list } };
}

function conditionOf(
  condition: Condition,
  permission: boolean,
  policy: PreparedRule['reference']['policy'],
): Matcher {
  const matchers = matchersOf(condition, policy);
  const { question, negated } = condition;
  const combined =
    question.kind === 'request principal' ||
    (question.kind === 'text' && (question.input.kind === 'claim' || question.input.kind === 'metadata'));
  const bare = combined && matchers.length === 1 && !negated;
  const joined =
    combined && matchers.length === 1
      ? matchers[0]!
      : permission
        ? { or_rules: { rules: matchers } }
        : { or_ids: { ids: matchers } };
  if (bare) return joined;
  return negated ? (permission ? { not_rule: joined } : { not_id: joined }) : joined;
}
