import { suggestName } from '../../manifest/index.ts';
import type { GoStruct, GoType } from './operator-types.ts';
import { isMap, type Tree, type TreeMap } from './tree.ts';

/** What Go's decoder says about a value, and where it is. */
export interface DecodeFault {
  readonly message: string;
  readonly help: string;
  readonly path: readonly (string | number)[];
}

/** Where the decoder is; `fields` are the names of JSON on the way. */
interface Place {
  readonly path: readonly (string | number)[];
  readonly struct?: GoStruct;
  readonly fields: readonly string[];
}

/** Thrown where a type that reads itself fails: the decoder stops at once, and what it noted before is forgotten. */
class Stopped {
  readonly fault: DecodeFault;
  constructor(fault: DecodeFault) {
    this.fault = fault;
  }
}

/**
 * The error that Go's encoding/json with DisallowUnknownFields ends with: of values of a wrong type and of unknown fields the first, in the order of sorted
 * names; a type that reads itself goes before. Undefined where there is none.
 */
export function decodeFault(type: GoType, value: Tree): DecodeFault | undefined {
  const faults: DecodeFault[] = [];
  try {
    decode(type, value, { path: [], fields: [] }, faults);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return error.fault;
  }
  return faults[0];
}

/** The field of a struct that Go's decoder takes a name for: by its letters alone, case does not count where no name is equal. */
export function fieldNamed(struct: GoStruct, name: string): string | undefined {
  if (Object.hasOwn(struct.fields, name)) return name;
  const lower = name.toLowerCase();
  return Object.keys(struct.fields).find((field) => field.toLowerCase() === lower);
}

/** The value that Go's decoder ends up with for a field: names that differ in case alone are the same to it, and the last one counts. */
export function fieldOf(map: TreeMap, field: string): Tree | undefined {
  const lower = field.toLowerCase();
  const name = sortedKeys(map).findLast((key) => key.toLowerCase() === lower);
  return name === undefined ? undefined : map[name];
}

function decode(type: GoType, value: Tree, place: Place, faults: DecodeFault[]): void {
  if (value === null || type.kind === 'raw' || type.kind === 'unchecked') return;
  if (type.kind === 'list' && Array.isArray(value)) {
    for (const [i, item] of value.entries()) decode(type.of, item, within(place, i), faults);
  } else if (type.kind === 'map' && isMap(value)) {
    for (const key of sortedKeys(value)) decode(type.of, value[key]!, within(place, key), faults);
  } else if (type.kind === 'struct' && isMap(value)) decodeStruct(type, value, place, faults);
  else if (readsItself(type)) {
    if (!isScalar(type, value)) throw new Stopped(typeFault(type, value, place));
  } else if (!isScalar(type, value)) faults.push(typeFault(type, value, place));
}

function readsItself({ kind }: GoType): boolean {
  return kind === 'bool' || kind === 'integer or text';
}

function isScalar(type: GoType, value: Tree): boolean {
  if (type.kind === 'string') return typeof value === 'string';
  if (type.kind === 'bool') return typeof value === 'boolean';
  if (type.kind === 'integer') return isInteger(value, type.name);
  return type.kind === 'integer or text' && (typeof value === 'string' || isInteger(value, 'int32'));
}

function within(place: Place, step: string | number): Place {
  return { ...place, path: [...place.path, step] };
}

function decodeStruct(struct: GoStruct, value: TreeMap, place: Place, faults: DecodeFault[]): void {
  for (const key of sortedKeys(value)) {
    const path = [...place.path, key];
    const field = fieldNamed(struct, key);
    if (field === undefined) faults.push(unknownField(struct, key, path));
    else {
      const fields = [...place.fields, ...named(struct, field)];
      decode(struct.fields[field]!, value[key]!, { path, struct, fields }, faults);
    }
  }
}

/** The steps that Go's errors name on the way to a field. */
function named({ embedded }: GoStruct, field: string): readonly string[] {
  return embedded?.fields.includes(field) ? [embedded.name, field] : [field];
}

function unknownField(struct: GoStruct, name: string, path: Place['path']): DecodeFault {
  const near = suggestName(name, Object.keys(struct.fields));
  const known = Object.keys(struct.fields).join(', ');
  return {
    message: `json: unknown field ${JSON.stringify(name)}`,
    help: `${path.slice(0, -1).join('.') || 'An IstioOperator'} has no field ${name}${near === undefined ? `. It has ${known}.` : `: do you mean ${near}?`}`,
    path,
  };
}

function typeFault(type: GoType, value: Tree, { path, struct, fields }: Place): DecodeFault {
  const where = struct === undefined ? 'value' : `struct field ${struct.name}.${fields.join('.')}`;
  return {
    message: `json: cannot unmarshal ${described(value, type)} into Go ${where} of type ${goName(type)}`,
    help: `${path.join('.')} takes ${wanted(type)}.`,
    path,
  };
}

function described(value: Tree, type: GoType): string {
  if (Array.isArray(value)) return 'array';
  if (isMap(value)) return 'object';
  if (typeof value !== 'number') return typeof value === 'boolean' ? 'bool' : typeof value;
  return type.kind === 'integer' || type.kind === 'integer or text' ? `number ${value}` : 'number';
}

function goName(type: GoType): string {
  if (type.kind === 'list') return `[]${goName(type.of)}`;
  if (type.kind === 'map') return `map[string]${goName(type.of)}`;
  if (type.kind === 'struct') return `${type.package}.${type.name}`;
  if (type.kind === 'integer or text') return 'int32';
  return type.kind === 'integer' ? type.name : type.kind;
}

function wanted(type: GoType): string {
  switch (type.kind) {
    case 'list':
      return 'a list';
    case 'map':
    case 'struct':
      return 'a map';
    case 'bool':
      return 'true or false, without quotes';
    case 'integer':
      return 'a whole number without quotes';
    case 'integer or text':
      return 'a whole number or a text';
    default:
      return 'a text: put it in quotes';
  }
}

const limits = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63],
  uint32: [0, 2 ** 32 - 1],
} as const;

/** Whether a number is one of that type as JSON writes it: Go prints floats from 1e21 on with an exponent, and then they are no integers. */
export function isInteger(value: Tree, name: 'int32' | 'int64' | 'uint32'): boolean {
  if (typeof value === 'bigint') return isInteger(Number(value), name);
  if (typeof value !== 'number' || !Number.isInteger(value)) return false;
  const [least, most] = limits[name];
  return value >= least && value <= most;
}

/** Names in the order of their bytes, as Go writes JSON. */
export function sortedKeys(map: TreeMap): string[] {
  return Object.keys(map).sort((a, b) => (a < b ? -1 : Number(a > b)));
}
