import { fail } from './faults.ts';
import { addEntry, closeMapping, mergeInto } from './mapping.ts';
import type { ScalarNode, YamlNode } from './nodes.ts';
import { Expect, type Expectation, type Frame, type Parser } from './parser-state.ts';
import {
  isMergeKey,
  type RawScalar,
  type Refusal,
  resolveKey,
  resolvePlainScalar,
  resolveScalar,
  shorten,
} from './scalars.ts';
import { rememberUnsayable } from './unsayable.ts';
import { warnAboutKey, warnAboutScalar } from './warnings.ts';

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
    frame.merges = false;
    frame.merged = undefined;
  }
  frame.anchor = p.anchor;
  frame.decodedBefore = p.decoded;
  p.decoded++;
  if (p.anchor !== '') setAnchor(p, p.anchor, undefined, undefined, 0);
  clearProperties(p);
}

function nextFrame(p: Parser): Frame {
  const frame = p.frames[p.depth++];
  if (frame !== undefined) return frame;
  const fresh = newFrame();
  p.frames.push(fresh);
  return fresh;
}

function newFrame(): Frame {
  return {
    expect: Expect.BlockKey,
    node: { kind: 'sequence', items: [], start: 0, end: 0 },
    items: [],
    entries: [],
    index: undefined,
    typedKeys: false,
    anchor: '',
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
}

/** Closes the innermost collection and hands it to the one around it. */
export function closeCollection(p: Parser, end: number): void {
  const frame = p.frames[--p.depth]!;
  frame.node.end = end;
  p.lastEnd = end;
  if (frame.node.kind === 'mapping') closeMapping(p, frame);
  if (frame.anchor !== '') setAnchor(p, frame.anchor, frame.node, undefined, p.decoded - frame.decodedBefore);
  deliver(p, frame.node, undefined);
}

/** A scalar node with the properties read before it. */
export function deliverScalar(p: Parser, text: string, plain: boolean, start: number, end: number): void {
  const tagged = p.tag !== '';
  const from = p.propertyStart >= 0 ? p.propertyStart : start;
  const value = tagged ? resolveScalar({ text, plain, tag: p.tag }) : plain ? resolvePlainScalar(text) : text;
  p.decoded++;
  p.lastEnd = end;
  const raw = p.propertyStart >= 0 || wantsKey(p) ? { text, plain, tag: p.tag } : undefined;
  if (typeof value === 'object' && value !== null && 'refused' in value) {
    if (value.unlessReplaced !== true) return refuse(p, value, from, end);
    return finishScalar(
      p,
      raw,
      unsayable(p, value, { kind: 'scalar', value: text, start: from, end, plain }),
    );
  }
  const node: ScalarNode = { kind: 'scalar', value, start: from, end, plain };
  if (plain && !tagged && typeof value !== 'string' && !wantsKey(p)) warnAboutScalar(p, text, node);
  finishScalar(p, raw, node);
}

function finishScalar(p: Parser, raw: RawScalar | undefined, node: ScalarNode): void {
  if (p.propertyStart >= 0) {
    if (p.anchor !== '') setAnchor(p, p.anchor, node, raw, 1);
    clearProperties(p);
  }
  deliver(p, node, raw);
}

/** Remembers a value that is an error unless it is a key, or another one takes its place. */
function unsayable<Node extends YamlNode>(p: Parser, refusal: Refusal, node: Node): Node {
  if (!wantsKey(p)) rememberUnsayable(p, node, 'invalid-value', refusal, node.start, node.end);
  return node;
}

function wantsKey(p: Parser): boolean {
  if (p.depth === 0) return false;
  const expect = p.frames[p.depth - 1]!.expect;
  return expect === Expect.BlockKeyNode || expect === Expect.FlowKeyNode || expect === Expect.PairKeyNode;
}

function refuse(p: Parser, refusal: Refusal, start: number, end: number): void {
  fail(p, 'invalid-value', start, end, refusal.refused, refusal.help);
}

function clearProperties(p: Parser): void {
  p.anchor = '';
  p.tag = '';
  p.propertyStart = -1;
}

function setAnchor(
  p: Parser,
  name: string,
  node: YamlNode | undefined,
  raw: RawScalar | undefined,
  size: number,
): void {
  p.anchors ??= new Map();
  p.anchors.set(name, { node, raw, size });
}

/** Hands on the node that an alias names. */
export function deliverAlias(p: Parser, name: string, start: number, end: number): void {
  const anchor = p.anchors?.get(name);
  if (anchor === undefined) {
    return fail(
      p,
      'alias',
      start,
      end,
      `No anchor \`&${name}\` stands before this alias.`,
      `Define it earlier in the same document, or quote \`*${name}\` if it is meant as text.`,
    );
  }
  if (anchor.node === undefined) {
    return fail(
      p,
      'alias',
      start,
      end,
      `The alias \`*${name}\` stands inside the very value that its anchor names.`,
    );
  }
  p.decoded += 1 + anchor.size;
  p.aliased += anchor.size;
  if (isAliasBomb(p)) {
    return fail(
      p,
      'alias-bomb',
      start,
      end,
      'Aliases multiply this document beyond what kubectl reads: nearly all of its values come from aliases.',
      'Write the values out, or use fewer aliases of aliases.',
    );
  }
  if (anchor.node.kind === 'sequence' && p.depth > 0 && p.frames[p.depth - 1]!.merges) {
    return failMerge(p, start, end);
  }
  p.lastEnd = end;
  deliver(p, anchor.node, anchor.raw);
}

/** go-yaml's limit: more than 99 % inside aliases, falling to 10 % between 400,000 and 4,000,000 nodes. */
function isAliasBomb(p: Parser): boolean {
  if (p.aliased <= 100 || p.decoded <= 1000) return false;
  const beyond = Math.min(Math.max(p.decoded - 400_000, 0), 3_600_000);
  return p.aliased / p.decoded > 0.99 - 0.89 * (beyond / 3_600_000);
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
      return;
    case Expect.FlowFirstItem:
    case Expect.FlowNextItem:
      frame.items.push(node);
      frame.expect = Expect.FlowItemEnd;
      return;
    case Expect.BlockKeyNode:
      frame.expect = Expect.BlockColon;
      return takeKey(p, frame, node, raw);
    case Expect.FlowKeyNode:
      frame.expect = Expect.FlowColon;
      return takeKey(p, frame, node, raw);
    case Expect.PairKeyNode:
      frame.expect = Expect.PairColon;
      return takeKey(p, frame, node, raw);
    case Expect.BlockValue:
      frame.expect = Expect.BlockKey;
      return takeValue(p, frame, node);
    case Expect.FlowValue:
      frame.expect = Expect.FlowNextKey;
      return takeValue(p, frame, node);
    default:
      takeValue(p, frame, node);
      closeCollection(p, p.lastEnd);
  }
}

function takeKey(p: Parser, frame: Frame, node: YamlNode, raw: RawScalar | undefined): void {
  if (node.kind !== 'scalar' || raw === undefined) {
    return fail(
      p,
      'invalid-key',
      node.start,
      node.end,
      `A ${node.kind === 'sequence' ? 'list' : 'map'} stands as a key; kubectl takes only scalars as keys.`,
      'Quote it if it is text.',
    );
  }
  setKey(p, frame, raw, node.start, node.end);
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
  if ('refused' in key) {
    if (key.unlessReplaced !== true) return fail(p, 'invalid-key', start, end, key.refused, key.help);
    frame.keyRefusal = key;
    frame.keyText = raw.text;
    frame.keyIdentity = `\0?${Number(raw.text)}`;
    return;
  }
  frame.keyText = key.text;
  frame.keyIdentity = key.identity;
  if (key.identity !== key.text) {
    frame.typedKeys = true;
    warnAboutKey(p, raw.text, key.text, start, end);
  }
}

function takeValue(p: Parser, frame: Frame, node: YamlNode): void {
  if (!frame.merges) return addEntry(p, frame, node);
  frame.merges = false;
  if (!mergeInto(p, frame, node)) failMerge(p, node.start, node.end);
}

function failMerge(p: Parser, start: number, end: number): void {
  fail(
    p,
    'invalid-value',
    start,
    end,
    `\`<<\` merges a map or a list of maps, but this is \`${shorten(p.scanner.text.slice(start, end))}\`.`,
    'Give it an alias of a map; or quote "<<" if it is meant as an ordinary key.',
  );
}
