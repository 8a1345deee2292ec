import { fail } from './faults.ts';
import { addEntry, closeMapping, mergeInto } from './mapping.ts';
import type { YamlNode } from './nodes.ts';
import { type Anchor, Expect, type Expectation, type Frame, type Parser } from './parser-state.ts';
import { isMergeKey, type RawScalar, resolveKey, shorten } from './scalars.ts';
import { thinItem } from './thin-item.ts';
import { warnAboutKey } from './warnings.ts';

/** Opens a collection with the properties read before it. */
export function openCollection(p: Parser, expect: Expectation, sequence: boolean, start: number): void {
  const from = p.propertyStart >= 0 ? p.propertyStart : start;
  const frame = nextFrame(p);
  frame.expect = expect;
  if (sequence) {
    frame.items = [];
    frame.node = { kind: 'sequence', items: frame.items, start: from, end: from };
  } else {
    frame.entries = [];
    frame.node = { kind: 'mapping', entries: frame.entries, start: from, end: from };
    frame.index = undefined;
    frame.typedKeys = false;
    frame.merged = undefined;
  }
  frame.merges = false;
  frame.decodedBefore = p.decoded;
  p.decoded++;
  frame.anchor = p.anchor === '' ? undefined : setAnchor(p, { node: undefined, raw: undefined, size: 0 });
  clearProperties(p);
}

function nextFrame(p: Parser): Frame {
  const frame = p.frames[p.depth++];
  if (frame !== undefined) return frame;
  const fresh: Frame = {
    expect: Expect.BlockKey,
    node: { kind: 'sequence', items: [], start: 0, end: 0 },
    items: [],
    entries: [],
    index: undefined,
    typedKeys: false,
    anchor: undefined,
    decodedBefore: 0,
    keyText: '',
    keyIdentity: '',
    keyRefusal: undefined,
    keyStart: 0,
    keyEnd: 0,
    merges: false,
    merged: undefined,
    loneKey: false,
    valuePosition: 0,
  };
  p.frames.push(fresh);
  return fresh;
}

/** Closes the innermost collection and hands it to the one around it. */
export function closeCollection(p: Parser, end: number): void {
  const frame = p.frames[--p.depth]!;
  frame.node.end = end;
  p.lastEnd = end;
  if (frame.node.kind === 'mapping') closeMapping(p, frame);
  if (frame.anchor !== undefined) {
    frame.anchor.node = frame.node;
    frame.anchor.size = p.decoded - frame.decodedBefore;
  }
  deliver(p, thinItem(p, frame.node), undefined);
}

/** Gives the name of the anchor at hand to a new meaning, from here on. */
export function setAnchor(p: Parser, anchor: Anchor): Anchor {
  p.anchors ??= new Map();
  p.anchors.set(p.anchor, anchor);
  return anchor;
}

/** Forgets the anchor and tag read so far: they belong to the node that is done. */
export function clearProperties(p: Parser): void {
  p.anchor = '';
  p.tag = '';
  p.propertyStart = -1;
}

/** Puts a complete node where the innermost open collection waits for one; `raw` is its text, for use as a key. */
export function deliver(p: Parser, node: YamlNode, raw: RawScalar | undefined): void {
  if (p.depth === 0) {
    p.root = node;
    p.rootDone = true;
    return;
  }
  const frame = p.frames[p.depth - 1]!;
  switch (frame.expect) {
    case Expect.BlockEntry:
    case Expect.IndentlessEntry:
      frame.items.push(node);
      break;
    case Expect.FlowFirstItem:
    case Expect.FlowNextItem:
      frame.items.push(node);
      frame.expect = Expect.FlowItemEnd;
      break;
    case Expect.BlockValue:
      frame.expect = Expect.BlockKey;
      takeValue(p, frame, node);
      break;
    case Expect.FlowValue:
      frame.expect = Expect.FlowNextKey;
      takeValue(p, frame, node);
      break;
    case Expect.PairValue:
      takeValue(p, frame, node);
      closeCollection(p, p.lastEnd);
      break;
    default:
      takeKey(p, frame, node, raw);
  }
}

/** What comes behind a key that is a node of its own. */
const behindKeyNode: ReadonlyMap<Expectation, Expectation> = new Map<Expectation, Expectation>([
  [Expect.BlockKeyNode, Expect.BlockColon],
  [Expect.FlowKeyNode, Expect.FlowColon],
  [Expect.PairKeyNode, Expect.PairColon],
]);

/** True where the next node is a key. */
export function wantsKey(p: Parser): boolean {
  return p.depth > 0 && behindKeyNode.has(p.frames[p.depth - 1]!.expect);
}

function takeKey(p: Parser, frame: Frame, node: YamlNode, raw: RawScalar | undefined): void {
  frame.expect = behindKeyNode.get(frame.expect)!;
  if (node.kind === 'scalar' && raw !== undefined) {
    setKey(p, frame, raw, node.start, node.end);
    return;
  }
  const what = node.kind === 'sequence' ? 'list' : 'map';
  const message = `A ${what} stands as a key; kubectl takes only scalars as keys.`;
  fail(p, 'invalid-key', node.start, node.end, message, 'Quote it if it is text.');
}

/** Makes a scalar the key of the entry that comes next. */
export function setKey(p: Parser, frame: Frame, raw: RawScalar, start: number, end: number): void {
  frame.keyStart = start;
  frame.keyEnd = end;
  if (isMergeKey(raw)) {
    frame.merges = true;
    return;
  }
  p.decoded++;
  const key = resolveKey(raw);
  frame.keyRefusal = undefined;
  if (!('refused' in key)) {
    frame.keyText = key.text;
    frame.keyIdentity = key.identity;
    if (key.identity === key.text) return;
    frame.typedKeys = true;
    warnAboutKey(p, raw.text, key.text, start, end);
  } else if (key.unlessReplaced === true) {
    frame.keyRefusal = key;
    frame.keyText = raw.text;
    frame.keyIdentity = `\0?${Number(raw.text)}`;
  } else fail(p, 'invalid-key', start, end, key.refused, key.help);
}

function takeValue(p: Parser, frame: Frame, node: YamlNode): void {
  const merges = frame.merges;
  frame.merges = false;
  if (!merges) addEntry(p, frame, node);
  else if (!mergeInto(p, frame, node)) failMerge(p, node.start, node.end);
}

/** Where `<<` has a value that is no map. */
export function failMerge(p: Parser, start: number, end: number): void {
  fail(
    p,
    'invalid-value',
    start,
    end,
    `\`<<\` merges a map or a list of maps, but this is \`${shorten(p.scanner.text.slice(start, end))}\`.`,
    'Give it an alias of a map; or quote "<<" if it is meant as an ordinary key.',
  );
}
