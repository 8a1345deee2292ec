import type { Json } from '../../store/index.ts';
import { definition, referred, type Schema } from '../openapi/index.ts';

export type Fields = { readonly [key: string]: Json };

/**
 * How a value of a type is owned and merged, read from its OpenAPI schema as k8s.io/kube-openapi/pkg/schemaconv does. A type may take more than one kind of value
 * where its schema leaves it open.
 */
export interface Type {
  readonly scalar?: 'string' | 'numeric' | 'boolean' | 'untyped';
  readonly list?: ListType;
  readonly map?: MapType;
}

export interface ListType {
  /** Owned as a whole; otherwise each member is, told apart by its keys or, where there are none, by itself. */
  readonly atomic: boolean;
  readonly keys: readonly string[];
  readonly element: () => Type;
  /** What a key that a member lacks stands for. */
  readonly keyDefault: (key: string) => Json | undefined;
}

export interface MapType {
  readonly atomic: boolean;
  /** A field that the schema names. */
  readonly field: (name: string) => Type | undefined;
  /** Of all other fields; undefined: there are none. */
  readonly element: (() => Type) | undefined;
}

const untyped: Type = {
  scalar: 'untyped',
  list: { atomic: true, keys: [], element: () => untyped, keyDefault: () => undefined },
  map: { atomic: true, field: () => undefined, element: () => untyped },
};

const deduced: Type = {
  scalar: 'untyped',
  list: { atomic: true, keys: [], element: () => untyped, keyDefault: () => undefined },
  map: { atomic: false, field: () => undefined, element: () => deduced },
};

const quantity = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

/** `open`: the schema, or one around it, keeps unknown fields. */
export function typeOf(schema: Schema, open = false): Type {
  const name = referred(schema);
  if (name === quantity) return { scalar: 'untyped' };
  if (name !== undefined) {
    const type = typeOf(definition(name), false);
    const mapType = schema['x-kubernetes-map-type'];
    if (mapType === undefined || type.map === undefined) return type;
    return { ...type, map: { ...type.map, atomic: mapType === 'atomic' } };
  }
  const keeps = open || schema['x-kubernetes-preserve-unknown-fields'] === true;
  switch (schema.type) {
    case undefined:
      return { scalar: 'untyped', list: listType(schema, keeps), map: mapType(schema, keeps) };
    case 'object':
      return { map: mapType(schema, keeps) };
    case 'array':
      return { list: listType(schema, keeps) };
    case 'integer':
    case 'number':
      return { scalar: 'numeric' };
    case 'boolean':
      return { scalar: 'boolean' };
    default:
      return { scalar: schema.format === undefined || schema.format === 'byte' ? 'string' : 'untyped' };
  }
}

function mapType(schema: Schema, open: boolean): MapType {
  const { properties = {}, additionalProperties: values } = schema;
  const free = values === undefined && (open || Object.keys(properties).length === 0);
  return {
    atomic: schema['x-kubernetes-map-type'] === 'atomic',
    field: (name) => (Object.hasOwn(properties, name) ? typeOf(properties[name]!, open) : undefined),
    element:
      free || values === true
        ? () => deduced
        : typeof values === 'object'
          ? () => typeOf(values, open)
          : undefined,
  };
}

function listType(schema: Schema, open: boolean): ListType {
  const { items } = schema;
  const { atomic, keys } = relationOf(schema);
  return {
    atomic,
    keys,
    element: () => (items === undefined ? untyped : typeOf(items, open)),
    keyDefault(key) {
      const name = items && referred(items);
      const member = name === undefined ? items : definition(name);
      return member?.properties?.[key]?.default as Json | undefined;
    },
  };
}

function relationOf(schema: Schema): Pick<ListType, 'atomic' | 'keys'> {
  const kind = schema['x-kubernetes-list-type'];
  if (kind !== undefined) {
    const keys = kind === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : [];
    return { atomic: kind === 'atomic', keys };
  }
  const merged = /^merge\b/.test(schema['x-kubernetes-patch-strategy'] ?? '');
  const key = schema['x-kubernetes-patch-merge-key'];
  return { atomic: !merged, keys: merged && key !== undefined ? [key] : [] };
}

export type Kind = 'scalar' | 'list' | 'map';

/** As what a value is taken: by its own kind where the type allows that. */
export function kindOf(type: Type, value: Json | undefined): Kind {
  if (Array.isArray(value) && type.list !== undefined) return 'list';
  if (isFields(value) && type.map !== undefined) return 'map';
  if (value !== null && typeof value !== 'object' && type.scalar !== undefined) return 'scalar';
  return type.map !== undefined ? 'map' : type.scalar !== undefined ? 'scalar' : 'list';
}

export function isFields(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The type of a field: its own, or that of the map's values. */
export function fieldType(map: MapType, name: string): Type {
  return map.field(name) ?? map.element?.() ?? untyped;
}

/** The step to a list's member. Throws an Error where it cannot be told apart. */
export function stepOf(list: ListType, item: Json): string {
  if (list.keys.length === 0) {
    if (item !== null && typeof item !== 'object') return `v:${JSON.stringify(item)}`;
    throw new Error(
      item === null
        ? "associative list without keys has an element that's an explicit null"
        : Array.isArray(item)
          ? 'not supported: associative list with lists as elements'
          : "associative list without keys has an element that's a map type",
    );
  }
  if (item === null) throw new Error('associative list with keys may not have a null element');
  if (!isFields(item)) throw new Error('associative list with keys may not have non-map elements');
  const found = list.keys.flatMap((key) => {
    const value = item[key] ?? list.keyDefault(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  if (found.length === 0) {
    const keys = `[${list.keys.map((key) => JSON.stringify(key)).join(' ')}]`;
    throw new Error(
      `associative list with keys has an element that omits all key fields ${keys} (and doesn't have default values for any key fields)`,
    );
  }
  return `k:${JSON.stringify(Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1))))}`;
}

export function fieldStep(name: string): string {
  return `f:${name}`;
}
