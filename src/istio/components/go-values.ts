import type { Value, Values } from './types.ts';

/** A value as Go's templates hold it: maps can be changed, and two names can mean the same map. */
export type GoValue = null | boolean | number | bigint | string | GoValue[] | GoMap;
export type GoMap = Map<string, GoValue>;

/** A copy of values that templates may change; the given one stays as it is. */
export function toGo(value: Value): GoValue {
  if (value === null || typeof value !== 'object') return value;
  return isList(value) ? value.map(toGo) : toGoMap(value);
}

/** A copy of a map of values that templates may change. */
export function toGoMap(values: Values): GoMap {
  return new Map(Object.entries(values).map(([key, value]) => [key, toGo(value)]));
}

function isList(value: readonly Value[] | Values): value is readonly Value[] {
  return Array.isArray(value);
}

/** The value at a path of keys; null where there is none. */
export function valueAt(root: GoValue, path: readonly (string | number)[]): GoValue {
  let value: GoValue = root;
  for (const key of path) {
    if (Array.isArray(value)) value = value[Number(key)] ?? null;
    else value = value instanceof Map ? (value.get(String(key)) ?? null) : null;
  }
  return value;
}

/** A deep copy: Go's `deepCopy`. */
export function copyGo(value: GoValue): GoValue {
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, copyGo(item)]));
  return Array.isArray(value) ? value.map(copyGo) : value;
}

/** What `if`, `with`, `default` and `coalesce` take as set: all but null, false, 0, "" and what has no members. The string "false" is set. */
export function isSet(value: GoValue): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value instanceof Map ? value.size > 0 : Boolean(value);
}

/** The name of a value's type in Go's errors. */
export function typeName(value: GoValue): string {
  if (value === null) return 'interface {}';
  if (Array.isArray(value)) return '[]interface {}';
  if (value instanceof Map) return 'map[string]interface {}';
  return { boolean: 'bool', number: 'float64', bigint: 'int64', string: 'string' }[
    typeof value as 'boolean' | 'number' | 'bigint' | 'string'
  ];
}

/** Go's `%v`: maps as `map[a:1 b:2]` by key, lists as `[1 2]`, null as `<nil>`. */
export function printed(value: GoValue): string {
  if (value === null) return '<nil>';
  if (typeof value === 'number') return printedFloat(value);
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`;
  if (value instanceof Map) {
    return `map[${sortedKeys(value)
      .map((key) => `${key}:${printed(value.get(key)!)}`)
      .join(' ')}]`;
  }
  return String(value);
}

/** The keys of a map in the order in which Go's templates walk it: by their bytes. */
export function sortedKeys(map: GoMap): string[] {
  return [...map.keys()].sort(byCodePoint);
}

function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const order = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Go's `%g` with the fewest digits that tell the number: an exponent from a million on and below 0.0001, with at least two digits. */
function printedFloat(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  // JavaScript writes an exponent only below 1e-6 and from 1e21 on, outside of what is left here.
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** sprig's `quote`: `%q` of the printed value; of null nothing. */
export function quoted(value: GoValue): string {
  return value === null ? '' : quotedText(printed(value));
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** What Go does not take as printable: controls, separators other than the blank, unassigned, private and lone surrogates. */
const ESCAPED = /["\\]|[\p{C}\p{Z}]/gu;
const PLAIN = /^[ !#-[\]-~]*$/;

/** Go's `%q` of a text. */
export function quotedText(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return `"${text.replace(ESCAPED, (character) =>
    character === ' ' ? ' ' : (SHORT[character] ?? escaped(character.codePointAt(0)!)),
  )}"`;
}

function escaped(code: number): string {
  const hex = code.toString(16);
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
