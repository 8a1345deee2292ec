import type { SchemaRule, SchemaType } from './gateway-schema.ts';
import { type GoMap, type GoValue, sortedKeys } from './go-values.ts';

/** One thing that a schema refuses, in the words of Helm's validator. */
export interface SchemaFault {
  readonly path: readonly (string | number)[];
  readonly words: string;
  /** The members that are allowed, where one is not. */
  readonly known?: readonly string[];
}

/** What a schema refuses of a value, depth first. */
export function schemaFaults(
  value: GoValue,
  rule: SchemaRule,
  path: readonly (string | number)[] = [],
): readonly SchemaFault[] {
  const type = typeOf(value);
  const { types, oneOf } = rule;
  if (types !== undefined && !types.some((wanted) => fits(type, wanted)))
    return [
      { path, words: `got ${type === 'integer' ? 'number' : type}, want ${[...types].sort().join(' or ')}` },
    ];
  if (oneOf !== undefined && !oneOf.some((allowed) => allowed === value)) {
    return [{ path, words: `value must be ${listed(oneOf)}` }];
  }
  if (Array.isArray(value)) {
    const { items } = rule;
    return items === undefined ? [] : value.flatMap((item, i) => schemaFaults(item, items, [...path, i]));
  }
  return value instanceof Map ? memberFaults(value, rule, path) : [];
}

function memberFaults(value: GoMap, rule: SchemaRule, path: readonly (string | number)[]): SchemaFault[] {
  const { properties = {}, others, required = [] } = rule;
  const missing = required.filter((key) => !value.has(key));
  return [
    ...missing.map((key) => ({ path, words: `missing property '${key}'` })),
    ...sortedKeys(value).flatMap((key): readonly SchemaFault[] => {
      const own = Object.hasOwn(properties, key) ? properties[key] : others;
      if (own === undefined) return [];
      if (own === 'none') {
        return [
          {
            path: [...path, key],
            words: `additional properties '${key}' not allowed`,
            known: Object.keys(properties),
          },
        ];
      }
      return schemaFaults(value.get(key)!, own, [...path, key]);
    }),
  ];
}

function typeOf(value: GoValue): SchemaType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Map) return 'object';
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value as 'string' | 'boolean';
  return typeof value === 'bigint' || Number.isInteger(value) ? 'integer' : 'number';
}

function fits(type: SchemaType, wanted: SchemaType): boolean {
  return type === wanted || (wanted === 'number' && type === 'integer');
}

function listed(values: readonly (string | boolean)[]): string {
  return values.length > 1
    ? `one of ${values.map((value) => (typeof value === 'string' ? `'${value}'` : value)).join(', ')}`
    : `'${values.join('')}'`;
}
