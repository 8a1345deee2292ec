import type { FieldPath } from '../../model/index.ts';
import { parseDuration, quote, quoteByte, readJson } from './go/index.ts';

/** The type of a field in Istio's protobuf messages, as far as they are read. */
export type ProtoType =
  | { readonly kind: 'string' | 'bool' | 'uint32' | 'duration' }
  | { readonly kind: 'enum'; readonly name: string; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly of: ProtoType }
  | { readonly kind: 'map'; readonly key: 'string' | 'uint32'; readonly of: ProtoType }
  | ProtoMessage;

/** A message: its fields under their names in the protobuf definition, in the order of the definition. */
export interface ProtoMessage {
  readonly kind: 'message';
  readonly fields: Readonly<Record<string, ProtoType>>;
}

export const string: ProtoType = { kind: 'string' };
export const bool: ProtoType = { kind: 'bool' };
export const uint32: ProtoType = { kind: 'uint32' };
export const duration: ProtoType = { kind: 'duration' };
export const strings: ProtoType = list(string);

/** A repeated field. */
export function list(of: ProtoType): ProtoType {
  return { kind: 'list', of };
}

/** A message with these fields, by their JSON names. */
export function message(fields: Readonly<Record<string, ProtoType>>): ProtoMessage {
  return { kind: 'message', fields };
}

/** Values of an enum in the order of their numbers, from 0. */
export function enumeration(name: string, ...values: readonly string[]): ProtoType {
  return { kind: 'enum', name, values };
}

/** The first thing that cannot be decoded, in the words of istiod. */
export interface DecodeFailure {
  readonly error: string;
  readonly path: FieldPath;
}

export type Decoded<T> = { readonly value: T } | DecodeFailure;

/**
 * Decodes JSON as istiod does (golang/protobuf's jsonpb, unknown fields allowed). The value has camelCase names and no nulls: what is
 * null or an empty list is absent, a null member of a list is an empty message or text, an enum is its name, or the digits of a
 * number without a name; a duration is nanoseconds; a map is a Map.
 */
export function decode<T>(type: ProtoMessage, json: unknown, path: FieldPath): Decoded<T> {
  return decodeMessage(type, json, path) as Decoded<T>;
}

function decodeValue(type: ProtoType, json: unknown, path: FieldPath): Decoded<unknown> {
  switch (type.kind) {
    case 'message':
      return decodeMessage(type, json, path);
    case 'list':
      return decodeList(type.of, json, path);
    case 'map':
      return decodeMap(type.key, type.of, json, path);
    case 'string':
      if (json === null) return { value: '' };
      return typeof json === 'string' ? { value: json } : misfit(json, 'string', path);
    case 'bool':
      if (json === null) return { value: false };
      return typeof json === 'boolean' ? { value: json } : misfit(json, 'bool', path);
    case 'uint32':
      return decodeUint32(json, path);
    case 'enum':
      return decodeEnum(type, json, path);
    case 'duration':
      return decodeDuration(json, path);
  }
}

function decodeMessage(type: ProtoMessage, json: unknown, path: FieldPath): Decoded<unknown> {
  if (json === null || json === undefined) return { value: {} };
  if (!isObject(json)) return misfit(json, 'map[string]json.RawMessage', path);
  const value: Record<string, unknown> = {};
  for (const [protoName, fieldType] of Object.entries(type.fields)) {
    const name = camelCase(protoName);
    const written = Object.hasOwn(json, name) ? name : protoName;
    const raw = Object.hasOwn(json, written) ? json[written] : null;
    if (raw === null || raw === undefined) continue;
    const field = decodeValue(fieldType, raw, [...path, written]);
    if ('error' in field) return field;
    if (Array.isArray(field.value) && field.value.length === 0) continue;
    value[name] = field.value;
  }
  return { value };
}

function decodeList(of: ProtoType, json: unknown, path: FieldPath): Decoded<unknown> {
  if (!Array.isArray(json)) return misfit(json, '[]json.RawMessage', path);
  const items: unknown[] = [];
  for (const [index, raw] of json.entries()) {
    const item = decodeValue(of, raw, [...path, index]);
    if ('error' in item) return item;
    items.push(item.value);
  }
  return { value: items };
}

function decodeMap(
  key: 'string' | 'uint32',
  of: ProtoType,
  json: unknown,
  path: FieldPath,
): Decoded<unknown> {
  if (!isObject(json)) return misfit(json, 'map[string]json.RawMessage', path);
  const map = new Map<unknown, unknown>();
  for (const [name, raw] of Object.entries(json)) {
    const decodedKey = key === 'string' ? { value: name } : decodeNumberText(name, [...path, name]);
    if ('error' in decodedKey) return decodedKey;
    const item = decodeValue(of, raw, [...path, name]);
    if ('error' in item) return item;
    map.set(decodedKey.value, item.value);
  }
  return { value: map };
}

function decodeUint32(json: unknown, path: FieldPath): Decoded<number> {
  if (typeof json === 'number') return decodeNumberText(String(json), path);
  return typeof json === 'string' ? decodeNumberText(json, path) : misfit(json, 'uint32', path);
}

/** A number written as text, in quotes or not, must be one JSON number with nothing around it but white space. */
function decodeNumberText(text: string, path: FieldPath): Decoded<number> {
  const bare = /^".*"$/s.test(text) ? text.slice(1, -1) : text;
  // Go looks at the end of a text as at a blank: a number that stops short is an invalid character there.
  const json = readJson(`${bare} `);
  if ('error' in json) return { error: json.error, path };
  if ('ended' in json) return { error: 'unexpected end of JSON input', path };
  const { value, rest } = json;
  const [trailing] = rest.replace(/^[ \t\r\n]+/, '');
  if (trailing !== undefined) {
    return { error: `invalid character ${quoteByte(trailing)} after top-level value`, path };
  }
  if (value.kind === 'null') return { value: 0 };
  if (value.kind !== 'number') return { error: unmarshalError(value.kind, 'uint32'), path };
  const fits = /^[0-9]+$/.test(value.text) && BigInt(value.text) <= 0xffffffffn;
  return fits
    ? { value: Number(value.text) }
    : { error: unmarshalError(`number ${value.text}`, 'uint32'), path };
}

function decodeEnum(
  type: { readonly name: string; readonly values: readonly string[] },
  json: unknown,
  path: FieldPath,
): Decoded<string> {
  if (json === null) return { value: type.values[0]! };
  if (typeof json === 'string') {
    if (type.values.includes(json)) return { value: json };
    return { error: `unknown value ${quote(JSON.stringify(json))} for enum ${type.name}`, path };
  }
  if (typeof json !== 'number') return misfit(json, 'protoreflect.EnumNumber', path);
  if (!Number.isInteger(json) || Math.abs(json) > 2 ** 31 - 1) {
    return { error: unmarshalError(`number ${json}`, 'protoreflect.EnumNumber'), path };
  }
  return { value: type.values[json] ?? String(json) };
}

function decodeDuration(json: unknown, path: FieldPath): Decoded<bigint> {
  if (typeof json !== 'string') return misfit(json, 'string', path);
  const result = parseDuration(json);
  return typeof result === 'bigint' ? { value: result } : { error: `bad Duration: ${result.error}`, path };
}

function misfit(json: unknown, type: string, path: FieldPath): DecodeFailure {
  return { error: unmarshalError(goType(json), type), path };
}

function unmarshalError(what: string, type: string): string {
  return `json: cannot unmarshal ${what} into Go value of type ${type}`;
}

function goType(json: unknown): string {
  if (Array.isArray(json)) return 'array';
  return typeof json === 'boolean' ? 'bool' : typeof json;
}

/** True for a JSON object. */
export function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** The JSON name of a field of a protobuf definition. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
