import { fail } from './faults.ts';
import { readBlockColon, readBlockKey, readEntry } from './parser-block.ts';
import { readFlowColon, readFlowItem, readFlowKey } from './parser-flow.ts';
import { advance, readNode } from './parser-node.ts';
import { Expect, type Frame, type Parser } from './parser-state.ts';
import { startScan, Token } from './scanner-state.ts';
import { readTrailing } from './trailing.ts';
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
  readRoot(p);
  if (!p.failed) readTrailing(p);
  refuseUnsayable(p);
}

/**
 * Reads one node that stands at `start` in the middle of a text into `p.root`; what follows it does not matter.
 * `lineStart` is where its line begins, so that it has its columns; `text` and `end` as above.
 */
export function parseNode(p: Parser, text: string, lineStart: number, start: number, end: number): void {
  reset(p);
  startScan(p.scanner, text, start, end);
  p.scanner.lineStart = lineStart;
  advance(p);
  readRoot(p);
}

function readRoot(p: Parser): void {
  while (!p.rootDone && !p.failed) {
    if (p.depth === 0) readNode(p, true, false);
    else readNext(p, p.frames[p.depth - 1]!);
  }
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
    const none =
      p.token === Token.DocumentStart || p.token === Token.DocumentEnd || p.token === Token.Directive;
    if (none) p.rootDone = true;
    if (none && !p.failed) readTrailing(p);
    if (none) return false;
  }
  return p.token !== Token.End && !p.failed;
}

function readNext(p: Parser, frame: Frame): void {
  switch (frame.expect) {
    case Expect.BlockKey:
      readBlockKey(p, frame);
      break;
    case Expect.BlockEntry:
    case Expect.IndentlessEntry:
      readEntry(p, frame);
      break;
    case Expect.BlockColon:
      readBlockColon(p, frame);
      break;
    case Expect.FlowFirstItem:
    case Expect.FlowNextItem:
    case Expect.FlowItemEnd:
      readFlowItem(p, frame);
      break;
    case Expect.FlowFirstKey:
    case Expect.FlowNextKey:
      readFlowKey(p, frame);
      break;
    case Expect.FlowColon:
    case Expect.PairColon:
      readFlowColon(p, frame);
      break;
    default:
      readNode(p, false, false);
  }
}
