/**
 * A value as Helm's templates see it: numbers of a YAML or JSON text are floats (`number`), integers of `--set` are int64 (`bigint`).
 * The difference shows where a template prints one: 1234567 of a file is `1.234567e+06`.
 */
export type Value = null | boolean | number | bigint | string | readonly Value[] | Values;

/** Values of a chart by name. Read from files and flags they have no prototype: a key may be called `__proto__`. */
export interface Values {
  readonly [key: string]: Value;
}

/** A value that is being built. */
export type Draft = null | boolean | number | bigint | string | Draft[] | DraftMap;

/** A map that is being built; made by `newMap`. */
export interface DraftMap {
  [key: string]: Draft;
}

/** An empty map without a prototype, so that every key is its own. */
export function newMap(): DraftMap {
  return Object.create(null) as DraftMap;
}

/** True for a map, false for lists and scalars. */
export function isMap(value: Draft | undefined): value is DraftMap;
export function isMap(value: Value | undefined): value is Values;
export function isMap(value: Value | undefined): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of a map of values; undefined where the value is no map or has no such key of its own. */
export function memberOf(value: Value | undefined, name: string): Value | undefined {
  return isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A copy that may be written to. */
export function draftOf(values: Values): DraftMap {
  const copy = newMap();
  for (const [key, value] of Object.entries(values)) copy[key] = draftValue(value);
  return copy;
}

function draftValue(value: Value): Draft {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(draftValue);
  return draftOf(value as Values);
}
