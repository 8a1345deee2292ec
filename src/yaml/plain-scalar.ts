import {
  afterBreak,
  BLANK,
  BREAK,
  breakText,
  COLON,
  classOf,
  FLOW_SIGN,
  foldBreaks,
  isBlankOrBreak,
  isBreak,
  isMarker,
} from './characters.ts';
import { fault, type Scanner, Token, type TokenKind } from './scanner-state.ts';

/**
 * Scans unquoted text. It ends at `: `, ` #`, in brackets at a sign, and goes on over lines that stand right of the
 * block's column. Behind the text the scanner stands at its end, or already at the first token of a later line.
 */
export function scanPlain(s: Scanner): TokenKind {
  const text = s.text;
  const start = s.position;
  let end = scanSegment(s, start);
  let value = text.slice(start, end);
  for (;;) {
    const next = skipSeparation(s, end);
    if (next < 0) return tabFault(s, -next);
    if (!continues(s, next, end)) break;
    value += separation(text, end, next);
    end = scanSegment(s, next);
    value += text.slice(next, end);
  }
  s.value = value;
  s.tokenEnd = end;
  return Token.Scalar;
}

/** The end of the run of text without blanks in front of which `position` stands, blanks within one line included. */
function scanSegment(s: Scanner, from: number): number {
  const text = s.text;
  const stop = s.flow > 0 ? BLANK | BREAK | COLON | FLOW_SIGN : BLANK | BREAK | COLON;
  let position = from;
  for (;;) {
    const code = text.charCodeAt(position);
    if (code < 256 ? (classOf[code]! & stop) === 0 : code !== 0x2028 && code !== 0x2029) {
      position++;
      continue;
    }
    if (code === 58 && !isBlankOrBreak(text.charCodeAt(position + 1))) {
      position++;
      continue;
    }
    if (code !== 32 && code !== 9) return position;
    const next = skipBlanks(text, position);
    const after = text.charCodeAt(next);
    if (after === 35 || stopsAt(after, stop, text, next)) return position;
    position = next;
  }
}

function stopsAt(code: number, stop: number, text: string, position: number): boolean {
  if (code === 58) return isBlankOrBreak(text.charCodeAt(position + 1));
  return code < 256 ? (classOf[code]! & stop) !== 0 : code === 0x2028 || code === 0x2029;
}

function skipBlanks(text: string, from: number): number {
  let position = from;
  for (let code = text.charCodeAt(position); code === 32 || code === 9; ) code = text.charCodeAt(++position);
  return position;
}

/**
 * The next character that is no blank or line end behind `end`; the scanner moves there when that is on a later line.
 * A negative offset where a tab stands within the indentation, which libyaml refuses even on a blank line.
 */
function skipSeparation(s: Scanner, end: number): number {
  const text = s.text;
  const indent = s.indent + 1;
  let position = skipBlanks(text, end);
  if (!isBreak(text.charCodeAt(position))) {
    s.position = end;
    return position;
  }
  let lineStart = position;
  while (position < s.end) {
    const code = text.charCodeAt(position);
    if (isBreak(code)) {
      position = afterBreak(text, position);
      lineStart = position;
    } else if (code === 32) position++;
    else if (code !== 9) break;
    else if (position - lineStart < indent) return -position;
    else position++;
  }
  s.position = position;
  s.lineStart = lineStart;
  s.keyAllowed = true;
  return position;
}

function continues(s: Scanner, next: number, end: number): boolean {
  if (s.position === end || next >= s.end) return false;
  const text = s.text;
  const column = next - s.lineStart;
  if (s.flow === 0 && column <= s.indent) return false;
  if (column === 0 && isMarker(text, next)) return false;
  const code = text.charCodeAt(next);
  if (code === 35) return false;
  const stop = s.flow > 0 ? COLON | FLOW_SIGN : COLON;
  if (stopsAt(code, stop, text, next)) return false;
  s.keyAllowed = false;
  return true;
}

/** What the blanks and line ends between two lines of text fold into. */
function separation(text: string, end: number, next: number): string {
  let first = '';
  let further = '';
  for (let position = end; position < next; ) {
    const code = text.charCodeAt(position);
    if (!isBreak(code)) {
      position++;
      continue;
    }
    if (first === '') first = breakText(code);
    else further += breakText(code);
    position = afterBreak(text, position);
  }
  return foldBreaks(first, further);
}

function tabFault(s: Scanner, position: number): TokenKind {
  return fault(
    s,
    'tab-indentation',
    position,
    position + 1,
    'A tab stands within the indentation of the line behind unquoted text.',
    'Replace the tab by spaces, or remove it from the blank line.',
  );
}
