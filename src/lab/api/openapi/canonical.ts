import type { Json } from '../../store/index.ts';
import { canonicalQuantity, quantityError } from './quantity.ts';
import { definition, goType, referred, type Schema } from './schema-data.ts';

/** A value that the decoder of a built-in type refuses although its JSON type is right. */
export class ValueError extends Error {}

type Fields = { readonly [key: string]: Json };

const quantity = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const intOrString = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
const raw: ReadonlySet<string> = new Set([
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1',
  'io.k8s.apimachinery.pkg.runtime.RawExtension',
]);
const time = 'io.k8s.apimachinery.pkg.apis.meta.v1.Time';

/**
 * An object of a built-in kind as the API server gives it back: decoded into its Go type and encoded again. Fields that the type does not have and empty values
 * are gone, structs that are always written are there, quantities are in their canonical form. Throws a ValueError for a quantity or base64 that is none.
 */
export function canonical(name: string, fields: Fields): Fields {
  const schema = definition(name);
  const { pointers = [], always = [] } = goType(name) ?? {};
  const result: Record<string, Json> = {};
  for (const [field, value] of Object.entries(fields)) {
    const of = schema.properties?.[field];
    if (of === undefined) continue;
    if (value === null) continue;
    const written = canonicalValue(of, value);
    const kept = pointers.includes(field) || always.includes(field) || !isZero(written, of);
    if (kept) result[field] = written;
  }
  for (const field of always) {
    const of = schema.properties?.[field];
    if (field in result || of === undefined || pointers.includes(field)) continue;
    const zero = zeroOf(of);
    // Go would write null for an empty list; here it is absent, as readers of lists expect.
    if (zero !== null) result[field] = zero;
  }
  return result;
}

function canonicalValue(schema: Schema, value: Json): Json {
  const name = referred(schema);
  if (name === quantity) return readQuantity(value);
  if (name !== undefined && raw.has(name)) return value;
  if (name === time && typeof value === 'string') checkTime(value);
  if (name !== undefined) return isFields(value) ? canonical(name, value) : value;
  if (Array.isArray(value)) {
    const items = schema.items ?? {};
    return value.map((item) => (item === null ? zeroOf(items) : canonicalValue(items, item)));
  }
  const { additionalProperties: values, format } = schema;
  if (isFields(value) && typeof values === 'object') {
    const entries = Object.entries(value).map(([key, each]) => [
      key,
      each === null ? zeroOf(values) : canonicalValue(values, each),
    ]);
    return Object.fromEntries(entries);
  }
  if (format === 'byte' && typeof value === 'string') checkBase64(value);
  return value;
}

function zeroOf(schema: Schema): Json {
  const name = referred(schema);
  if (name === quantity) return '0';
  if (name === intOrString) return 0;
  if (name !== undefined) return definition(name).properties === undefined ? null : canonical(name, {});
  if (schema.type === 'string') return '';
  if (schema.type === 'boolean') return false;
  return schema.type === 'integer' || schema.type === 'number' ? 0 : null;
}

/** Empty as Go counts it: structs never are. */
function isZero(value: Json, schema: Schema): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isFields(value)) return referred(schema) === undefined && Object.keys(value).length === 0;
  return value === null || value === false || value === 0 || value === '';
}

function readQuantity(value: Json): string {
  const text = typeof value === 'string' ? value.trim() : String(value);
  const read = text === '' ? undefined : canonicalQuantity(text);
  if (read === undefined) throw new ValueError(quantityError);
  return read;
}

function checkTime(text: string): void {
  if (text === '' || /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text)) return;
  const shown = JSON.stringify(text);
  throw new ValueError(
    `parsing time ${shown} as "2006-01-02T15:04:05Z07:00": cannot parse ${shown} as "2006"`,
  );
}

function checkBase64(text: string): void {
  const plain = text.replace(/[\r\n]/g, '');
  const bad = /[^A-Za-z0-9+/]/.exec(plain.replace(/={0,2}$/, ''))?.index;
  const at = bad ?? (plain.length % 4 === 0 ? undefined : plain.replace(/=+$/, '').length);
  if (at !== undefined) throw new ValueError(`illegal base64 data at input byte ${at}`);
}

function isFields(value: Json): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
