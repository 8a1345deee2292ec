import { openCollection, setKey } from './builder.ts';
import { failContent } from './faults.ts';
import { deliverAlias, deliverScalar } from './leaves.ts';
import { Expect, type Expectation, type Frame, type Parser } from './parser-state.ts';
import { nextToken } from './scanner.ts';
import { Token, type TokenKind } from './scanner-state.ts';
import { keyStartOf } from './trailing.ts';

/** Moves to the next token. */
export function advance(p: Parser): void {
  p.token = nextToken(p.scanner);
  if (p.token !== Token.Fault) return;
  p.failed = true;
  p.problems.push(p.scanner.problem!);
}

/**
 * Reads a scalar or an alias, or opens a collection, with at most one anchor and one tag before it. Blocks begin only
 * where `block` is true, a list at the column of its key only where `indentless` is.
 */
export function readNode(p: Parser, block: boolean, indentless: boolean): void {
  const s = p.scanner;
  if (p.depth === 0) p.rootKey = keyStartOf(p);
  if (p.token === Token.Anchor || p.token === Token.Tag) readProperties(p);
  if (p.failed) return;
  const start = s.tokenStart;
  if (p.token === Token.Scalar) takeScalar(p);
  else if (p.token === Token.BlockMappingStart && block) open(p, Expect.BlockKey, false);
  else if (p.token === Token.BlockSequenceStart && block) open(p, Expect.BlockEntry, true);
  else if (p.token === Token.Entry && indentless) openCollection(p, Expect.IndentlessEntry, true, start);
  else if (p.token === Token.FlowSequenceStart) open(p, Expect.FlowFirstItem, true);
  else if (p.token === Token.FlowMappingStart) open(p, Expect.FlowFirstKey, false);
  else if (p.token === Token.Alias && p.propertyStart < 0) {
    deliverAlias(p, s.value, start, s.tokenEnd);
    if (!p.failed) advance(p);
  } else if (p.propertyStart >= 0) deliverEmpty(p, p.propertyEnd);
  else failContent(p);
}

function open(p: Parser, expect: Expectation, sequence: boolean): void {
  openCollection(p, expect, sequence, p.scanner.tokenStart);
  advance(p);
}

function readProperties(p: Parser): void {
  const s = p.scanner;
  p.propertyStart = s.tokenStart;
  while (!p.failed) {
    if (p.token === Token.Anchor && p.anchor === '') p.anchor = s.value;
    else if (p.token === Token.Tag && p.tag === '') p.tag = s.value;
    else return;
    p.propertyEnd = s.tokenEnd;
    advance(p);
    if (p.depth === 0) p.rootKey = keyStartOf(p) ?? p.rootKey;
  }
}

/** Makes a node of the scalar that the scanner stands on. */
export function takeScalar(p: Parser): void {
  const s = p.scanner;
  deliverScalar(p, s.value, s.plain, s.tokenStart, s.tokenEnd);
  if (!p.failed) advance(p);
}

/** A null that nothing stands for. */
export function deliverEmpty(p: Parser, position: number): void {
  deliverScalar(p, '', true, position, position);
}

/** Makes the key at hand that of the next entry; its colon is already behind it. */
export function takeSimpleKey(p: Parser, frame: Frame): void {
  const s = p.scanner;
  setKey(p, frame, { text: s.value, plain: s.plain, tag: '' }, s.tokenStart, s.tokenEnd);
  frame.valuePosition = s.position;
  advance(p);
}

/** A question mark without a key. */
export function takeNullKey(p: Parser, frame: Frame, expect: Expectation): void {
  frame.expect = expect;
  setKey(p, frame, { text: '', plain: true, tag: '' }, p.scanner.tokenStart, p.scanner.tokenStart);
}

/** True for the tokens that begin a key or a value of a map. */
export function isKeyOrValue(token: TokenKind): boolean {
  return token === Token.SimpleKey || token === Token.Key || token === Token.Value;
}
