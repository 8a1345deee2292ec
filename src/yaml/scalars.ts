import type { NumberText, ScalarValue } from './nodes.ts';
import { fitsInt64, floatKey, readNumber, type YamlNumber } from './numbers.ts';

/** A scalar as it stands in the text: its characters, whether unquoted, and its full tag ('' for none). */
export interface RawScalar {
  readonly text: string;
  readonly plain: boolean;
  readonly tag: string;
}

/** Why a scalar cannot be read; `undefined` results carry no reason, so the reason has a type of its own. */
export interface Refusal {
  readonly refused: string;
  /** Only JSON cannot say it: a later value under the same key makes up for it. */
  readonly unlessReplaced?: boolean;
  readonly help: string;
}

/** A key as JSON has it. Two keys are the same key when their identities are equal; texts may clash. */
export interface Key {
  readonly text: string;
  readonly identity: string;
}

const YAML_TAG = 'tag:yaml.org,2002:';

const WORDS = new Map<string, null | boolean>();
for (const word of ['', '~', 'null', 'Null', 'NULL']) WORDS.set(word, null);
for (const word of 'y Y yes Yes YES true True TRUE on On ON'.split(' ')) WORDS.set(word, true);
for (const word of 'n N no No NO false False FALSE off Off OFF'.split(' ')) WORDS.set(word, false);

const INFINITE = new Map<string, number>();
for (const word of ['inf', 'Inf', 'INF']) {
  INFINITE.set(`.${word}`, Infinity).set(`+.${word}`, Infinity).set(`-.${word}`, -Infinity);
}
for (const word of ['.nan', '.NaN', '.NAN']) INFINITE.set(word, Number.NaN);

type Typed = null | boolean | string | YamlNumber;

// What the first character of a plain scalar allows: most text is a string at the first look.
const WORD = 1;
const NUMBER = 2;
const firstAllows = new Uint8Array(128);
for (const letter of 'yYnNtTfFoO~') firstAllows[letter.charCodeAt(0)] = WORD;
for (const sign of '+-.0123456789') firstAllows[sign.charCodeAt(0)] = NUMBER;

/** The type and value of an unquoted, untagged scalar (YAML 1.1 with go-yaml's changes). */
function typePlain(text: string): Typed {
  if (text === '') return null;
  const first = text.charCodeAt(0);
  const allowed = first < 128 ? firstAllows[first]! : 0;
  if (allowed === 0) return text;
  if (allowed === WORD) {
    const word = text.length <= 5 ? WORDS.get(text) : undefined;
    return word === undefined ? text : word;
  }
  const infinite = text.length <= 5 ? INFINITE.get(text) : undefined;
  if (infinite !== undefined) return { float: infinite };
  return readNumber(text) ?? text;
}

/**
 * The value of an unquoted, untagged scalar as kubectl reads it, e.g. `yes` as true, `010` as 8, `12:30` as a string;
 * a refusal for `.inf` and `.nan`, which JSON cannot say.
 */
export function resolvePlainScalar(text: string): ScalarValue | Refusal {
  const typed = typePlain(text);
  return typeof typed === 'object' && typed !== null ? numberText(typed) : typed;
}

/** The value of any scalar. */
export function resolveScalar(raw: RawScalar): ScalarValue | Refusal {
  const typed = typeScalar(raw);
  if (typeof typed !== 'object' || typed === null || 'refused' in typed) return typed;
  return numberText(typed);
}

function typeScalar(raw: RawScalar): Typed | Refusal {
  const { text, tag } = raw;
  if (tag === '') return raw.plain ? typePlain(text) : text;
  if (!tag.startsWith(YAML_TAG)) return text;
  const name = tag.slice(YAML_TAG.length);
  if (name === 'binary') return decodeBinary(text);
  if (name === 'str') return text;
  const typed = typePlain(text);
  const type = typeName(typed, text);
  switch (name) {
    case 'float':
      if (isInteger(typed) && fitsInt64(typed.integer)) return { float: Number(typed.integer) };
      return type === 'float' ? typed : mismatch(text, type, name);
    case 'timestamp':
      return type === 'timestamp' ? text : mismatch(text, type, name);
    case 'int':
    case 'bool':
    case 'null':
      return type === name ? typed : mismatch(text, type, name);
    default:
      return text;
  }
}

function isInteger(typed: Typed): typed is { readonly integer: string } {
  return typeof typed === 'object' && typed !== null && 'integer' in typed;
}

const TIMESTAMP =
  /^\d{4}-(?:\d-\d{1,2}|\d\d-\d{1,2})(?:(?:[Tt]|[ ]+)\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)?$/;

function typeName(typed: Typed, text: string): string {
  if (typed === null) return 'null';
  if (typeof typed === 'boolean') return 'bool';
  if (typeof typed === 'object') return 'integer' in typed ? 'int' : 'float';
  return TIMESTAMP.test(text) ? 'timestamp' : 'str';
}

function mismatch(text: string, type: string, wanted: string): Refusal {
  return {
    refused: `The tag !!${wanted} does not fit \`${shorten(text)}\`, which reads as !!${type}.`,
    help: `Remove the tag, or write a value of the type ${wanted}.`,
  };
}

function decodeBinary(text: string): string | Refusal {
  const base64 = text.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)) {
    return {
      refused: `The value of !!binary is no base64: \`${shorten(text)}\`.`,
      help: 'Encode it as base64, or remove the tag if it is text.',
    };
  }
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return decodeUtf8PerByte(bytes);
}

/** As Go's JSON writer: each byte that is no UTF-8 becomes one replacement character. */
function decodeUtf8PerByte(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const lead = bytes[i]!;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const character = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(i, i + length));
    const whole = character !== '\ufffd' && [...character].length === 1;
    text += whole ? character : '\ufffd';
    i += whole ? length : 1;
  }
  return text;
}

function numberText(value: YamlNumber): NumberText | Refusal {
  if ('integer' in value) {
    const literal = value.integer;
    return fitsInt64(literal) ? { number: literal } : { number: String(Number(literal)), literal };
  }
  if (!Number.isFinite(value.float)) {
    return {
      refused: `JSON has no number for ${String(value.float)}.`,
      unlessReplaced: true,
      help: 'Put the value in quotes if it is meant as text.',
    };
  }
  return floatText(value.float);
}

function floatText(float: number): NumberText {
  return Object.is(float, -0) ? { number: '0', literal: '-0' } : { number: String(float) };
}

/** The number of JSON text as kubectl prints it (`-0` is 0, `-0.0` is -0), or `undefined` when it overflows. */
export function jsonNumber(literal: string): NumberText | undefined {
  const isInteger = /^-?\d+$/.test(literal);
  if (isInteger && literal !== '-0' && fitsInt64(literal)) return { number: literal };
  const float = Number(literal);
  if (!Number.isFinite(float)) return undefined;
  const number = Object.is(float, -0) && !isInteger ? '-0' : String(float);
  return number === literal ? { number } : { number, literal };
}

/** True for a key that merges a map into the one around it: `<<` without quotes, or tagged `!` or !!merge. */
export function isMergeKey(raw: RawScalar): boolean {
  return (
    raw.text === '<<' && ((raw.plain && raw.tag === '') || raw.tag === '!' || raw.tag === `${YAML_TAG}merge`)
  );
}

/** The key that a scalar is: typed as a value would be, then written as text. */
export function resolveKey(raw: RawScalar): Key | Refusal {
  const typed = typeScalar(raw);
  if (typeof typed === 'string') return { text: typed, identity: typed };
  if (typeof typed === 'boolean') return { text: String(typed), identity: `\0${typed}` };
  if (typed === null) {
    return {
      refused: 'A key is null, which kubectl refuses.',
      unlessReplaced: true,
      help: 'Put it in quotes if it is meant as text, or write the key that is missing before the colon.',
    };
  }
  if ('refused' in typed) return typed;
  if ('integer' in typed) return integerKey(typed.integer);
  return { text: Number.isNaN(typed.float) ? '.nan' : floatKey(typed.float), identity: `\0f${typed.float}` };
}

function integerKey(digits: string): Key | Refusal {
  if (fitsInt64(digits)) return { text: digits, identity: `\0i${digits}` };
  const refused = `The key ${digits} is too large an integer for a key.`;
  return { refused, unlessReplaced: true, help: 'Put it in quotes.' };
}

/** At most 40 characters of a text, for messages. */
export function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
