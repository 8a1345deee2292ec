import type { FieldPath } from '../../model/index.ts';

/** How a `--set…` flag reads what stands behind `=`. */
export type SetMode = 'set' | 'set-string' | 'set-json' | 'set-literal' | 'set-file';

/** What one `name=value` of a flag sets: the value at `path`, and the stretch of the text that says so. */
export interface Assignment {
  readonly path: FieldPath;
  readonly start: number;
  readonly end: number;
}

/** Why a text cannot be read, as data. */
export interface SetFault {
  /** Helm's meaning, in its words where they are clear. */
  readonly message: string;
  /** UTF-16 offset into the text. */
  readonly at: number;
  /** What to write instead. */
  readonly help: string;
}

/** Thrown inside this room where a text cannot be read. */
export class SetError extends Error {
  readonly fault: SetFault;
  constructor(fault: SetFault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** A text of `--set` while it is read. */
export interface SetText {
  readonly text: string;
  readonly mode: SetMode;
  /** Of `set-file`: what is in the file of this name. */
  readonly readFile: (name: string) => string;
  at: number;
  /** Where the current `name=value` begins. */
  start: number;
  readonly assignments: Assignment[];
}

/** What a reader met: one of the characters that end it, or undefined for the end of the text. */
export interface Word {
  readonly word: string;
  readonly stop: string | undefined;
}

/** Reads up to one of `stops`, which is consumed. Where `escapes`, a backslash takes the next character as it is; one at the very end is dropped. */
export function readUntil(set: SetText, stops: string, escapes: boolean = set.mode !== 'set-literal'): Word {
  let word = '';
  for (let next = take(set); next !== undefined; next = take(set)) {
    if (stops.includes(next)) return { word, stop: next };
    if (next === '\\' && escapes) {
      const escaped = take(set);
      if (escaped === undefined) break;
      word += escaped;
    } else word += next;
  }
  return { word, stop: undefined };
}

/** The next character (a whole code point), consumed; undefined at the end. */
export function take(set: SetText): string | undefined {
  const code = set.text.codePointAt(set.at);
  if (code === undefined) return undefined;
  const character = String.fromCodePoint(code);
  set.at += character.length;
  return character;
}

/** Throws what is wrong with the text at an offset. */
export function refuse(message: string, at: number, help: string): never {
  throw new SetError({ message, at, help });
}

/** Notes that the `name=value` which ends here sets the value at `path`. */
export function noteAssignment(set: SetText, path: FieldPath): void {
  const comma = set.text[set.at - 1] === ',' ? 1 : 0;
  set.assignments.push({ path, start: set.start, end: Math.max(set.start, set.at - comma) });
}
