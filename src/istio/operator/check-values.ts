import { suggestName } from '../../manifest/index.ts';
import type { IstioVersion } from '../components/index.ts';
import { type DecodeFault, isInteger, sortedKeys } from './decode.ts';
import { isMap, type Tree, type TreeMap } from './tree.ts';
import { enumerations, isMessage, messageFields, type ValuesField } from './values-types.ts';

type Path = readonly (string | number)[];

/**
 * The first error of istioctl's reader of the values: it goes through a message's fields in their order, and refuses names that are left over after all of
 * them. Undefined where there is none. Where several names are left over, istioctl names any one of them; here it is the first.
 * Source: jsonpb of golang/protobuf, as operator/pkg/apis uses it.
 */
export function valuesFault(values: Tree, version: IstioVersion): DecodeFault | undefined {
  return messageFault('Values', values, ['spec', 'values'], version);
}

function messageFault(
  message: string,
  value: Tree,
  path: Path,
  version: IstioVersion,
): DecodeFault | undefined {
  if (value === null) return undefined;
  if (!isMap(value)) return wrongType(value, 'map[string]json.RawMessage', path);
  const fields = messageFields(message, version);
  for (const field of fields) {
    const name = field.names.findLast((each) => Object.hasOwn(value, each));
    const fault = name === undefined ? undefined : fieldFault(field, value[name]!, [...path, name], version);
    if (fault !== undefined) return fault;
  }
  return unknownName(message, value, fields, path);
}

function unknownName(
  message: string,
  value: TreeMap,
  fields: readonly ValuesField[],
  path: Path,
): DecodeFault | undefined {
  const known = fields.flatMap(({ names }) => names);
  const unknown = sortedKeys(value).find((name) => !known.includes(name));
  if (unknown === undefined) return undefined;
  const near = suggestName(unknown, known);
  const parent = path.slice(1).join('.');
  return {
    message: `unknown field ${JSON.stringify(unknown)} in istio.operator.v1alpha1.${message}`,
    help:
      near === undefined
        ? `${parent} takes ${known.join(', ')}. What a chart knows and istioctl does not goes below spec.unvalidatedValues.`
        : `Do you mean ${near}? ${parent} has no field ${unknown}.`,
    path: [...path, unknown],
  };
}

function fieldFault(
  field: ValuesField,
  value: Tree,
  path: Path,
  version: IstioVersion,
): DecodeFault | undefined {
  if (!field.list) return singleFault(field.type, value, path, version);
  if (value === null) return undefined;
  if (!Array.isArray(value)) return wrongType(value, '[]json.RawMessage', path);
  for (const [i, item] of value.entries()) {
    const fault = singleFault(field.type, item, [...path, i], version);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function singleFault(type: string, value: Tree, path: Path, version: IstioVersion): DecodeFault | undefined {
  if (value === null || type === 'V') return undefined;
  if (isMessage(type)) return messageFault(type, value, path, version);
  if (type.startsWith('=')) return enumerationFault(type.slice(1), value, path);
  switch (type) {
    case 's':
      return typeof value === 'string' ? undefined : wrongType(value, 'string', path);
    case 'b':
    case 'B':
      return typeof value === 'boolean' ? undefined : wrongType(value, 'bool', path);
    case 'i':
      return integerFault(value, 'int32', path);
    case 'u':
      return integerFault(value, 'uint32', path);
    case 'l':
      return integerFault(value, 'int64', path);
    case 'I':
      return typeof value === 'string' || isInteger(value, 'int32')
        ? undefined
        : wrongType(value, 'int32', path);
    case 'f':
      return typeof unquoted(value) === 'number' ? undefined : wrongType(value, 'float64', path);
    case 'd':
      return typeof value === 'string' ? undefined : wrongType(value, 'string', path);
    case 'T':
      return textMapFault(value, path);
    default:
      return isMap(value) ? undefined : badStruct(value, path);
  }
}

/** A number may stand in quotes. */
function unquoted(value: Tree): Tree {
  return typeof value === 'string' && /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(value)
    ? Number(value)
    : value;
}

function integerFault(value: Tree, name: 'int32' | 'int64' | 'uint32', path: Path): DecodeFault | undefined {
  const inner = unquoted(value);
  if (isInteger(inner, name)) return undefined;
  if (typeof inner === 'string') {
    return {
      message: `invalid character ${quotedStart(inner)} looking for beginning of value`,
      help: help(path, name),
      path,
    };
  }
  return wrongType(inner, name, path);
}

function quotedStart(text: string): string {
  return text === '' ? "''" : `'${text[0]}'`;
}

function enumerationFault(name: string, value: Tree, path: Path): DecodeFault | undefined {
  const known = enumerations[name] ?? [];
  if (typeof value !== 'string') {
    return isInteger(value, 'int32') ? undefined : wrongType(value, 'protoreflect.EnumNumber', path);
  }
  if (known.includes(value)) return undefined;
  const near = suggestName(value, known);
  return {
    message: `unknown value ${JSON.stringify(JSON.stringify(value))} for enum istio.operator.v1alpha1.${name}`,
    help: `${near === undefined ? '' : `Do you mean ${near}? `}${path.slice(1).join('.')} is one of ${known.join(', ')}.`,
    path,
  };
}

function textMapFault(value: Tree, path: Path): DecodeFault | undefined {
  if (!isMap(value)) return wrongType(value, 'map[string]json.RawMessage', path);
  for (const key of sortedKeys(value)) {
    if (typeof value[key] !== 'string' && value[key] !== null)
      return wrongType(value[key]!, 'string', [...path, key]);
  }
  return undefined;
}

function badStruct(value: Tree, path: Path): DecodeFault {
  const fault = wrongType(value, 'map[string]json.RawMessage', path);
  return { ...fault, message: `bad StructValue: ${fault.message}` };
}

function wrongType(value: Tree, wanted: string, path: Path): DecodeFault {
  const integer = /int\d|Enum/.test(wanted) && (typeof value === 'number' || typeof value === 'bigint');
  return {
    message: `json: cannot unmarshal ${describe(value)}${integer ? ` ${value}` : ''} into Go value of type ${wanted}`,
    help: help(path, wanted),
    path,
  };
}

function describe(value: Tree): string {
  if (Array.isArray(value)) return 'array';
  if (isMap(value)) return 'object';
  const type = typeof value;
  if (type === 'boolean') return 'bool';
  return type === 'bigint' ? 'number' : type;
}

const words: Readonly<Record<string, string>> = {
  'map[string]json.RawMessage': 'a map',
  '[]json.RawMessage': 'a list',
  string: 'a text: put it in quotes, in a file. --set makes a number or a boolean of what looks like one',
  bool: 'true or false, without quotes',
};

function help(path: Path, wanted: string): string {
  return `${path.slice(1).join('.')} takes ${words[wanted] ?? 'a whole number'}.`;
}
