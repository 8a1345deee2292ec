import { isBlankOrBreak, isBreak } from './characters.ts';
import { fail } from './faults.ts';
import type { KeyStart, Parser } from './parser-state.ts';
import { nextToken } from './scanner.ts';
import { MAX_KEY_LENGTH, Token, type TokenKind } from './scanner-state.ts';
import { endOfLine } from './whitespace.ts';

/** The token at hand, if a key could begin with it. */
export function keyStartOf(p: Parser): KeyStart | undefined {
  const { keyPossible, tokenStart, position, lineStart } = p.scanner;
  if (!keyPossible || !KEY_STARTS.has(p.token) || lineStart > tokenStart) return undefined;
  return position > tokenStart ? { start: tokenStart, lineStart } : undefined;
}

const KEY_STARTS: ReadonlySet<TokenKind> = new Set([
  Token.FlowSequenceStart,
  Token.FlowMappingStart,
  Token.Anchor,
  Token.Tag,
  Token.Alias,
  Token.Scalar,
]);
const KEY_ENDS: ReadonlySet<TokenKind> = new Set([
  Token.End,
  Token.Comma,
  Token.FlowSequenceEnd,
  Token.FlowMappingEnd,
  Token.DocumentStart,
  Token.DocumentEnd,
]);

/**
 * Looks at what stands behind the first node. kubectl does not read it, but the next token must
 * be well-formed, and so must those that decide whether it, or the node itself, is a key.
 */
export function readTrailing(p: Parser): void {
  const s = p.scanner;
  const root = p.rootKey;
  if (p.token === Token.End || p.failed) return;
  const { tokenStart, lineStart } = s;
  if (p.token === Token.DocumentEnd) {
    warnIgnored(p, nextText(p, s.position));
    return;
  }
  s.trailing = true;
  if (root !== undefined && root.lineStart === lineStart && tokenStart - root.start <= MAX_KEY_LENGTH) {
    if (!KEY_ENDS.has(p.token) && decideAboutKey(p, root) === Token.Value) failLateColon(p);
  } else {
    const next = keyStartOf(p);
    if (next !== undefined) decideAboutKey(p, next);
  }
  if (!p.failed) warnIgnored(p, tokenStart);
}

/** Scans on while what began at `key` may be one; gives the token that decided, if any did. */
function decideAboutKey(p: Parser, key: KeyStart): TokenKind {
  const s = p.scanner;
  while (s.lineStart === key.lineStart && s.position - key.start <= MAX_KEY_LENGTH) {
    const before = s.flow;
    const token = nextToken(s);
    if (token === Token.Fault) {
      p.failed = true;
      p.problems.push(s.problem!);
      return token;
    }
    if (s.lineStart !== key.lineStart || s.tokenStart - key.start > MAX_KEY_LENGTH) return Token.End;
    if (before === 0 && (token === Token.Value || KEY_ENDS.has(token))) return token;
  }
  return Token.End;
}

function failLateColon(p: Parser): void {
  const { tokenStart, tokenEnd } = p.scanner;
  fail(
    p,
    'syntax',
    tokenStart,
    tokenEnd,
    'A colon follows here, but more than one value stands before it on the line.',
    'Put the whole key in quotes, or the whole value.',
  );
}

/** The next character that is no blank, line end or comment, or -1. */
function nextText(p: Parser, from: number): number {
  const { text, end } = p.scanner;
  let position = from;
  while (position < end) {
    const code = text.charCodeAt(position);
    if (code === 35) position = endOfLine(text, position);
    else if (isBlankOrBreak(code)) position++;
    else return position;
  }
  return -1;
}

function warnIgnored(p: Parser, start: number): void {
  if (start < 0) return;
  const { text, end } = p.scanner;
  let last = end;
  while (last > start && (isBreak(text.charCodeAt(last - 1)) || text.charCodeAt(last - 1) === 32)) last--;
  p.problems.push({
    code: 'ignored-text',
    severity: 'warning',
    message:
      'kubectl does not read the text from here to the end of the document: the object ended before it.',
    start,
    end: last,
    help: 'Separate documents by a line `---`; begin all keys of one object in one column.',
  });
}
