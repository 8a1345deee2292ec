import { type Diagnostic, type FieldPath, formatPath, type Source } from '../../model/index.ts';
import type { MappingNode, YamlNode } from '../../yaml/index.ts';
import { suggestName } from '../kit/index.ts';

// Readers of Portcullis' own files: a node in, a value out, or undefined and a diagnostic at the node.

/** The text being read, and what is wrong with it so far. */
export interface Reading {
  readonly source: Source;
  /** The code of a diagnostic for a field that is wrong. */
  readonly code: string;
  readonly diagnostics: Diagnostic[];
}

export type Reader<T> = (node: YamlNode, path: FieldPath, reading: Reading) => T | undefined;

type Fields = Readonly<Record<string, Reader<unknown>>>;

/** What the readers of `F` give; a field that is absent or wrong is undefined. */
export type ValuesOf<F extends Fields> = {
  readonly [K in keyof F]?: F[K] extends Reader<infer T> ? T : never;
};

/** A string that `accept` takes; `wanted` says in words what that is. */
export function text(wanted = 'a string that is not empty', accept: RegExp = /./s): Reader<string> {
  return (node, path, reading) => {
    if (node.kind === 'scalar' && typeof node.value === 'string' && accept.test(node.value))
      return node.value;
    return refuseField(node, path, reading, wanted);
  };
}

/** A string, number or boolean, as the text that it is written as; null is the environment's word, which is for `env` alone. */
export const valueText: Reader<string | null> = (node, path, reading) => {
  if (node.kind !== 'scalar')
    return refuseField(node, path, reading, 'a string, a number, true, false or null');
  const { value } = node;
  if (value === null || typeof value === 'string') return value;
  return reading.source.text.slice(node.start, node.end);
};

export const boolean: Reader<boolean> = (node, path, reading) => {
  if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
  return refuseField(node, path, reading, 'true or false');
};

/** A whole number that is not negative. */
export const count: Reader<number> = (node, path, reading) => {
  if (node.kind === 'scalar' && typeof node.value === 'object' && node.value !== null) {
    if (/^\d{1,9}$/.test(node.value.number)) return Number(node.value.number);
  }
  return refuseField(node, path, reading, 'a whole number');
};

/** One of a few words. */
export function oneOf<T extends string>(...words: readonly T[]): Reader<T> {
  return (node, path, reading) => {
    const value = node.kind === 'scalar' ? node.value : undefined;
    const word = words.find((candidate) => candidate === value);
    if (word !== undefined) return word;
    const meant = typeof value === 'string' ? suggestName(value, words) : undefined;
    return refuseField(node, path, reading, words.join(' or '), meant);
  };
}

/** A list; members that are wrong are left out. */
export function list<T>(member: Reader<T>): Reader<readonly T[]> {
  return (node, path, reading) => {
    if (node.kind !== 'sequence') return refuseField(node, path, reading, 'a list');
    return node.items.flatMap((item, index) => member(item, [...path, index], reading) ?? []);
  };
}

/** A mapping with names of the user's own, which are taken as written: to YAML the key `N` is the boolean false. */
export function map<T>(name: RegExp, wanted: string, member: Reader<T>): Reader<ReadonlyMap<string, T>> {
  return (node, path, reading) => {
    if (node.kind !== 'mapping') return refuseField(node, path, reading, 'a mapping');
    const values = new Map<string, T>();
    for (const { key, keyStart, keyEnd, value } of node.entries) {
      const written = reading.source.text.slice(keyStart, keyEnd);
      const isPlain = !/^["'&*!?]/.test(written);
      const chosen = isPlain && name.test(written) ? written : key;
      if (!name.test(chosen)) {
        const message = `${formatPath(path)}: ${JSON.stringify(chosen)} is not ${wanted}`;
        report(reading, keyStart, keyEnd, message);
      }
      const read = member(value, [...path, chosen], reading);
      if (read !== undefined) values.set(chosen, read);
    }
    return values;
  };
}

/** A mapping with exactly these fields, of which `required` have to be there. */
export function record<F extends Fields>(
  fields: F,
  required: readonly (keyof F & string)[] = [],
): Reader<ValuesOf<F>> {
  return (node, path, reading) => {
    if (node.kind !== 'mapping') return refuseField(node, path, reading, 'a mapping');
    for (const name of required) {
      if (fieldOf(node, name) === undefined) {
        report(
          reading,
          node.start,
          node.end,
          `${path.length === 0 ? '' : `${formatPath(path)}: `}${name} is missing`,
        );
      }
    }
    const values: Record<string, unknown> = Object.create(null);
    for (const { key, keyStart, keyEnd, value } of node.entries) {
      const reader = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (reader === undefined) {
        reportUnknown(reading, keyStart, keyEnd, [...path, key], Object.keys(fields));
        continue;
      }
      const read = reader(value, [...path, key], reading);
      if (read !== undefined) values[key] = read;
    }
    return values as ValuesOf<F>;
  };
}

/** The value at a key of a mapping. */
export function fieldOf(node: MappingNode, key: string): YamlNode | undefined {
  return node.entries.find((entry) => entry.key === key)?.value;
}

/** Adds a diagnostic at these offsets. */
export function report(reading: Reading, start: number, end: number, message: string, help?: string): void {
  const span = { source: reading.source, start, end };
  reading.diagnostics.push({
    code: reading.code,
    severity: 'error',
    message,
    span,
    ...(help !== undefined && { help }),
  });
}

function reportUnknown(
  reading: Reading,
  start: number,
  end: number,
  path: FieldPath,
  names: readonly string[],
): void {
  const meant = suggestName(String(path.at(-1)), names);
  const help = meant === undefined ? `the fields here are ${names.join(', ')}` : `did you mean ${meant}?`;
  report(reading, start, end, `unknown field ${formatPath(path)}`, help);
}

/** Adds the diagnostic that the field must be `wanted`, with what it is; gives undefined. */
export function refuseField(
  node: YamlNode,
  path: FieldPath,
  reading: Reading,
  wanted: string,
  meant?: string,
): undefined {
  const help = meant === undefined ? undefined : `did you mean ${meant}?`;
  const where = path.length === 0 ? 'the file' : formatPath(path);
  report(reading, node.start, node.end, `${where} must be ${wanted}, not ${describe(node)}`, help);
  return undefined;
}

function describe(node: YamlNode): string {
  if (node.kind === 'sequence') return 'a list';
  if (node.kind === 'mapping') return 'a mapping';
  const { value } = node;
  if (value === null) return 'null';
  if (typeof value === 'object') return `the number ${value.number}`;
  if (typeof value === 'boolean') return `the boolean ${value}`;
  return `the string ${JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value)}`;
}
