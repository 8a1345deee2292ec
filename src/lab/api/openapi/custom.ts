import type { Json } from '../../store/index.ts';
import { resolved, type Schema } from './schema-data.ts';

type Fields = { readonly [key: string]: Json };

export interface Pruned {
  readonly object: Fields;
  /** Paths of what was taken away, sorted. */
  readonly unknown: readonly string[];
}

const ownFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** A custom resource without the fields that its schema does not have, as apiextensions prunes it; metadata is left to others. */
export function prune(schema: Schema, object: Fields): Pruned {
  const unknown: string[] = [];
  const entries = Object.entries(object).flatMap(([name, value]) => {
    if (ownFields.has(name)) return [[name, value] as const];
    const field = schema.properties?.[name];
    if (field === undefined) unknown.push(name);
    return field === undefined ? [] : [[name, pruneValue(field, value, name, unknown)] as const];
  });
  return { object: Object.fromEntries(entries), unknown: unknown.sort() };
}

function pruneValue(schema: Schema, value: Json, path: string, unknown: string[]): Json {
  const { properties, additionalProperties: values, items } = schema;
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (Array.isArray(value)) {
    return value.map((item, i) => pruneValue(items ?? {}, item, `${path}[${i}]`, unknown));
  }
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).flatMap(([name, inner]) => {
    const field = properties?.[name] ?? (typeof values === 'object' ? values : undefined);
    const below = `${path}.${name}`;
    if (field !== undefined) {
      const pruned = pruneValue(field, inner, below, unknown);
      return isDroppedNull(field, pruned) ? [] : [[name, pruned] as const];
    }
    if (open || values === true) return [[name, inner] as const];
    unknown.push(below);
    return [];
  });
  return Object.fromEntries(kept);
}

/** Nulls that a schema neither allows nor has a default for are taken away, as in PruneNonNullableNullsWithoutDefaults. */
function isDroppedNull(schema: Schema, value: Json): boolean {
  return value === null && schema.nullable !== true && schema.default === undefined;
}

/** Fills in the defaults of a custom resource's schema. Gives the object itself where nothing is missing. */
export function withSchemaDefaults<T extends Json>(schema: Schema, value: T): T {
  const filled = fill(resolved(schema), value);
  return filled as T;
}

function fill(schema: Schema, value: Json): Json {
  if (Array.isArray(value)) {
    const items = value.map((item) => fill(schema.items ?? {}, item));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Fields;
  const changed: Record<string, Json> = {};
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const given = fields[name];
    const start = given === undefined || (given === null && field.nullable !== true) ? field.default : given;
    if (start === undefined) continue;
    const filled = fill(field, start as Json);
    if (filled !== given) changed[name] = filled;
  }
  const { additionalProperties: values } = schema;
  if (typeof values === 'object') {
    for (const [name, given] of Object.entries(fields)) {
      const filled = fill(values, given);
      if (filled !== given) changed[name] = filled;
    }
  }
  return Object.keys(changed).length === 0 ? value : { ...fields, ...changed };
}
