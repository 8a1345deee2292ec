import type { Json } from '../../store/index.ts';
import { type FieldType, fieldsOf } from './message-types.ts';
import { readFields, WireError, type WireField } from './wire.ts';

type Fields = Record<string, Json>;

/** What every message of Kubernetes begins with. */
const magic = Buffer.from('k8s\0');

/**
 * An object that was sent as `application/vnd.kubernetes.protobuf`, as JSON has it. Throws an Error in the API server's words for what is none and for kinds that are not known
 * here.
 */
export function decodeProtobuf(bytes: Uint8Array): Fields {
  if (Buffer.compare(bytes.subarray(0, magic.length), magic) !== 0) {
    throw new WireError(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  }
  const envelope = readMessage('runtime.Unknown', bytes.subarray(magic.length)) as {
    readonly typeMeta?: { readonly apiVersion?: string; readonly kind?: string };
    readonly raw?: string;
  };
  const { apiVersion = '', kind = '' } = envelope.typeMeta ?? {};
  const message = messageOf(apiVersion, kind);
  const raw = Buffer.from(envelope.raw ?? '', 'base64');
  return { apiVersion, kind, ...readMessage(message, raw) };
}

/** The name of a kind in the table. DeleteOptions are those of meta, whatever group they are said to be of. */
function messageOf(apiVersion: string, kind: string): string {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? 'core' : apiVersion.slice(0, slash).split('.')[0];
  const name = kind === 'DeleteOptions' ? 'meta.DeleteOptions' : `${group}.${kind}`;
  if (!apiVersion.endsWith('v1') || fieldsOf(name) === undefined) {
    throw new WireError(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`,
    );
  }
  return name;
}

function readMessage(message: string, bytes: Uint8Array): Fields {
  const types = fieldsOf(message);
  if (types === undefined) throw new WireError(`no message ${message}`);
  const result: Fields = {};
  for (const field of readFields(bytes)) {
    const type = types.get(field.number);
    if (type !== undefined) addField(result, type, field);
  }
  return result;
}

function addField(result: Fields, { name, form, type }: FieldType, { value }: WireField): void {
  if (form === 'beside') Object.assign(result, readMessage(type, bytesOf(value)));
  else if (form === 'list') {
    result[name] ??= [];
    (result[name] as Json[]).push(readValue(type, value));
  } else if (form === 'map') {
    result[name] ??= {};
    const map = result[name] as Fields;
    const [key, member] = readEntry(type, bytesOf(value));
    Object.defineProperty(map, key, { value: member, enumerable: true, writable: true, configurable: true });
  } else result[name] = readValue(type, value);
}

function readEntry(type: string, bytes: Uint8Array): readonly [string, Json] {
  let key = '';
  let member: Json | undefined;
  for (const { number, value } of readFields(bytes)) {
    if (number === 1) key = text(bytesOf(value));
    else if (number === 2) member = readValue(type, value);
  }
  return [key, member ?? readValue(type, type === 'i' || type === 'b' ? 0n : new Uint8Array())];
}

function readValue(type: string, value: WireField['value']): Json {
  switch (type) {
    case 's':
      return text(bytesOf(value));
    case 'b':
      return numberOf(value) !== 0;
    case 'i':
      return numberOf(value);
    case 'd':
      return Buffer.from(bytesOf(value)).readDoubleLE();
    case 'B':
      return Buffer.from(bytesOf(value)).toString('base64');
    case 'T':
    case 'M':
      return readTime(bytesOf(value), type === 'M');
    case 'Q':
      return inner(bytesOf(value), 1, 's') ?? '0';
    case 'P':
      return readIntOrString(bytesOf(value));
    case 'R':
      return JSON.parse(inner(bytesOf(value), 1, 's')?.toString() || 'null') as Json;
    default:
      return readMessage(type, bytesOf(value));
  }
}

/** Seconds and nanoseconds; no time at all where there is nothing. */
function readTime(bytes: Uint8Array, micro: boolean): Json {
  if (bytes.length === 0) return null;
  const seconds = Number(inner(bytes, 1, 'i') ?? 0);
  const nanos = Number(inner(bytes, 2, 'i') ?? 0);
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  return micro ? `${whole}.${String(Math.trunc(nanos / 1000)).padStart(6, '0')}Z` : `${whole}Z`;
}

function readIntOrString(bytes: Uint8Array): Json {
  const isText = inner(bytes, 1, 'i') === 1;
  return isText ? (inner(bytes, 3, 's') ?? '') : (inner(bytes, 2, 'i') ?? 0);
}

/** One field of a message that is not in the table. */
function inner(bytes: Uint8Array, number: number, type: 's' | 'i'): Json | undefined {
  for (const field of readFields(bytes)) if (field.number === number) return readValue(type, field.value);
  return undefined;
}

function bytesOf(value: WireField['value']): Uint8Array {
  if (typeof value === 'bigint') throw new WireError('proto: wrong wireType');
  return value;
}

function numberOf(value: WireField['value']): number {
  if (typeof value !== 'bigint') throw new WireError('proto: wrong wireType');
  return Number(BigInt.asIntN(64, value));
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
