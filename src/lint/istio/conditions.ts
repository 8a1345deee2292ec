import type { Cluster } from '../../cluster/index.ts';
import { type AuthorizationPolicy, formatPath } from '../../model/index.ts';
import { type Condition, preparePolicy } from '../../policy/authorization/index.ts';
import type { RuleField } from './rule-fields.ts';

const known = new WeakMap<Cluster, WeakMap<AuthorizationPolicy, ReadonlyMap<string, Condition>>>();

/** What a proxy makes of a field where it sees HTTP requests; undefined where it leaves the field or its rule out. */
export function conditionOf(
  cluster: Cluster,
  policy: AuthorizationPolicy,
  field: RuleField,
): Condition | undefined {
  const policies = known.get(cluster) ?? new WeakMap<AuthorizationPolicy, ReadonlyMap<string, Condition>>();
  known.set(cluster, policies);
  const conditions = policies.get(policy) ?? readConditions(cluster, policy);
  policies.set(policy, conditions);
  return conditions.get(formatPath(field.path));
}

function readConditions({ mesh }: Cluster, policy: AuthorizationPolicy): ReadonlyMap<string, Condition> {
  const { rules } = preparePolicy(policy, mesh, 'HTTP');
  const all = rules.flatMap(({ rule }) => [...rule.from.flat(), ...rule.to.flat(), ...rule.when]);
  return new Map(all.map((condition) => [formatPath(condition.path), condition]));
}

/** The condition as if the field had but one of its values, and not negated; undefined where values do not stand one for one. */
export function conditionOfValue(condition: Condition, index: number): Condition | undefined {
  const { question, values } = condition;
  if (!('tests' in question) || question.tests.length !== values.length) return undefined;
  const one = { ...condition, negated: false, values: [values[index]!] };
  return question.kind === 'text'
    ? { ...one, question: { ...question, tests: [question.tests[index]!] } }
    : { ...one, question: { ...question, tests: [question.tests[index]!] } };
}
