import {
  type AuthorizationAction,
  type AuthorizationOperation,
  type AuthorizationRule,
  type AuthorizationSource,
  all,
  and,
  any,
  type FailedCondition,
  type FieldPath,
  type Truth,
} from '../../model/index.ts';
import { type Condition, conditionHolds } from './condition.ts';
import { type Field, operationFields, type Scope, sourceFields, whenField } from './fields.ts';
import type { Chain, Subject } from './subject.ts';

/** Conditions that must all hold. */
export type Conditions = readonly Condition[];

/** A rule as one kind of filter chain has it: any of `from`, any of `to`, all of `when`. An empty `from` or `to` is no condition. */
export interface ChainRule {
  readonly from: readonly Conditions[];
  readonly to: readonly Conditions[];
  readonly when: Conditions;
}

/** A rule that a chain does not have, and what kept it out. */
export interface DroppedRule {
  readonly dropped: readonly FailedCondition[];
}

/** What building a rule needs to know, and what it has found to be of no use on the way. */
interface Build {
  readonly chain: Chain;
  readonly scope: Scope;
  readonly useless: FailedCondition[];
}

/**
 * What becomes of a rule on a chain. A field that means nothing there (or a value of no use) takes an ALLOW rule away as a whole; from a rule of any
 * other action only that field or value goes, which makes the rule wider. A key that Istio does not know takes away any rule.
 * Source: istio pilot/pkg/security/authz/model/model.go.
 */
export function buildRule(
  rule: AuthorizationRule,
  path: FieldPath,
  action: AuthorizationAction,
  chain: Chain,
  scope: Scope,
): ChainRule | DroppedRule {
  const unknownKeys = rule.when.flatMap(({ key }, index): FailedCondition[] =>
    whenField(key) === undefined
      ? [{ path: [...path, 'when', index, 'key'], wanted: 'a key that Istio knows', got: key }]
      : [],
  );
  if (unknownKeys.length > 0) return { dropped: unknownKeys };
  const build: Build = { chain, scope, useless: [] };
  const from = rule.from.map((source, index) =>
    buildEntry(source ?? {}, sourceFields, [...path, 'from', index, 'source'], build),
  );
  const to = rule.to.map((operation, index) =>
    buildEntry(operation ?? {}, operationFields, [...path, 'to', index, 'operation'], build),
  );
  const when = rule.when.flatMap(({ key, values, notValues }, index) => {
    const at = [...path, 'when', index];
    return [
      ...buildCondition(whenField(key)!, values, [...at, 'values'], false, build),
      ...buildCondition(whenField(key)!, notValues, [...at, 'notValues'], true, build),
    ];
  });
  if (action === 'ALLOW' && build.useless.length > 0) return { dropped: build.useless };
  return { from, to, when };
}

/** The conditions of one source or operation: for each field what it lists, and what `notX` lists. */
function buildEntry(
  entry: AuthorizationSource & AuthorizationOperation,
  fields: Readonly<Record<string, Field>>,
  path: FieldPath,
  build: Build,
): Conditions {
  const lists = entry as Readonly<Record<string, readonly string[] | undefined>>;
  return Object.entries(fields).flatMap(([name, field]) => {
    const negative = `not${name[0]!.toUpperCase()}${name.slice(1)}`;
    return [
      ...buildCondition(field, lists[name], [...path, name], false, build),
      ...buildCondition(field, lists[negative], [...path, negative], true, build),
    ];
  });
}

/** One condition, or none where nothing is listed or nothing listed is of use. */
function buildCondition(
  field: Field,
  values: readonly string[] | undefined,
  path: FieldPath,
  negated: boolean,
  { chain, scope, useless }: Build,
): readonly Condition[] {
  if (values === undefined || values.length === 0) return [];
  if (field.httpOnly && chain === 'TCP') {
    useless.push({ path, wanted: 'an HTTP request', got: 'a TCP connection' });
    return [];
  }
  for (const got of values.filter((value) => field.isBad(value))) {
    useless.push({ path, wanted: 'a value that Istio can read', got });
  }
  const question = field.read(values, scope);
  return question === undefined ? [] : [{ path, negated, values, question }];
}

/** True for a rule that the chain does not have. */
export function isDropped(rule: ChainRule | DroppedRule): rule is DroppedRule {
  return 'dropped' in rule;
}

/** Does the rule match? */
export function ruleMatches(rule: ChainRule, subject: Subject): Truth {
  const from = anyEntry(rule.from, subject);
  if (from === false) return false;
  const to = anyEntry(rule.to, subject);
  if (to === false) return false;
  return and(from, and(to, allHold(rule.when, subject)));
}

function anyEntry(entries: readonly Conditions[], subject: Subject): Truth {
  return entries.length === 0 || any(entries, (conditions) => allHold(conditions, subject));
}

function allHold(conditions: Conditions, subject: Subject): Truth {
  return all(conditions, (condition) => conditionHolds(condition, subject));
}
