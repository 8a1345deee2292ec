import { closeCollection, openCollection } from './builder.ts';
import { failFlow, failNullKey } from './faults.ts';
import { advance, deliverEmpty, readNode, takeNullKey, takeScalar, takeSimpleKey } from './parser-node.ts';
import { Expect, type Frame, type Parser } from './parser-state.ts';
import { Token } from './scanner-state.ts';

/** An item of a list in brackets, the comma behind one, or the end. A lone pair, `[a: b]`, is a map. */
export function readFlowItem(p: Parser, frame: Frame): void {
  if (p.token === Token.FlowSequenceEnd) endFlow(p);
  else if (frame.expect === Expect.FlowItemEnd) {
    frame.expect = Expect.FlowNextItem;
    takeComma(p, ']', frame);
  } else if (p.token === Token.SimpleKey || p.token === Token.Key) readPair(p);
  else readNode(p, false, false);
}

function readPair(p: Parser): void {
  openCollection(p, Expect.PairKeyNode, false, p.scanner.tokenStart);
  const pair = p.frames[p.depth - 1]!;
  if (p.token === Token.SimpleKey) {
    pair.expect = Expect.PairValue;
    takeSimpleKey(p, pair);
    readFlowValue(p, pair);
    return;
  }
  advance(p);
  if (endsKey(p, Token.FlowSequenceEnd)) failNullKey(p);
  else readNode(p, false, false);
}

/** A key of a map in braces, with its value where the key is a simple one, the comma behind a pair, or the end. */
export function readFlowKey(p: Parser, frame: Frame): void {
  if (p.token === Token.FlowMappingEnd) endFlow(p);
  else if (frame.expect === Expect.FlowNextKey) {
    frame.expect = Expect.FlowFirstKey;
    takeComma(p, '}', frame);
  } else if (p.token === Token.SimpleKey) {
    frame.expect = Expect.FlowValue;
    takeSimpleKey(p, frame);
    readFlowValue(p, frame);
  } else readFlowKeyNode(p, frame);
}

/** A key after a question mark, or one that stands without a colon: `{a}`. */
function readFlowKeyNode(p: Parser, frame: Frame): void {
  frame.expect = Expect.FlowKeyNode;
  frame.loneKey = p.token !== Token.Key;
  if (!frame.loneKey) advance(p);
  if (!frame.loneKey && endsKey(p, Token.FlowMappingEnd)) takeNullKey(p, frame, Expect.FlowColon);
  else readNode(p, false, false);
}

function endsKey(p: Parser, end: typeof Token.FlowSequenceEnd | typeof Token.FlowMappingEnd): boolean {
  return p.token === Token.Value || p.token === Token.Comma || p.token === end;
}

/** What follows such a key: a colon and a value, or nothing. */
export function readFlowColon(p: Parser, frame: Frame): void {
  const pair = frame.expect === Expect.PairColon;
  frame.expect = pair ? Expect.PairValue : Expect.FlowValue;
  frame.valuePosition = frame.keyEnd;
  if (p.token === Token.Value && (pair || !frame.loneKey)) {
    frame.valuePosition = p.scanner.tokenEnd;
    advance(p);
    readFlowValue(p, frame);
  } else deliverEmpty(p, frame.valuePosition);
}

function readFlowValue(p: Parser, frame: Frame): void {
  const end = frame.expect === Expect.PairValue ? Token.FlowSequenceEnd : Token.FlowMappingEnd;
  if (p.token === Token.Scalar) takeScalar(p);
  else if (p.token === Token.Comma || p.token === end) deliverEmpty(p, frame.valuePosition);
  else readNode(p, false, false);
}

function takeComma(p: Parser, closing: string, frame: Frame): void {
  if (p.token === Token.Comma) advance(p);
  else failFlow(p, closing, frame);
}

function endFlow(p: Parser): void {
  closeCollection(p, p.scanner.tokenEnd);
  if (!p.failed) advance(p);
}
