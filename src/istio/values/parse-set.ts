import type { FieldPath } from '../../model/index.ts';
import {
  type Assignment,
  noteAssignment,
  readUntil,
  refuse,
  SetError,
  type SetFault,
  type SetMode,
  type SetText,
} from './set-text.ts';
import { readValue } from './set-value.ts';
import { type Draft, type DraftMap, isMap, newMap } from './types.ts';

// The language of helm's pkg/strvals (3.22). Where a reader of that package gives io.EOF, the one here gives true: the text ended early, which stops
// everything above it without being an error.

/** Helm's MaxNestedNameLevel and MaxIndex. */
const mostLevels = 30;
const greatestIndex = 65_536;

/**
 * Reads the text of one `--set`, `--set-string`, `--set-json`, `--set-literal` or `--set-file` into `into`, over what is there, as Helm does. Gives what it
 * sets, or the fault; `into` may then be half changed. `readFile` is only asked with `set-file`; what it throws is thrown on.
 */
export function parseSet(
  text: string,
  mode: SetMode,
  into: DraftMap,
  readFile: (name: string) => string = () => '',
): { readonly assignments: readonly Assignment[] } | { readonly fault: SetFault } {
  const set: SetText = { text, mode, readFile, at: 0, start: 0, assignments: [] };
  try {
    let ended = false;
    while (!ended) {
      set.start = set.at;
      ended = readKey(set, into, [], 0);
    }
    return { assignments: set.assignments };
  } catch (error) {
    if (error instanceof SetError) return { fault: error.fault };
    throw error;
  }
}

/** Reads a key and all that belongs to it. */
function readKey(set: SetText, map: DraftMap, above: FieldPath, level: number): boolean {
  const start = set.at;
  const { word, stop } = readUntil(set, set.mode === 'set-literal' ? '=[.' : '=[,.');
  const path = word === '' ? above : [...above, word];
  const name = JSON.stringify(word);
  switch (stop) {
    case '=': {
      const { value, ended } = readValue(set);
      put(map, word, value);
      if (word !== '') noteAssignment(set, path);
      return ended;
    }
    case '[':
      return readElement(set, map, word, path, level);
    case '.': {
      if (level + 1 > mostLevels) {
        refuse(
          `names nest at most ${mostLevels} levels deep`,
          set.at - 1,
          'write the rest of the value with --set-json or in a values file',
        );
      }
      const inner = mapBelow(map, word, start);
      const ended = readKey(set, inner, path, level + 1);
      const isEmpty = Object.keys(inner).length === 0;
      if (!ended && isEmpty) refuse(`key map ${name} has no value`, start, valueHelp(word));
      if (!isEmpty) put(map, word, inner);
      return ended;
    }
    case ',':
      return refuse(`key ${name} has no value (cannot end with ,)`, start, valueHelp(word));
    default:
      if (word === '') return true;
      return refuse(`key ${name} has no value`, start, valueHelp(word));
  }
}

function valueHelp(word: string): string {
  const name = word === '' ? 'name' : word.trim();
  return `write ${name}=VALUE; a comma that belongs to a value is written \\,`;
}

/** Reads `INDEX]…` behind `name[`. */
function readElement(set: SetText, map: DraftMap, word: string, path: FieldPath, level: number): boolean {
  const at = set.at;
  const index = readIndex(set);
  const list = Object.hasOwn(map, word) ? listIn(map[word]!, word, at) : [];
  const read = readItem(set, list, index, [...path, index], level);
  put(map, word, read.list);
  return read.ended;
}

interface ReadItem {
  readonly list: Draft[];
  readonly ended: boolean;
}

/** Reads what stands behind `]` and puts it into the list, which grows as far as needed. */
function readItem(set: SetText, list: Draft[], index: number, path: FieldPath, level: number): ReadItem {
  const start = set.at;
  if (index < 0) refuse(`negative ${index} index not allowed`, start, 'indexes count from 0');
  const { word, stop } = readUntil(set, '[.=');
  if (word !== '') {
    refuse(
      `unexpected data at end of array index: ${JSON.stringify(word)}`,
      start,
      'behind ] comes =, . or [: ports[0].port=443',
    );
  }
  switch (stop) {
    case '=': {
      const { value } = readValue(set);
      const longer = putAt(set, list, index, value);
      noteAssignment(set, path);
      return { list: longer, ended: false };
    }
    case '[': {
      const next = readIndex(set);
      const existing = list[index] ?? null;
      const inner = existing === null ? [] : listIn(existing, `[${index}]`, start);
      const read = readItem(set, inner, next, [...path, next], level);
      if (read.ended) return { list, ended: true };
      return { list: putAt(set, list, index, read.list), ended: false };
    }
    case '.': {
      const inner = itemMap(list, index);
      if (readKey(set, inner, path, level)) return { list, ended: true };
      return { list: putAt(set, list, index, inner), ended: false };
    }
    default:
      return { list, ended: true };
  }
}

/** Reads up to `]`: a decimal number, as Go's Atoi takes it. */
function readIndex(set: SetText): number {
  const start = set.at;
  const { word, stop } = readUntil(set, ']');
  if (stop === undefined) refuse('[ is not closed', start - 1, 'write the index as [0]');
  const index = /^[+-]?\d+$/.test(word) ? Number(word) : Number.NaN;
  if (Number.isSafeInteger(index)) return index;
  return refuse(
    `${JSON.stringify(word)} is not an index`,
    start,
    'an index is a number that counts from 0: ports[0].port=443; a bracket that belongs to a name is written \\[',
  );
}

/** The map that `word` leads to, a new one where there is nothing. */
function mapBelow(map: DraftMap, word: string, at: number): DraftMap {
  if (!Object.hasOwn(map, word)) return newMap();
  const value = map[word];
  if (isMap(value)) return value;
  return refuse(
    `${JSON.stringify(word)} is ${describe(value!)} already, and a name below it needs a map`,
    at,
    'take the other value away, or set the whole map at once',
  );
}

function listIn(value: Draft, name: string, at: number): Draft[] {
  if (Array.isArray(value)) return value;
  return refuse(
    `${JSON.stringify(name)} is ${describe(value)} already, and an index needs a list`,
    at - 1,
    'take the other value away, or set the whole list at once: name={first,second}',
  );
}

/** The map at an index of a list; what is there and is none gives way. */
function itemMap(list: Draft[], index: number): DraftMap {
  if (index >= list.length) return newMap();
  const value = list[index];
  if (isMap(value)) return value;
  const made = newMap();
  list[index] = made;
  return made;
}

/** Sets a value that has a name; Helm drops one that has none. */
function put(map: DraftMap, word: string, value: Draft): void {
  if (word !== '') map[word] = value;
}

function putAt(set: SetText, list: Draft[], index: number, value: Draft): Draft[] {
  if (index > greatestIndex) {
    refuse(
      `index ${index} is greater than ${greatestIndex}, the greatest that Helm takes`,
      set.start,
      'indexes count from 0',
    );
  }
  while (list.length < index) list.push(null);
  list[index] = value;
  return list;
}

function describe(value: Draft): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return 'text';
  return typeof value === 'boolean' ? 'a boolean' : 'a number';
}
