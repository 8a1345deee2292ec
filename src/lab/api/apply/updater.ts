import type { Json } from '../../store/index.ts';
import { type Comparison, compare } from './compare.ts';
import { fieldSet, withNamedFields } from './field-set.ts';
import { isSameManager, type Manager } from './managers.ts';
import { merge, removeFields } from './merge.ts';
import { difference, intersection, isEmpty, nothing, type PathSet, setOf, union } from './path-set.ts';
import type { Type } from './types.ts';

// The algorithm of sigs.k8s.io/structured-merge-diff/merge (Updater).

/** Fields of others that an apply would change. */
export interface Conflict {
  readonly manager: Manager;
  readonly fields: PathSet;
}

export interface Applied {
  readonly object: Json;
  readonly managers: readonly Manager[];
}

/** Never owned by anybody. */
const unowned: PathSet = setOf(
  ['f:apiVersion', 'f:kind', 'f:metadata'],
  [
    [
      'f:metadata',
      setOf(
        [
          'name',
          'namespace',
          'creationTimestamp',
          'selfLink',
          'uid',
          'clusterName',
          'generation',
          'managedFields',
          'resourceVersion',
        ].map((name) => `f:${name}`),
      ),
    ],
  ],
);

type Identity = Pick<Manager, 'name' | 'operation' | 'apiVersion' | 'subresource'>;

/**
 * Lays the configuration of one manager over an object, and takes away what it applied before and no longer does, unless others own it. Gives the conflicts instead where it would change
 * fields of others and is not to take them over by force.
 */
export function applyConfiguration(
  type: Type,
  live: Json,
  config: Json,
  managers: readonly Manager[],
  self: Identity,
  force: boolean,
): Applied | { readonly conflicts: readonly Conflict[] } {
  const previous = managers.find((each) => isSameManager(each, self));
  const others = managers.filter((each) => each !== previous);
  const own: Manager = { ...self, time: previous?.time, fields: fieldSet(type, config) };
  const merged = merge(type, live, config) ?? {};
  const object = prune(type, merged, [...others, own], previous?.fields ?? nothing);
  const comparison = compare(type, live, object);
  const conflicts = conflictsWith(others, comparison);
  if (conflicts.length > 0 && !force) return { conflicts };
  const left = others.map((each) => ({ ...each, fields: without(each.fields, comparison) }));
  const stripped = { ...own, fields: difference(own.fields, unowned) };
  return { object, managers: [...left, stripped].filter(({ fields }) => !isEmpty(fields)) };
}

/** Whoever changes fields in another way than by applying owns them from then on. */
export function recordUpdate(
  type: Type,
  live: Json,
  object: Json,
  managers: readonly Manager[],
  self: Identity & { readonly time: string },
): readonly Manager[] {
  const comparison = compare(type, live, object);
  const left = managers.map((each) => ({ ...each, fields: without(each.fields, comparison) }));
  const changed = difference(union(comparison.modified, comparison.added), unowned);
  const previous = left.find((each) => isSameManager(each, self));
  if (isEmpty(changed)) return left.filter(({ fields }) => !isEmpty(fields));
  const own: Manager = { ...self, fields: union(previous?.fields ?? nothing, changed) };
  return [...left.filter((each) => each !== previous), own].filter(({ fields }) => !isEmpty(fields));
}

function conflictsWith(others: readonly Manager[], { modified, added }: Comparison): readonly Conflict[] {
  const changed = union(modified, added);
  return others
    .map((manager) => ({ manager, fields: intersection(manager.fields, changed) }))
    .filter(({ fields }) => !isEmpty(fields));
}

function without(fields: PathSet, { modified, added, removed }: Comparison): PathSet {
  return difference(difference(fields, intersection(fields, union(modified, added))), removed);
}

/** Takes away what was applied last time, is not now, and is nobody else's. */
function prune(type: Type, merged: Json, managers: readonly Manager[], last: PathSet): Json {
  if (isEmpty(last)) return merged;
  const named = (set: PathSet) => withNamedFields(set, type);
  const all = named(fieldSet(type, merged));
  const stripped = removeFields(type, merged, named(last));
  const owned = named(managers.reduce((set, { fields }) => union(set, fields), nothing));
  const kept = union(named(fieldSet(type, stripped)), owned);
  const returned = removeFields(type, merged, difference(all, kept));
  const gone = intersection(difference(all, named(fieldSet(type, returned))), named(last));
  return removeFields(type, merged, gone);
}
