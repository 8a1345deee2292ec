import type { FieldPath } from '../../model/index.ts';
import { editDistance } from '../kit/index.ts';
import { camelCase, isObject, type ProtoType } from './proto.ts';

/** A key that no field of its message has, and the field that it was probably meant to be. */
export interface Misspelt {
  readonly path: FieldPath;
  readonly meant: string;
}

/**
 * Looks through decoded JSON for keys that are at most two letters from a field of `type`, case aside. For messages of which only some
 * fields are known here: other keys may be fields as well, so nothing is said of them.
 */
export function findMisspelt(type: ProtoType, json: unknown, path: FieldPath): readonly Misspelt[] {
  if (type.kind === 'list') {
    return Array.isArray(json)
      ? json.flatMap((item, index) => findMisspelt(type.of, item, [...path, index]))
      : [];
  }
  if (type.kind !== 'message' || !isObject(json)) return [];
  return Object.entries(json).flatMap(([key, value]) => {
    const at = [...path, key];
    const field = Object.entries(type.fields).find(([name]) => key === name || key === camelCase(name));
    if (field !== undefined) return findMisspelt(field[1], value, at);
    const meant = Object.keys(type.fields)
      .map(camelCase)
      .find((name) => isNear(key, name));
    return meant === undefined ? [] : [{ path: at, meant }];
  });
}

function isNear(key: string, name: string): boolean {
  const most = Math.min(2, Math.floor(name.length / 3));
  if (Math.abs(key.length - name.length) > most) return false;
  return editDistance(key.toLowerCase(), name.toLowerCase()) <= most;
}
