import type { Json } from '../../store/index.ts';
import { goFormat } from './go-format.ts';
import { badArgument, noMergeKey, rejected, unforeseen } from './patch-error.ts';
import { isFields } from './patch-schema.ts';

/** What tells the members of a list apart: the value of the merge key; of scalars they themselves. */
export function keyOf(item: Json, mergeKey: string): Json | undefined {
  if (mergeKey === '') return item;
  return isFields(item) ? item[mergeKey] : undefined;
}

/** Like `keyOf`; throws where a member is no map or lacks the key. */
export function mustKeyOf(item: Json, mergeKey: string): Json {
  if (mergeKey === '') return item;
  if (!isFields(item)) throw badArgument('map', item);
  const key = item[mergeKey];
  if (key === undefined) throw noMergeKey(item, mergeKey);
  return key;
}

function indexIn(list: readonly Json[], item: Json, mergeKey: string): number {
  const key = keyOf(item, mergeKey);
  return list.findIndex((each) => keyOf(each, mergeKey) === key);
}

/** Tells whether the members are maps. All must be of one type, and no lists. Throws where there are none. */
export function areMaps(...lists: readonly (readonly Json[])[]): boolean {
  const all = lists.flat();
  const [first] = all;
  if (first === undefined) throw unforeseen('no elements in any of the given slices');
  if (Array.isArray(first)) throw rejected();
  const type = (value: Json) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
  if (all.some((each) => type(each) !== type(first))) {
    throw unforeseen(
      `list element types are not identical: [${lists.map((list) => goFormat(list)).join(' ')}]`,
    );
  }
  return isFields(first);
}

/** The members that `by` has, and those that it has not. */
export function partition(
  list: readonly Json[],
  by: readonly Json[],
  mergeKey: string,
): { readonly inside: readonly Json[]; readonly outside: readonly Json[] } {
  const keys = new Set(by.map((item) => keyOf(item, mergeKey)));
  const inside: Json[] = [];
  const outside: Json[] = [];
  for (const item of list) (keys.has(mustKeyOf(item, mergeKey)) ? inside : outside).push(item);
  return { inside, outside };
}

/**
 * Puts the members that a patch names and those that only the server has into one list: each part in its own order, the server's before the first
 * that stands behind it in the server's list.
 */
export function arrange(
  fromPatch: readonly Json[],
  fromServer: readonly Json[],
  patchOrder: readonly Json[],
  serverOrder: readonly Json[],
  mergeKey: string,
  maps: boolean,
): readonly Json[] {
  const left = sorted(fromServer, serverOrder, mergeKey, maps);
  const right = sorted(fromPatch, patchOrder, mergeKey, maps);
  const result: Json[] = [];
  let i = 0;
  for (const item of right) {
    const at = indexIn(serverOrder, item, mergeKey);
    while (i < left.length && at >= 0) {
      const other = indexIn(serverOrder, left[i]!, mergeKey);
      if (other < 0 || other >= at) break;
      result.push(left[i]!);
      i++;
    }
    result.push(item);
  }
  return [...result, ...left.slice(i)];
}

function sorted(
  list: readonly Json[],
  order: readonly Json[],
  mergeKey: string,
  maps: boolean,
): readonly Json[] {
  for (const item of maps ? [...list, ...order] : []) {
    if (!isFields(item) || item[mergeKey] === undefined) throw noMergeKey(item, mergeKey);
  }
  const kept = list.filter((item) => !isDeletion(item));
  const deletions = list.filter(isDeletion);
  const at = new Map(kept.map((item) => [item, indexIn(order, item, mergeKey)]));
  return [...kept.sort((a, b) => at.get(a)! - at.get(b)!), ...deletions];
}

export function isDeletion(item: Json): boolean {
  return isFields(item) && item.$patch === 'delete';
}
