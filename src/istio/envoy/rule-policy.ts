import type { AuthorizationOperation, AuthorizationRule, AuthorizationSource } from '../../model/index.ts';
import { allConditions, type Field, type Listed, type Target } from './conditions.ts';
import { operationFields, permissionAlgebra, permissionField } from './permissions.ts';
import { principalAlgebra, principalField, sourceFields } from './principals.ts';
import type { RbacPolicy } from './rbac-types.ts';

/** What Envoy gets for a policy without rules: it is there and matches nothing. */
export const matchNever: RbacPolicy = {
  permissions: [{ not_rule: { any: true } }],
  principals: [{ not_id: { any: true } }],
};

/** A rule as a chain has it; undefined where the chain does not have it. Source: istio pilot/pkg/security/authz/model/model.go. */
export function policyOfRule({ from, to, when }: AuthorizationRule, target: Target): RbacPolicy | undefined {
  if (when.some(({ key }) => permissionField(key) === undefined && principalField(key) === undefined))
    return undefined;
  const permissions = build(to, operationFields, listedWhen(when, permissionField, 1), (listed) =>
    allConditions(listed, permissionAlgebra, target),
  );
  const principals = build(
    from,
    sourceFields,
    listedWhen(when, principalField, Math.max(from.length, 1)),
    (listed) => allConditions(listed, principalAlgebra, target),
  );
  return permissions === undefined || principals === undefined ? undefined : { permissions, principals };
}

type Entry = AuthorizationSource & AuthorizationOperation;

/** One tree for each entry, its own fields before those of `when`; without entries `when` stands alone. */
function build<T>(
  entries: readonly (Entry | undefined)[],
  fields: Readonly<Record<string, Field<T>>>,
  when: readonly Listed<T>[],
  treeOf: (listed: readonly Listed<T>[]) => T | undefined,
): readonly T[] | undefined {
  const lists = entries.length === 0 ? [when] : entries.map((one) => [...listedIn(one, fields), ...when]);
  const trees = lists.map(treeOf).filter((tree) => tree !== undefined);
  return trees.length < lists.length ? undefined : trees;
}

function listedIn<T>(entry: Entry = {}, fields: Readonly<Record<string, Field<T>>>): readonly Listed<T>[] {
  const lists = entry as Readonly<Record<string, readonly string[] | undefined>>;
  return Object.entries(fields).map(([name, field]) => {
    const negative = `not${name[0]!.toUpperCase()}${name.slice(1)}`;
    return { field, values: lists[name], notValues: lists[negative], expansions: 1 };
  });
}

function listedWhen<T>(
  when: AuthorizationRule['when'],
  fieldOf: (key: string) => Field<T> | undefined,
  expansions: number,
): readonly Listed<T>[] {
  return when.flatMap(({ key, values, notValues }) => {
    const field = fieldOf(key);
    return field === undefined ? [] : [{ field, values, notValues, expansions }];
  });
}
