import { afterBreak, BLANK, BREAK, breakText, classOf, foldBreaks, isBreak, isMarker } from './characters.ts';
import { fault, type Scanner, Token, type TokenKind } from './scanner-state.ts';

const DOUBLE = 34;
const SINGLE = 39;
const BACKSLASH = 92;

const ESCAPES = new Map<number, string>(
  Object.entries({
    '0': '\0',
    a: '\x07',
    b: '\b',
    t: '\t',
    '\t': '\t',
    n: '\n',
    v: '\v',
    f: '\f',
    r: '\r',
    e: '\x1b',
    ' ': ' ',
    '"': '"',
    "'": "'",
    '\\': '\\',
    N: '\u0085',
    _: '\u00a0',
    L: '\u2028',
    P: '\u2029',
  }).map(([letter, value]) => [letter.charCodeAt(0), value]),
);
const HEXADECIMAL = new Map([
  [120, 2], // x
  [117, 4], // u
  [85, 8], // U
]);

/** Scans text in double quotes; only escapes and line ends make its value a copy. */
export function scanDoubleQuoted(s: Scanner): TokenKind {
  const text = s.text;
  const start = s.position + 1;
  let position = start;
  for (;;) {
    const code = text.charCodeAt(position);
    if (code === DOUBLE) return finish(s, text.slice(start, position), position + 1);
    if (code === BACKSLASH || isBreak(code)) return scanInParts(s, DOUBLE);
    position++;
  }
}

/** Scans text in single quotes; a doubled quote is one. */
export function scanSingleQuoted(s: Scanner): TokenKind {
  const text = s.text;
  const start = s.position + 1;
  let position = start;
  for (;;) {
    const code = text.charCodeAt(position);
    if (code === SINGLE) {
      if (text.charCodeAt(position + 1) === SINGLE) return scanInParts(s, SINGLE);
      return finish(s, text.slice(start, position), position + 1);
    }
    if (isBreak(code)) return scanInParts(s, SINGLE);
    position++;
  }
}

function finish(s: Scanner, value: string, position: number): TokenKind {
  s.value = value;
  s.position = position;
  s.tokenEnd = position;
  return Token.Scalar;
}

/** The general case: runs of text, escapes, and blanks and line ends that fold. Lines may begin at any column. */
function scanInParts(s: Scanner, quote: number): TokenKind {
  const text = s.text;
  const start = s.position;
  let value = '';
  s.position++;
  for (;;) {
    if (s.position >= s.end) return unclosed(s, start);
    if (s.position === s.lineStart && isMarker(text, s.position)) return markerInside(s, start);
    const from = s.position;
    const to = endOfRun(text, from, quote);
    value += text.slice(from, to);
    s.position = to;
    const code = text.charCodeAt(to);
    if (code === quote) {
      if (quote === DOUBLE || text.charCodeAt(to + 1) !== SINGLE) return finish(s, value, to + 1);
      value += "'";
      s.position += 2;
    } else if (code === BACKSLASH && quote === DOUBLE) {
      if (isBreak(text.charCodeAt(to + 1))) {
        s.position = to + 1;
        value += foldSeparation(s, true);
      } else {
        const escaped = scanEscape(s);
        if (escaped === undefined) return Token.Fault;
        value += escaped;
      }
    } else value += foldSeparation(s, false);
  }
}

/** The end of a run of text that needs no look: up to a quote, backslash, blank or line end. */
function endOfRun(text: string, from: number, quote: number): number {
  let position = from;
  for (;;) {
    const code = text.charCodeAt(position);
    if (code === quote || (code === BACKSLASH && quote === DOUBLE)) return position;
    if (code < 256 ? (classOf[code]! & (BLANK | BREAK)) !== 0 : code === 0x2028 || code === 0x2029)
      return position;
    position++;
  }
}

/**
 * Moves over blanks and line ends and gives what they become: blanks within a line stay, line ends fold and take the
 * blanks around them along. An escaped line end is nothing itself, nor are the blanks behind it.
 */
function foldSeparation(s: Scanner, escapedBreak: boolean): string {
  const text = s.text;
  const from = s.position;
  let first: string | undefined;
  let further = '';
  let escaped = escapedBreak;
  let position = from;
  while (position < s.end) {
    const code = text.charCodeAt(position);
    if (code !== 32 && code !== 9) {
      if (!isBreak(code)) break;
      if (escaped) {
        first = '';
        escaped = false;
      } else if (first === undefined) first = breakText(code);
      else further += breakText(code);
      position = afterBreak(text, position);
      s.lineStart = position;
    } else position++;
  }
  s.position = position;
  return first === undefined ? text.slice(from, position) : foldBreaks(first, further);
}

function scanEscape(s: Scanner): string | undefined {
  const text = s.text;
  const code = text.charCodeAt(s.position + 1);
  const simple = ESCAPES.get(code);
  if (simple !== undefined) {
    s.position += 2;
    return simple;
  }
  const length = HEXADECIMAL.get(code);
  if (length === undefined) {
    unknownEscape(s);
    return undefined;
  }
  const digits = text.slice(s.position + 2, s.position + 2 + length);
  const value = /^[0-9a-fA-F]+$/.test(digits) && digits.length === length ? Number.parseInt(digits, 16) : -1;
  if (value < 0 || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
    fault(
      s,
      'syntax',
      s.position,
      s.position + 2 + length,
      `\`\\${text[s.position + 1]}${digits.trimEnd()}\` is no character.`,
      `Write exactly ${length} hexadecimal digits of a character; beyond U+FFFF write \\U and eight digits, not a pair.`,
    );
    return undefined;
  }
  s.position += 2 + length;
  return String.fromCodePoint(value);
}

function unknownEscape(s: Scanner): void {
  const character = String.fromCodePoint(s.text.codePointAt(s.position + 1)!);
  fault(
    s,
    'syntax',
    s.position,
    s.position + 1 + character.length,
    `\`\\${character}\` is no escape in double quotes.`,
    character === '/'
      ? 'Write the slash alone; `\\/` is JSON, not YAML 1.1.'
      : 'Double the backslash, or use single quotes, in which it is an ordinary character.',
  );
}

function unclosed(s: Scanner, start: number): TokenKind {
  return fault(
    s,
    'syntax',
    start,
    start + 1,
    'The quotation that begins here does not end in this document.',
    'Close it. kubectl cuts the text at every line that begins with `---`, in quotes too.',
  );
}

function markerInside(s: Scanner, start: number): TokenKind {
  return fault(
    s,
    'syntax',
    s.position,
    s.position + 3,
    `A line of a quotation begins with the marker \`${s.text.slice(s.position, s.position + 3)}\`.`,
    `Indent the line, or close the quotation that began on line ${lineOf(s, start)} of the document.`,
  );
}

function lineOf(s: Scanner, offset: number): number {
  return s.text.slice(0, offset).split(/\r\n|[\n\r\u0085\u2028\u2029]/).length;
}
