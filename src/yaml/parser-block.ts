import { closeCollection } from './builder.ts';
import { failEntry, failKey } from './faults.ts';
import {
  advance,
  deliverEmpty,
  isKeyOrValue,
  readNode,
  takeNullKey,
  takeScalar,
  takeSimpleKey,
} from './parser-node.ts';
import { Expect, type Frame, type Parser } from './parser-state.ts';
import { Token } from './scanner-state.ts';

/** A key of a block map, with its value where the key is a simple one, or the end of the map. */
export function readBlockKey(p: Parser, frame: Frame): void {
  if (p.token === Token.SimpleKey) {
    frame.expect = Expect.BlockValue;
    takeSimpleKey(p, frame);
    readBlockValue(p, frame);
  } else if (p.token === Token.Key) {
    advance(p);
    readExplicitKey(p, frame);
  } else if (p.token === Token.BlockEnd) endBlock(p);
  else failKey(p, frame);
}

function readExplicitKey(p: Parser, frame: Frame): void {
  if (isKeyOrValue(p.token) || p.token === Token.BlockEnd) takeNullKey(p, frame, Expect.BlockColon);
  else {
    frame.expect = Expect.BlockKeyNode;
    readNode(p, true, true);
  }
}

/** What follows an explicit key: a colon and a value, or nothing. */
export function readBlockColon(p: Parser, frame: Frame): void {
  frame.expect = Expect.BlockValue;
  frame.valuePosition = frame.keyEnd;
  if (p.token === Token.Value) {
    frame.valuePosition = p.scanner.tokenEnd;
    advance(p);
    readBlockValue(p, frame);
  } else deliverEmpty(p, frame.valuePosition);
}

function readBlockValue(p: Parser, frame: Frame): void {
  if (p.token === Token.Scalar) takeScalar(p);
  else if (isKeyOrValue(p.token) || p.token === Token.BlockEnd) deliverEmpty(p, frame.valuePosition);
  else readNode(p, true, true);
}

/** An item of a block list, or the end of the list. */
export function readEntry(p: Parser, frame: Frame): void {
  const indentless = frame.expect === Expect.IndentlessEntry;
  if (p.token === Token.Entry) {
    const after = p.scanner.tokenEnd;
    advance(p);
    const next = p.token;
    const empty = next === Token.Entry || next === Token.BlockEnd || (indentless && isKeyOrValue(next));
    if (empty) deliverEmpty(p, after);
    else readNode(p, true, false);
  } else if (indentless) closeCollection(p, p.lastEnd);
  else if (p.token === Token.BlockEnd) endBlock(p);
  else failEntry(p);
}

function endBlock(p: Parser): void {
  closeCollection(p, p.lastEnd);
  advance(p);
}
