import { afterBreak, breakText, isBreak } from './characters.ts';
import { fault, type Scanner, Token, type TokenKind } from './scanner-state.ts';
import { endOfLine } from './whitespace.ts';

const PLUS = 43;
const MINUS = 45;

/** Scans a block scalar, `|` (literal) or `>` (folded), with its header, up to the first line further left. */
export function scanBlockScalar(s: Scanner, literal: boolean): TokenKind {
  const header = scanHeader(s);
  if (header === undefined) return Token.Fault;
  const lines = { indent: header.digit === 0 ? 0 : Math.max(s.indent, 0) + header.digit, breaks: '' };
  s.tokenEnd = s.position;
  if (!skipLineStarts(s, lines)) return Token.Fault;
  const value = literal ? readLiteral(s, lines, header.chomp) : readFolded(s, lines, header.chomp);
  if (value === undefined) return Token.Fault;
  s.value = value;
  s.keyAllowed = true;
  return Token.Scalar;
}

interface Header {
  /** The indentation digit, 0 for none. */
  readonly digit: number;
  /** `+` keeps the line ends at the end, `-` strips them, 0 keeps one. */
  readonly chomp: number;
}

function scanHeader(s: Scanner): Header | undefined {
  const text = s.text;
  const start = s.position;
  let position = start + 1;
  let digit = 0;
  let chomp = 0;
  for (let signs = 0; signs < 2; signs++) {
    const code = text.charCodeAt(position);
    if (chomp === 0 && (code === PLUS || code === MINUS)) chomp = code;
    else if (digit === 0 && code >= 49 && code <= 57) digit = code - 48;
    else break;
    position++;
  }
  while (text.charCodeAt(position) === 32 || text.charCodeAt(position) === 9) position++;
  if (text.charCodeAt(position) === 35) position = endOfLine(text, position);
  if (!isBreak(text.charCodeAt(position))) {
    fault(
      s,
      'syntax',
      start,
      position + 1,
      `\`${text[start]}\` begins a block of text, but more follows on its line.`,
      'Begin the text on the next line, further right; behind the sign only +, -, a digit 1-9 and a comment may stand.',
    );
    return undefined;
  }
  s.position = afterBreak(text, position);
  s.lineStart = s.position;
  return { digit, chomp };
}

interface Lines {
  /** The column of the text, 0 while unknown. */
  indent: number;
  /** Line ends of the blank lines just read. */
  breaks: string;
}

/**
 * Moves over blank lines and the indentation of the next line. While the indentation is unknown it becomes the longest
 * of these, at least one more than the block around. False for a tab within it.
 */
function skipLineStarts(s: Scanner, lines: Lines): boolean {
  const text = s.text;
  const indent = lines.indent;
  let longest = 0;
  lines.breaks = '';
  let position = s.position;
  while (position < s.end) {
    let code = text.charCodeAt(position);
    const limit = indent === 0 ? s.end : s.lineStart + indent;
    while (code === 32 && position < limit) code = text.charCodeAt(++position);
    const column = position - s.lineStart;
    if (column > longest) longest = column;
    if (code === 9 && (indent === 0 || column < indent)) return tabFault(s, position);
    if (!isBreak(code)) break;
    lines.breaks += breakText(code);
    position = afterBreak(text, position);
    s.lineStart = position;
  }
  s.position = position;
  if (indent === 0) lines.indent = Math.max(longest, s.indent + 1, 1);
  return true;
}

/** True when the scanner stands at the text's column, so that another line of it follows. */
function atText(s: Scanner, lines: Lines): boolean {
  return s.position - s.lineStart === lines.indent && s.position < s.end;
}

/** Reads the rest of a line; gives what its line end is. */
function readLine(s: Scanner): string {
  const end = endOfLine(s.text, s.position);
  const lineEnd = breakText(s.text.charCodeAt(end));
  s.tokenEnd = end;
  s.position = afterBreak(s.text, end);
  s.lineStart = s.position;
  return lineEnd;
}

function readLiteral(s: Scanner, lines: Lines, chomp: number): string | undefined {
  let value = '';
  let lineEnd = '';
  while (atText(s, lines)) {
    const start = s.position;
    value += lineEnd + lines.breaks;
    lineEnd = readLine(s);
    value += s.text.slice(start, s.tokenEnd);
    if (!skipLineStarts(s, lines)) return undefined;
  }
  return chompEnd(value, lineEnd, lines.breaks, chomp);
}

function readFolded(s: Scanner, lines: Lines, chomp: number): string | undefined {
  let value = '';
  let lineEnd = '';
  let moreIndented = false;
  while (atText(s, lines)) {
    const start = s.position;
    const code = s.text.charCodeAt(start);
    const blankFirst = code === 32 || code === 9;
    if (lineEnd === '\n' && !moreIndented && !blankFirst) value += lines.breaks === '' ? ' ' : '';
    else value += lineEnd;
    value += lines.breaks;
    moreIndented = blankFirst;
    lineEnd = readLine(s);
    value += s.text.slice(start, s.tokenEnd);
    if (!skipLineStarts(s, lines)) return undefined;
  }
  return chompEnd(value, lineEnd, lines.breaks, chomp);
}

function chompEnd(value: string, lineEnd: string, breaks: string, chomp: number): string {
  if (chomp === MINUS) return value;
  return chomp === PLUS ? value + lineEnd + breaks : value + lineEnd;
}

function tabFault(s: Scanner, position: number): boolean {
  fault(
    s,
    'tab-indentation',
    position,
    position + 1,
    'A tab stands within the indentation of a block of text.',
    'Replace the tab by spaces.',
  );
  return false;
}
