import type { Json } from '../../store/index.ts';
import { badRetainKeys } from './patch-error.ts';
import { type Fields, isFields } from './patch-schema.ts';

export const deletionPrefix = '$deleteFromPrimitiveList';
export const orderPrefix = '$setElementOrder';

/** The field that a directive such as `$setElementOrder/containers` is about; undefined where the key is malformed. */
export function fieldOf(key: string, prefix: string): string | undefined {
  return key.startsWith(`${prefix}/`) ? key.slice(prefix.length + 1) : undefined;
}

/** A value of a patch that there is nothing to merge with: without nulls, and without what carries directives. undefined where nothing is left of it. */
export function asPlain(value: Json): Json | undefined {
  return stripped(value, (each) => each !== null);
}

/** The same with its nulls: so a list stays whose order is given, too. */
export function withoutDirectives(value: Json): Json | undefined {
  return stripped(value, () => true);
}

function stripped(value: Json, keeps: (field: Json) => boolean): Json | undefined {
  if (Array.isArray(value)) {
    return value.map((item) => stripped(item, keeps)).filter((item) => item !== undefined);
  }
  if (!isFields(value)) return value;
  if ('$patch' in value) return undefined;
  const entries = Object.entries(value).flatMap(([key, each]) => {
    const plain = keeps(each) ? stripped(each, keeps) : undefined;
    return plain === undefined ? [] : [[key, plain] as const];
  });
  return Object.fromEntries(entries);
}

/** `$retainKeys`: only the fields that it names stay. Throws where the patch sets others. */
export function retainKeys(original: Fields, patch: Fields): Fields {
  const { $retainKeys: list, ...rest } = patch;
  if (list === undefined) return original;
  if (!Array.isArray(list)) throw badRetainKeys();
  const kept = new Set(list);
  for (const [key, value] of Object.entries(rest)) {
    const other = value === null || key.startsWith(deletionPrefix) || key.startsWith(orderPrefix);
    if (!other && !kept.has(key)) throw badRetainKeys();
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => kept.has(key)));
}
