import type { IstioVersion } from '../components/index.ts';
import { newMap } from '../values/index.ts';
import { parseBool, parseFloat64, parseInteger, printed, splitPath, withoutBrackets } from './go-text.ts';
import { OperatorStop, panic } from './stop.ts';
import { isMap, type Tree, type TreeMap } from './tree.ts';

/** What is never made a number or boolean. Source: alwaysString of operator/pkg/values. */
const alwaysText: readonly string[] = [
  'spec.values.compatibilityVersion',
  'spec.tag',
  'spec.values.global.tag',
  'spec.meshConfig.defaultConfig.proxyMetadata.',
  'spec.values.meshConfig.defaultConfig.proxyMetadata.',
  'spec.compatibilityVersion',
];

/** A `--set` in two: the path, and the text that is set. */
export interface SetParts {
  readonly path: string;
  readonly text: string;
  /** Where the text is not what stands behind the first `=`: there is no `=`, or there are several, which istioctl took for a path without a value before 1.31. */
  readonly lost?: 'no =' | 'several =';
}

/**
 * Splits a `--set` as the istioctl of that version does.
 * Source: getPV of operator/pkg/values.
 */
export function splitSet(set: string, version: Pick<IstioVersion, 'minor'>): SetParts {
  const equals = set.split('=').length - 1;
  if (equals === 0) return { path: set, text: '', lost: 'no =' };
  if (equals > 1 && version.minor < 31) return { path: set, text: '', lost: 'several =' };
  const at = set.indexOf('=');
  return { path: trimSpace(set.slice(0, at)), text: trimSpace(set.slice(at + 1)) };
}

/** Go's `strings.TrimSpace`. */
function trimSpace(text: string): string {
  return text.replace(/^[\p{White_Space}]+|[\p{White_Space}]+$/gu, '');
}

/** A text of `--set` with its type: integer, float, boolean, else the text itself with `\,` as a comma. Source: parseValue of operator/pkg/values. */
export function typedText(text: string): Tree {
  return parseInteger(text) ?? parseFloat64(text) ?? parseBool(text) ?? text.replaceAll('\\,', ',');
}

/**
 * Sets one `path=value` below `spec`.
 * @throws OperatorStop where istioctl refuses the path or panics over it
 */
export function setSpecPath(root: TreeMap, set: string, version: Pick<IstioVersion, 'minor'>): void {
  const { path, text } = splitSet(`spec.${set}`, version);
  const value = alwaysText.some((prefix) => path.startsWith(prefix)) ? text : typedText(text);
  setPath(root, splitPath(path), value);
}

/**
 * Sets a value at a path, and makes the maps and list elements on the way.
 * Source: setPathRecurse of operator/pkg/values.
 * @throws OperatorStop where istioctl refuses the path or panics over it
 */
export function setPath(base: TreeMap, path: readonly string[], value: Tree): void {
  const [name, next] = path;
  if (name === undefined) {
    panic('runtime error: index out of range [0] with length 0', {
      help: 'A path that ends in [N] adds an element to a list, and cannot change one that is there: set a field of the element, or write the whole list into a file.',
    });
  }
  if (next?.startsWith('[')) setInList(base, name, path.slice(1), value);
  else if (next === undefined) base[name] = value;
  else {
    if (!Object.hasOwn(base, name)) base[name] = newMap();
    setPath(asMap(base[name]!, name), path.slice(1), value);
  }
}

function setInList(base: TreeMap, name: string, path: readonly string[], value: Tree): void {
  if (!Object.hasOwn(base, name)) base[name] = [];
  const list = base[name]!;
  const index = elementIndex(list, name, path[0]!);
  const elements = asList(list, name);
  const own = index < 0 ? undefined : elements[index];
  if (own !== undefined) {
    const element = asMap(own, path[0]!);
    setPath(element, path.slice(1), value);
    elements[index] = element;
    return;
  }
  if (path.length === 1) {
    elements.push(value);
    return;
  }
  const element = newMap();
  setPath(element, path.slice(1), value);
  elements.push(element);
}

function elementIndex(list: Tree, name: string, part: string): number {
  const inside = withoutBrackets(part);
  const colon = inside?.indexOf(':') ?? -1;
  if (inside !== undefined && colon >= 0) {
    const [key, wanted] = [inside.slice(0, colon), inside.slice(colon + 1)];
    const found = asList(list, name).findIndex((element) => asMap(element, part)[key] === wanted);
    if (found >= 0) return found;
    throw new OperatorStop(`element ${part} not found`, {
      help: `--set sees what your files say, not what the profile says, and no element of ${name} there has ${key}: ${wanted}. Write the list into a file, or set ${name}[0].${key}=${wanted} first.`,
    });
  }
  const index = inside === undefined ? undefined : parseInteger(inside);
  if (index !== undefined) return Number(index);
  throw new OperatorStop(`unknown segment ${part}`, {
    help: `Between brackets stands the number of an element or one of its fields: ${name}[0], ${name}.[name:NAME].`,
  });
}

function asList(value: Tree, name: string): Tree[] {
  if (Array.isArray(value)) return value;
  return panic(`interface conversion: interface {} is ${typeOf(value)}, not []interface {}`, {
    help: `${name} is ${described(value)} there and no list: take out [ ].`,
  });
}

/** A null gives a new map that nothing holds: what is set in it is lost. */
function asMap(value: Tree, name: string): TreeMap {
  if (isMap(value)) return value;
  if (value === null) return newMap();
  return panic(`not a map, got ${typeOf(value)}: ${printed(value)} ${kindOf(value)}`, {
    help: `${name} is ${described(value)} there: nothing can be set below it.`,
  });
}

function typeOf(value: Tree): string {
  if (value === null) return 'nil';
  if (Array.isArray(value)) return '[]interface {}';
  if (isMap(value)) return 'map[string]interface {}';
  return kindOf(value);
}

function kindOf(value: Tree): string {
  if (Array.isArray(value)) return 'slice';
  return { boolean: 'bool', number: 'float64', bigint: 'int', string: 'string', object: 'map' }[
    typeof value as 'boolean' | 'number' | 'bigint' | 'string' | 'object'
  ];
}

function described(value: Tree): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return isMap(value) ? 'a map' : `a ${typeof value === 'bigint' ? 'number' : typeof value}`;
}
