import { badRequest, type Json } from '../../store/index.ts';
import type { Schema } from '../openapi/index.ts';
import {
  asPlain,
  deletionPrefix,
  fieldOf,
  orderPrefix,
  retainKeys,
  withoutDirectives,
} from './directives.ts';
import { goFormat } from './go-format.ts';
import { areMaps, arrange, isDeletion, keyOf, mustKeyOf, partition } from './list-order.ts';
import { badArgument, badPatchType, badSetElementOrder, noMergeKey, unforeseen } from './patch-error.ts';
import {
  type FieldMeta,
  type Fields,
  fieldMeta,
  isFields,
  membersOf,
  type PatchSchema,
  patchSchema,
} from './patch-schema.ts';

/**
 * Applies a strategic merge patch, as k8s.io/apimachinery/pkg/util/strategicpatch does: lists are merged by the keys that their schemas name, and the directives
 * `$patch`, `$setElementOrder`, `$retainKeys` and `$deleteFromPrimitiveList` are followed. Throws a StatusError for a patch that is malformed.
 */
export function strategicMerge(original: Fields, patch: Fields, schema: Schema): Fields {
  return mergeMap(original, patch, patchSchema(schema));
}

function mergeMap(original: Fields, whole: Fields, schema: PatchSchema): Fields {
  const { $patch: directive } = whole;
  if (directive === 'replace') {
    const { $patch: _, ...rest } = whole;
    return rest;
  }
  if (directive === 'delete') return {};
  if (directive !== undefined) throw badPatchType(directive, whole);
  const result: Record<string, Json> = { ...retainKeys(original, whole) };
  const { $retainKeys: _, ...patch } = whole;
  const done = orderLists(result, patch, schema);
  for (const [key, value] of Object.entries(patch)) {
    if (done.has(key)) continue;
    if (key.startsWith(deletionPrefix)) deleteScalars(result, key, value);
    else if (value === null) delete result[key];
    else mergeField(result, key, value, schema);
  }
  return result;
}

function mergeField(result: Record<string, Json>, key: string, value: Json, schema: PatchSchema): void {
  const old = result[key];
  if (old !== undefined && isFields(old) && isFields(value)) {
    const meta = fieldMeta(schema, key);
    result[key] = meta.strategy === 'replace' ? value : mergeMap(old, value, patchSchema(meta.schema));
  } else if (Array.isArray(old) && Array.isArray(value)) {
    result[key] = mergeLists(old, value, fieldMeta(schema, key)).merged;
  } else {
    const plain = asPlain(value);
    if (plain === undefined) delete result[key];
    else result[key] = plain;
  }
}

function deleteScalars(result: Record<string, Json>, key: string, value: Json): void {
  const field = fieldOf(key, deletionPrefix);
  if (field === undefined) throw badRequest('invalid patch format of primitive list');
  const old = result[field];
  if (value === null) delete result[field];
  if (!Array.isArray(old) || !Array.isArray(value)) return;
  if (old.length === 0 && value.length === 0) return;
  if (areMaps(old, value)) throw unforeseen('cannot merge lists without merge key for struct');
  const kept = old.filter((item) => !value.includes(item));
  result[field] = kept;
}

/** Follows `$setElementOrder`, with the list that it is about. Gives the keys that are done with. */
function orderLists(result: Record<string, Json>, patch: Fields, schema: PatchSchema): ReadonlySet<string> {
  const done = new Set<string>();
  for (const [key, order] of Object.entries(patch)) {
    if (!key.startsWith(orderPrefix)) continue;
    done.add(key);
    if (!Array.isArray(order)) throw badArgument('list', order);
    const field = fieldOf(key, orderPrefix);
    if (field === undefined) throw badSetElementOrder();
    const old = listOrNone(result[field]);
    const added = listOrNone(patch[field]);
    const meta = fieldMeta(schema, field);
    checkOrder(added ?? [], order, meta.mergeKey);
    if (old === undefined && added === undefined) continue;
    const { merged, serverOrder } = mergeOrdered(old, added, meta);
    const { inside, outside } = partition(merged, order, meta.mergeKey);
    const maps = areMaps(old ?? [], added ?? []);
    result[field] = arrange(inside, outside, order, serverOrder, meta.mergeKey, maps);
    done.add(field);
  }
  return done;
}

interface Merged {
  readonly merged: readonly Json[];
  /** The order in which members that the patch does not name find their places. */
  readonly serverOrder: readonly Json[];
}

function mergeOrdered(
  old: readonly Json[] | undefined,
  added: readonly Json[] | undefined,
  meta: FieldMeta,
): Merged {
  if (old === undefined) {
    return { merged: withoutDirectives(added ?? []) as readonly Json[], serverOrder: [] };
  }
  return added === undefined ? { merged: old, serverOrder: old } : mergeLists(old, added, meta);
}

function listOrNone(value: Json | undefined): readonly Json[] | undefined {
  if (value === undefined || Array.isArray(value)) return value;
  throw badArgument('list', value);
}

/** The members of the patch must stand in the order that is given, and all be in it. */
function checkOrder(list: readonly Json[], order: readonly Json[], mergeKey: string): void {
  if (list.length === 0 || order.length === 0) return;
  const kept = mergeKey === '' ? list : list.filter((item) => !isDeletion(item));
  let at = 0;
  for (const item of kept) {
    if (at < order.length && isFields(item) && '$patch' in item) continue;
    const key = at < order.length ? mustKeyOf(item, mergeKey) : undefined;
    while (at < order.length && mustKeyOf(order[at]!, mergeKey) !== key) at++;
    if (at >= order.length) {
      throw unforeseen(
        `The order in patch list:\n${goFormat(list)}\n doesn't match ${orderPrefix} list:\n${goFormat(order)}\n`,
      );
    }
    at++;
  }
}

function mergeLists(original: readonly Json[], patch: readonly Json[], meta: FieldMeta): Merged {
  if (meta.strategy !== 'merge') return { merged: patch, serverOrder: original };
  if (original.length === 0 && patch.length === 0) return { merged: original, serverOrder: original };
  const { mergeKey } = meta;
  if (!areMaps(original, patch)) {
    const both = [...new Set([...original, ...patch])];
    const { inside, outside } = partition(both, patch, '');
    return { merged: arrange(inside, outside, patch, original, '', false), serverOrder: original };
  }
  const members = membersOf(meta);
  if (mergeKey === '') throw unforeseen(`cannot merge lists without merge key for ${members.name}`);
  const { kept, additions } = followDirectives(
    original as readonly Fields[],
    patch as readonly Fields[],
    mergeKey,
  );
  const all = [...kept];
  for (const item of additions) {
    const key = item[mergeKey];
    if (key === undefined) throw noMergeKey(item, mergeKey);
    const at = all.findIndex((each) => keyOf(each, mergeKey) === key);
    if (at < 0) all.push(item);
    else all[at] = mergeMap(all[at]!, item, members);
  }
  const { inside, outside } = partition(all, additions, mergeKey);
  const merged = arrange(inside, outside, additions, kept, mergeKey, true);
  // In Go new members take the places that deleted ones have left in the server's list, and so count as standing at its end.
  return { merged, serverOrder: all.slice(0, Math.max(original.length, kept.length)) };
}

/** Takes out what `$patch` in a member says: that one is to go, or that the patch's list takes the place of the old one. */
function followDirectives(
  original: readonly Fields[],
  patch: readonly Fields[],
  mergeKey: string,
): { readonly kept: readonly Fields[]; readonly additions: readonly Fields[] } {
  let kept = original;
  let replace = false;
  const additions: Fields[] = [];
  for (const item of patch) {
    const { $patch: directive } = item;
    if (directive === undefined) additions.push(item);
    else if (directive === 'replace') replace = true;
    else if (directive === 'delete') {
      const key = item[mergeKey];
      if (key === undefined) throw noMergeKey(item, mergeKey);
      kept = kept.filter((each) => each[mergeKey] !== key);
    } else if (directive === 'merge') throw unforeseen('merging lists cannot yet be specified in the patch');
    else throw badPatchType(directive, item);
  }
  return replace ? { kept: additions, additions: [] } : { kept, additions };
}
