import { readUntil, refuse, type SetText, take } from './set-text.ts';
import type { Draft } from './types.ts';

/** What stands behind `=`. `ended`: the text ends right there, without a value. */
export interface ReadValue {
  readonly value: Draft;
  readonly ended: boolean;
}

/** Reads the value of the current key, in the way of its flag. */
export function readValue(set: SetText): ReadValue {
  if (set.mode === 'set-literal') return { value: readUntil(set, '').word, ended: false };
  if (set.mode === 'set-json') return { value: readJson(set), ended: false };
  if (set.at >= set.text.length) return { value: '', ended: true };
  if (set.text[set.at] === '{') return { value: readList(set), ended: false };
  return { value: typed(readUntil(set, ',').word, set), ended: false };
}

/** `{a,b}`; a comma right behind it belongs to it. */
function readList(set: SetText): Draft[] {
  const opened = set.at;
  set.at += 1;
  const list: Draft[] = [];
  for (;;) {
    const { word, stop } = readUntil(set, ',}');
    if (stop === undefined)
      refuse("list must terminate with '}'", opened, 'close the list: name={first,second}');
    list.push(typed(word, set));
    if (stop === ',') continue;
    if (set.text[set.at] === ',') set.at += 1;
    return list;
  }
}

/**
 * The type that a word has without quotes: true, false and null in any case, int64 for decimal digits without a leading zero, else text.
 * Source: `typedVal` of helm's pkg/strvals.
 */
function typed(word: string, set: SetText): Draft {
  if (set.mode === 'set-file') return set.readFile(word);
  if (set.mode === 'set-string') return word;
  // Go's EqualFold knows the long s, as the flags iu do.
  if (/^true$/iu.test(word)) return true;
  if (/^false$/iu.test(word)) return false;
  if (/^null$/iu.test(word)) return null;
  if (word === '0') return 0n;
  if (!/^[+-]?\d+$/.test(word) || word.startsWith('0')) return word;
  const integer = BigInt(word.replace('+', ''));
  return BigInt.asIntN(64, integer) === integer ? integer : word;
}

/** A JSON value and what follows of blanks and one comma. Nothing but blanks is null. */
function readJson(set: SetText): Draft {
  if (skipToComma(set)) return null;
  const start = set.at;
  const end = endOfJson(set.text, start);
  const value = end === undefined ? undefined : parseJson(set.text.slice(start, end));
  if (value === undefined || end === undefined) {
    return refuse(
      'the value is not JSON',
      start,
      'write JSON behind =: name={"key": [1, true, null, "text"]}; text needs its quotes: name=\'"text"\'',
    );
  }
  set.at = end;
  skipToComma(set);
  return value;
}

/** Skips blanks, and a comma behind them; true where nothing or a comma was there. */
function skipToComma(set: SetText): boolean {
  for (let before = set.at; ; before = set.at) {
    const next = take(set);
    if (next === undefined || next === ',') return true;
    // Go's unicode.IsSpace: \s but for the byte-order mark, and U+0085.
    if ((/\s/.test(next) && next !== '\ufeff') || next === '\u0085') continue;
    set.at = before;
    return false;
  }
}

/** Of a number more than JSON allows (`1.`): Go does not go on behind one that is wrong. */
const atom = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d*)?|true|false|null/sy;

/** The offset behind the JSON value at `start`; undefined where it does not end. What is inside is not looked at. */
function endOfJson(text: string, start: number): number | undefined {
  if (!/[[{]/.test(text[start] ?? '')) {
    atom.lastIndex = start;
    return atom.exec(text) === null ? undefined : atom.lastIndex;
  }
  let depth = 0;
  const sign = /"(?:[^"\\]|\\.)*"|["[\]{}]/gs;
  sign.lastIndex = start;
  for (let match = sign.exec(text); match !== null; match = sign.exec(text)) {
    if (match[0] === '[' || match[0] === '{') depth += 1;
    else if (match[0] === ']' || match[0] === '}') depth -= 1;
    if (depth === 0) return sign.lastIndex;
  }
  return undefined;
}

/** As Go's encoding/json reads it: a number beyond a float's range is no value, half a surrogate pair is the replacement character. */
function parseJson(text: string): Draft | undefined {
  try {
    const value = JSON.parse(text, (_, member: unknown) => {
      if (member === Number.POSITIVE_INFINITY || member === Number.NEGATIVE_INFINITY) throw new RangeError();
      if (typeof member === 'string') return member.toWellFormed();
      if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
      return Object.assign(Object.create(null), member) as unknown;
    }) as Draft;
    return value;
  } catch {
    return undefined;
  }
}
