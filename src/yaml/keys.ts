import { isBlankOrBreak } from './characters.ts';
import { MAX_KEY_LENGTH, type Scanner, Token, type TokenKind } from './scanner-state.ts';

/**
 * The position of the colon that makes a key of what began at `start` and ends at the scanner's position, or -1. It
 * must follow on the line, within 1024 characters of the start, and (outside brackets) be followed by a blank.
 */
export function findColon(s: Scanner, start: number): number {
  const text = s.text;
  let position = s.position;
  let code = text.charCodeAt(position);
  while (code === 32 || code === 9) code = text.charCodeAt(++position);
  if (code !== 58 || (s.flow === 0 && !isBlankOrBreak(text.charCodeAt(position + 1)))) return -1;
  return position - start <= MAX_KEY_LENGTH || characters(text, start, position) <= MAX_KEY_LENGTH
    ? position
    : -1;
}

/** Number of code points between two offsets; more than twice the limit cannot matter. */
function characters(text: string, start: number, end: number): number {
  if (end - start > 2 * MAX_KEY_LENGTH) return end - start;
  let count = 0;
  for (let i = start; i < end; count++) i += text.codePointAt(i)! > 0xffff ? 2 : 1;
  return count;
}

/**
 * Looks ahead from an anchor, tag or alias that may begin a key: the position of the key's colon, or -1. The scanner
 * stands where it stood afterwards; a bracket behind the properties is noted for when it closes.
 */
export function findKeyAfterProperties(s: Scanner, nextToken: (s: Scanner) => TokenKind): number {
  const { position, lineStart } = s;
  s.keyAllowed = false;
  const colon = lookAhead(s, position, lineStart, nextToken);
  s.position = position;
  s.lineStart = lineStart;
  s.tokenStart = position;
  s.tokenEnd = position + 1;
  s.keyPossible = true;
  s.problem = undefined;
  return colon;
}

function lookAhead(
  s: Scanner,
  start: number,
  lineStart: number,
  nextToken: (s: Scanner) => TokenKind,
): number {
  for (;;) {
    const kind = nextToken(s);
    if (kind === Token.Fault || s.lineStart !== lineStart) return -1;
    const colon = findColon(s, start);
    if (colon >= 0) return colon;
    if (kind !== Token.Anchor && kind !== Token.Tag) return -1;
    let code = s.text.charCodeAt(s.position);
    while (code === 32 || code === 9) code = s.text.charCodeAt(++s.position);
    if (code === 91 || code === 123) s.propertyStart = start;
    if (code === 91 || code === 123 || code === 93 || code === 125 || code === 44) return -1;
    if (code === 35 || isBlankOrBreak(code)) return -1;
  }
}
