import { closeCollection, deliverAlias, deliverScalar, openCollection, setKey } from './builder.ts';
import { fail, failContent, failEntry, failFlow, failKey, failNullKey } from './faults.ts';
import { Expect, type Expectation, type Frame, type Parser } from './parser-state.ts';
import { nextToken } from './scanner.ts';
import { startScan, Token, type TokenKind } from './scanner-state.ts';
import { keyStartOf, readTrailing } from './trailing.ts';
import { refuseUnsayable } from './unsayable.ts';

/**
 * Reads the first node of a piece of text into `p.root` (undefined where there is none) and its problems; an explicit
 * stack, no recursion. `text` must end with a line end, `end` be its length or the start of a line.
 */
export function parseDocument(p: Parser, text: string, start: number, end: number): void {
  reset(p);
  startScan(p.scanner, text, start, end);
  advance(p);
  if (!readStart(p)) return;
  while (!p.rootDone && !p.failed) {
    if (p.depth === 0) readNode(p, true, false);
    else readNext(p, p.frames[p.depth - 1]!);
  }
  if (!p.failed) readTrailing(p);
  refuseUnsayable(p);
}

function reset(p: Parser): void {
  p.depth = 0;
  p.root = undefined;
  p.rootDone = false;
  p.anchors = undefined;
  p.problems = [];
  p.repeatedKeys = [];
  p.failed = false;
  p.unsayable = undefined;
  p.rootKey = undefined;
  p.decoded = 1;
  p.aliased = 0;
  p.anchor = '';
  p.tag = '';
  p.propertyStart = -1;
}

function advance(p: Parser): void {
  p.token = nextToken(p.scanner);
  if (p.token !== Token.Fault) return;
  p.failed = true;
  p.problems.push(p.scanner.problem!);
}

/** Takes the marker at the start, if any; false when no node follows. */
function readStart(p: Parser): boolean {
  const s = p.scanner;
  if (p.token === Token.Directive) {
    fail(
      p,
      'directive',
      s.tokenStart,
      s.tokenEnd,
      'A `%` directive stands at the start of a document.',
      'Remove it: kubectl cuts the text at `---`, so that a directive has no document.',
    );
    return false;
  }
  if (p.token === Token.DocumentStart) {
    advance(p);
    const none = p.token === Token.DocumentStart || p.token === Token.DocumentEnd || p.token === Token.Directive;
    if (none) p.rootDone = true;
    if (none && !p.failed) readTrailing(p);
    if (none) return false;
  }
  return p.token !== Token.End && !p.failed;
}

function readNext(p: Parser, frame: Frame): void {
  const token = p.token;
  switch (frame.expect) {
    case Expect.BlockKey:
      return readBlockKey(p, frame, token);
    case Expect.BlockEntry:
    case Expect.IndentlessEntry:
      return readEntry(p, frame, token);
    case Expect.BlockColon:
      return readBlockColon(p, frame, token);
    case Expect.FlowFirstItem:
    case Expect.FlowNextItem:
    case Expect.FlowItemEnd:
      return readFlowItem(p, frame, token);
    case Expect.FlowFirstKey:
    case Expect.FlowNextKey:
      return readFlowKey(p, frame, token);
    case Expect.FlowColon:
    case Expect.PairColon:
      return readFlowColon(p, frame, token);
    default:
      return readNode(p, false, false);
  }
}

function takeSimpleKey(p: Parser, frame: Frame): void {
  const s = p.scanner;
  setKey(p, frame, { text: s.value, plain: s.plain, tag: '' }, s.tokenStart, s.tokenEnd);
  frame.valuePosition = s.position;
  advance(p);
}

function takeNullKey(p: Parser, frame: Frame, expect: Expectation): void {
  frame.expect = expect;
  setKey(p, frame, { text: '', plain: true, tag: '' }, p.scanner.tokenStart, p.scanner.tokenStart);
}

function readBlockKey(p: Parser, frame: Frame, token: TokenKind): void {
  if (token === Token.SimpleKey) {
    frame.expect = Expect.BlockValue;
    takeSimpleKey(p, frame);
    return readBlockValue(p, frame);
  }
  if (token === Token.BlockEnd) return endBlock(p);
  if (token !== Token.Key) return failKey(p, frame);
  advance(p);
  if (isKeyOrValue(p.token) || p.token === Token.BlockEnd) return takeNullKey(p, frame, Expect.BlockColon);
  frame.expect = Expect.BlockKeyNode;
  readNode(p, true, true);
}

function readBlockColon(p: Parser, frame: Frame, token: TokenKind): void {
  frame.expect = Expect.BlockValue;
  frame.valuePosition = frame.keyEnd;
  if (token !== Token.Value) return deliverEmpty(p, frame.valuePosition);
  frame.valuePosition = p.scanner.tokenEnd;
  advance(p);
  readBlockValue(p, frame);
}

function readBlockValue(p: Parser, frame: Frame): void {
  const token = p.token;
  if (token === Token.Scalar) return takeScalar(p);
  if (isKeyOrValue(token) || token === Token.BlockEnd) return deliverEmpty(p, frame.valuePosition);
  readNode(p, true, true);
}

function readEntry(p: Parser, frame: Frame, token: TokenKind): void {
  if (token !== Token.Entry) {
    if (frame.expect === Expect.IndentlessEntry) return closeCollection(p, p.lastEnd);
    return token === Token.BlockEnd ? endBlock(p) : failEntry(p);
  }
  const after = p.scanner.tokenEnd;
  frame.valuePosition = after;
  advance(p);
  const empty =
    p.token === Token.Entry ||
    p.token === Token.BlockEnd ||
    (frame.expect === Expect.IndentlessEntry && isKeyOrValue(p.token));
  if (empty) return deliverEmpty(p, after);
  readNode(p, true, false);
}

function readFlowItem(p: Parser, frame: Frame, token: TokenKind): void {
  if (token === Token.FlowSequenceEnd) return endFlow(p);
  if (frame.expect === Expect.FlowItemEnd) {
    if (token !== Token.Comma) return failFlow(p, ']', frame);
    frame.expect = Expect.FlowNextItem;
    advance(p);
    return;
  }
  if (token !== Token.SimpleKey && token !== Token.Key) return readNode(p, false, false);
  openCollection(p, Expect.PairKeyNode, false, p.scanner.tokenStart);
  const pair = p.frames[p.depth - 1]!;
  if (token === Token.SimpleKey) {
    pair.expect = Expect.PairValue;
    takeSimpleKey(p, pair);
    return readFlowValue(p, pair);
  }
  advance(p);
  const none = p.token === Token.Value || p.token === Token.Comma || p.token === Token.FlowSequenceEnd;
  if (none) return failNullKey(p);
  readNode(p, false, false);
}

function readFlowKey(p: Parser, frame: Frame, token: TokenKind): void {
  if (token === Token.FlowMappingEnd) return endFlow(p);
  if (frame.expect === Expect.FlowNextKey) {
    if (token !== Token.Comma) return failFlow(p, '}', frame);
    frame.expect = Expect.FlowFirstKey;
    advance(p);
    return;
  }
  if (token === Token.SimpleKey) {
    frame.expect = Expect.FlowValue;
    takeSimpleKey(p, frame);
    return readFlowValue(p, frame);
  }
  frame.expect = Expect.FlowKeyNode;
  if (token !== Token.Key) {
    frame.loneKey = true;
    return readNode(p, false, false);
  }
  frame.loneKey = false;
  advance(p);
  const none = p.token === Token.Value || p.token === Token.Comma || p.token === Token.FlowMappingEnd;
  if (none) return takeNullKey(p, frame, Expect.FlowColon);
  readNode(p, false, false);
}

function readFlowColon(p: Parser, frame: Frame, token: TokenKind): void {
  const pair = frame.expect === Expect.PairColon;
  frame.expect = pair ? Expect.PairValue : Expect.FlowValue;
  frame.valuePosition = frame.keyEnd;
  if (token !== Token.Value || (!pair && frame.loneKey)) return deliverEmpty(p, frame.valuePosition);
  frame.valuePosition = p.scanner.tokenEnd;
  advance(p);
  readFlowValue(p, frame);
}

function readFlowValue(p: Parser, frame: Frame): void {
  const token = p.token;
  if (token === Token.Scalar) return takeScalar(p);
  const end = frame.expect === Expect.PairValue ? Token.FlowSequenceEnd : Token.FlowMappingEnd;
  if (token === Token.Comma || token === end) return deliverEmpty(p, frame.valuePosition);
  readNode(p, false, false);
}

/** Reads one node or the start of one, with at most one anchor and one tag before it. */
function readNode(p: Parser, block: boolean, indentless: boolean): void {
  const s = p.scanner;
  if (p.depth === 0) p.rootKey = keyStartOf(p);
  if (p.token === Token.Anchor || p.token === Token.Tag) readProperties(p);
  if (p.failed) return;
  const start = s.tokenStart;
  switch (p.token) {
    case Token.Scalar:
      return takeScalar(p);
    case Token.BlockMappingStart:
      if (!block) break;
      openCollection(p, Expect.BlockKey, false, start);
      return advance(p);
    case Token.BlockSequenceStart:
      if (!block) break;
      openCollection(p, Expect.BlockEntry, true, start);
      return advance(p);
    case Token.Entry:
      if (!indentless) break;
      return openCollection(p, Expect.IndentlessEntry, true, start);
    case Token.FlowSequenceStart:
      openCollection(p, Expect.FlowFirstItem, true, start);
      return advance(p);
    case Token.FlowMappingStart:
      openCollection(p, Expect.FlowFirstKey, false, start);
      return advance(p);
    case Token.Alias:
      if (p.propertyStart >= 0) break;
      deliverAlias(p, s.value, start, s.tokenEnd);
      return p.failed ? undefined : advance(p);
  }
  if (p.propertyStart >= 0) return deliverScalar(p, '', true, p.propertyEnd, p.propertyEnd);
  failContent(p);
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

function takeScalar(p: Parser): void {
  const s = p.scanner;
  deliverScalar(p, s.value, s.plain, s.tokenStart, s.tokenEnd);
  if (!p.failed) advance(p);
}

function deliverEmpty(p: Parser, position: number): void {
  deliverScalar(p, '', true, position, position);
}

function endBlock(p: Parser): void {
  closeCollection(p, p.lastEnd);
  advance(p);
}

function endFlow(p: Parser): void {
  closeCollection(p, p.scanner.tokenEnd);
  if (!p.failed) advance(p);
}

function isKeyOrValue(token: TokenKind): boolean {
  return token === Token.SimpleKey || token === Token.Key || token === Token.Value;
}
