import { errorAt, type YamlProblem, type YamlProblemCode } from './problems.ts';

/** Brackets and indentations each nest this deep in libyaml. */
export const MAX_DEPTH = 10_000;

/** A key and its colon may lie this many characters apart (code points). */
export const MAX_KEY_LENGTH = 1024;

/** What the scanner finds. `SimpleKey` is a whole scalar key with its colon; its text is in `value`. */
export const Token = {
  Fault: 0,
  End: 1,
  DocumentStart: 2,
  DocumentEnd: 3,
  Directive: 4,
  BlockSequenceStart: 5,
  BlockMappingStart: 6,
  BlockEnd: 7,
  Entry: 8,
  Key: 9,
  SimpleKey: 10,
  Value: 11,
  FlowSequenceStart: 12,
  FlowSequenceEnd: 13,
  FlowMappingStart: 14,
  FlowMappingEnd: 15,
  Comma: 16,
  Anchor: 17,
  Tag: 18,
  Alias: 19,
  Scalar: 20,
} as const;
export type TokenKind = (typeof Token)[keyof typeof Token];

/**
 * The state of one scan, reused for document after document. The piece of `text` from the start given to
 * `startScan` up to `end` is read; `end` is always the start of a line, so nothing needs a check within a line.
 */
export interface Scanner {
  text: string;
  position: number;
  end: number;
  lineStart: number;
  /** Column of the innermost open block, -1 outside. */
  indent: number;
  readonly indents: number[];
  /** Number of open brackets. */
  flow: number;
  /** For each open bracket where a key that begins with it would start, or -1. */
  readonly bracketKeys: number[];
  /** A key may begin here: at the start of a line, after `- `, `? `, `: ` of an explicit key, a bracket, a comma. */
  keyAllowed: boolean;
  /** Whether a key could begin with the token found last. */
  keyPossible: boolean;
  /** Where an anchor or tag stands that a bracket on its line could follow as part of one key, or -1. */
  propertyStart: number;
  /** Position of the colon that belongs to a key announced by `Key` without a question mark, or -1. */
  awaitedColon: number;
  /** A token found together with the block start before it. */
  held: TokenKind;
  /** Behind the first node, only the form of the next token counts. */
  trailing: boolean;
  // The token found last.
  tokenStart: number;
  tokenEnd: number;
  /** Text of a scalar, name of an anchor or alias, full tag. */
  value: string;
  plain: boolean;
  problem: YamlProblem | undefined;
}

/** A scanner without a text; one serves for many pieces, one after the other. */
export function createScanner(): Scanner {
  return {
    text: '',
    position: 0,
    end: 0,
    lineStart: 0,
    indent: -1,
    indents: [],
    flow: 0,
    bracketKeys: [],
    keyAllowed: true,
    keyPossible: false,
    propertyStart: -1,
    awaitedColon: -1,
    held: Token.Fault,
    trailing: false,
    tokenStart: 0,
    tokenEnd: 0,
    value: '',
    plain: false,
    problem: undefined,
  };
}

/** Points the scanner at a piece of text; `text` must end with a line end, `end` be 0, its length or a line start. */
export function startScan(s: Scanner, text: string, start: number, end: number): void {
  s.text = text;
  s.position = start;
  s.end = end;
  s.lineStart = start;
  s.indent = -1;
  s.indents.length = 0;
  s.flow = 0;
  s.bracketKeys.length = 0;
  s.keyAllowed = true;
  s.propertyStart = -1;
  s.awaitedColon = -1;
  s.held = Token.Fault;
  s.trailing = false;
  s.problem = undefined;
}

/** Ends the scan with an error; gives `Token.Fault` for the caller to hand on. */
export function fault(
  s: Scanner,
  code: YamlProblemCode,
  start: number,
  end: number,
  message: string,
  help: string,
): typeof Token.Fault {
  s.problem ??= errorAt(s.text, code, start, end, message, help);
  return Token.Fault;
}
