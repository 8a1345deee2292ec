import type { MappingEntry, MappingNode, SequenceNode, YamlNode } from './nodes.ts';
import type { RepeatedKey, YamlProblem } from './problems.ts';
import type { RawScalar, Refusal } from './scalars.ts';
import { createScanner, type Scanner, Token, type TokenKind } from './scanner-state.ts';

/** What an open collection waits for. */
export const Expect = {
  BlockEntry: 0,
  /** A list at the column of its key: it has no end of its own. */
  IndentlessEntry: 1,
  BlockKey: 2,
  BlockKeyNode: 3,
  BlockColon: 4,
  BlockValue: 5,
  FlowFirstItem: 6,
  FlowNextItem: 7,
  FlowItemEnd: 8,
  FlowFirstKey: 9,
  FlowNextKey: 10,
  FlowKeyNode: 11,
  FlowColon: 12,
  FlowValue: 13,
  /** The colon, value and end of a lone pair in brackets, `[a: b]`. */
  PairKeyNode: 14,
  PairColon: 15,
  PairValue: 16,
} as const;
export type Expectation = (typeof Expect)[keyof typeof Expect];

/** An entry while its map is read: identity is the typed key, which decides about equal keys. */
export interface OpenEntry extends MappingEntry {
  readonly identity: string;
}

/** A collection whose end is not known yet. */
type OpenCollection = (Omit<SequenceNode, 'end'> | Omit<MappingNode, 'end'>) & { end: number };

/** One open collection. Frames are reused, one for each depth. */
export interface Frame {
  expect: Expectation;
  node: OpenCollection;
  items: YamlNode[];
  entries: OpenEntry[];
  /** Index by identity, made once a map is large. */
  index: Map<string, number> | undefined;
  /** A key of this map is no string, so that texts of different keys may be equal. */
  typedKeys: boolean;
  /** Already in force while the collection is read, so that an alias inside it is known as such. */
  anchor: Anchor | undefined;
  /** Decoded nodes before this collection, for the size of its anchor. */
  decodedBefore: number;
  keyText: string;
  keyIdentity: string;
  keyRefusal: Refusal | undefined;
  keyStart: number;
  keyEnd: number;
  merges: boolean;
  /** Identities of the keys that `<<` brought and no key of the map itself has replaced. */
  merged: Set<string> | undefined;
  /** A key in braces that stands without a colon: `{a}`. */
  loneKey: boolean;
  /** Where an empty value would stand. */
  valuePosition: number;
}

/** A token at which a key could begin: libyaml scans on until that is decided, and errors on the way count. */
export interface KeyStart {
  readonly start: number;
  readonly lineStart: number;
}

/** What an anchor names: the node when it is complete, the scalar's text for its use as a key, nodes inside it. */
export interface Anchor {
  node: YamlNode | undefined;
  readonly raw: RawScalar | undefined;
  size: number;
}

export interface Parser {
  readonly scanner: Scanner;
  /** The keys that items of a list keep; undefined: all. */
  readonly itemKeys: readonly string[] | undefined;
  token: TokenKind;
  readonly frames: Frame[];
  depth: number;
  root: YamlNode | undefined;
  rootDone: boolean;
  anchors: Map<string, Anchor> | undefined;
  problems: YamlProblem[];
  repeatedKeys: RepeatedKey[];
  failed: boolean;
  /** Values and entries that JSON cannot say: errors if they are still there in the end. */
  unsayable: Map<YamlNode | MappingEntry, YamlProblem> | undefined;
  /** Where a key that the root would belong to could begin. */
  rootKey: KeyStart | undefined;
  /** Nodes as go-yaml counts what it decodes, and how many of them inside aliases. */
  decoded: number;
  aliased: number;
  // Properties read before the node at hand.
  anchor: string;
  tag: string;
  propertyStart: number;
  propertyEnd: number;
  /** End of the content read last, which is where a block ends. */
  lastEnd: number;
}

/** A parser without a text; one serves for many pieces. `itemKeys`: what thinned items of a list keep. */
export function createParser(itemKeys?: readonly string[]): Parser {
  return {
    scanner: createScanner(),
    itemKeys,
    token: Token.End,
    frames: [],
    depth: 0,
    root: undefined,
    rootDone: false,
    anchors: undefined,
    problems: [],
    repeatedKeys: [],
    failed: false,
    unsayable: undefined,
    rootKey: undefined,
    decoded: 0,
    aliased: 0,
    anchor: '',
    tag: '',
    propertyStart: -1,
    propertyEnd: -1,
    lastEnd: 0,
  };
}
