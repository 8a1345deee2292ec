import { readJsonValues } from './json.ts';
import type { YamlDocument } from './nodes.ts';
import { parseDocument } from './parser.ts';
import { createParser, type Parser } from './parser-state.ts';
import type { YamlProblem } from './problems.ts';
import { shorten } from './scalars.ts';

export interface ReadOptions {
  /**
   * Entries with these keys are all that maps in the root's `items` keep (`thinned`): a list of 50 MB would else be in
   * memory several times over, although each item is wanted only once. See `createWholeReader`.
   */
  readonly itemKeys?: readonly string[];
}

const NONE: readonly never[] = [];
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/g;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * Reads all documents of a text as kubectl does: JSON values when the first character is `{`, else pieces cut at every
 * line that begins with `---`. A refused document does not hide the ones behind it (`afterError`). With `itemKeys` the items of lists
 * are thinned.
 */
export function* readDocuments(source: string, { itemKeys }: ReadOptions = {}): Generator<YamlDocument> {
  const text = source.endsWith('\n') ? source : `${source}\n`;
  let afterError = false;
  let start = 0;
  if (beginsWithBrace(text)) {
    for (const document of readJsonValues(text, itemKeys)) {
      afterError = document.problems.some(
        (problem) => problem.code === 'json' || problem.code === 'too-deep',
      );
      // What stands behind the fault is lost with it.
      if (afterError) start = text.indexOf('\n---', Math.max(document.end - 1, 0)) + 1 || text.length;
      yield afterError ? { ...document, end: start } : document;
    }
    if (!afterError) return;
  }
  yield* readPieces(createParser(itemKeys), text, start, afterError);
}

/** Reads a text as the API server does, which does not cut it at `---`: JSON values when it begins with `{`, else the first document of YAML. */
export function* readRequestBody(source: string): Generator<YamlDocument> {
  const text = source.endsWith('\n') ? source : `${source}\n`;
  if (text.startsWith('{')) yield* readJsonValues(text);
  else {
    const whole = { text, start: 0, end: text.length, forbidden: nextForbidden(text, 0), afterError: false };
    yield readPiece(createParser(), whole);
  }
}

/** White space as Go's unicode.IsSpace has it. */
const SPACE = '\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const BRACE_FIRST = new RegExp(`^\\ufeff?[${SPACE}]*\\{`);
const SPACE_CHARACTER = new RegExp(`[${SPACE}]`);

/** kubectl looks at the first 4096 bytes. */
function beginsWithBrace(text: string): boolean {
  return BRACE_FIRST.test(text.slice(0, 4096));
}

function hasError(problems: readonly YamlProblem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

function* readPieces(
  parser: Parser,
  text: string,
  from: number,
  earlierError: boolean,
): Generator<YamlDocument> {
  let afterError = earlierError;
  let forbidden = nextForbidden(text, from);
  let start = from;
  while (start < text.length) {
    const end = endOfPiece(text, start);
    if (forbidden < start) forbidden = nextForbidden(text, start);
    const piece = { text, start, end, forbidden, afterError };
    const document = readPiece(parser, piece);
    afterError ||= hasError(document.problems);
    yield document;
    start = end < text.length ? text.indexOf('\n', end) + 1 : end;
  }
}

function nextForbidden(text: string, from: number): number {
  FORBIDDEN.lastIndex = from;
  return FORBIDDEN.exec(text)?.index ?? text.length;
}

/**
 * The start of the next line that begins with `---`. Such a line at the very start belongs to its piece, or is a piece
 * alone when more than a comment stands on it.
 */
function endOfPiece(text: string, start: number): number {
  if (text.startsWith('---', start) && strayText(text, start) !== '') return start;
  const at = text.indexOf('\n---', start);
  return at < 0 ? text.length : at + 1;
}

/** What stands on a marker line besides blanks and a comment. */
function strayText(text: string, marker: number): string {
  let start = marker + 3;
  let end = text.indexOf('\n', marker);
  while (start < end && SPACE_CHARACTER.test(text[start]!)) start++;
  while (start < end && SPACE_CHARACTER.test(text[end - 1]!)) end--;
  return text[start] === '#' ? '' : text.slice(start, end);
}

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The next forbidden character in the text. */
  readonly forbidden: number;
  readonly afterError: boolean;
}

function readPiece(parser: Parser, piece: Piece): YamlDocument {
  const { text, start, end, afterError } = piece;
  const fault = separatorFault(text, end) ?? forbiddenFault(piece);
  if (fault !== undefined) {
    return {
      root: undefined,
      text,
      start,
      end,
      format: 'yaml',
      problems: [fault],
      repeatedKeys: NONE,
      afterError,
    };
  }
  const first = text.charCodeAt(start) === BYTE_ORDER_MARK ? start + 1 : start;
  parseDocument(parser, text, first, end);
  const document: YamlDocument = {
    root: parser.failed ? undefined : parser.root,
    text,
    start,
    end,
    format: 'yaml',
    problems: parser.problems,
    repeatedKeys: parser.repeatedKeys,
    afterError,
  };
  const source = helmSource(text, first, end);
  return source === undefined ? document : { ...document, source };
}

/** kubectl loses the document before a marker with stray text, and ends. */
function separatorFault(text: string, marker: number): YamlProblem | undefined {
  if (marker >= text.length) return undefined;
  const stray = strayText(text, marker);
  if (stray === '') return undefined;
  return {
    code: 'separator',
    severity: 'error',
    message: `Only a comment may follow \`---\` on its line, but \`${shorten(stray)}\` does; the document before it is lost.`,
    start: marker,
    end: text.indexOf('\n', marker),
    help: 'Put the text on the next line; indent the line if it is part of a value.',
  };
}

function forbiddenFault({ text, end, forbidden }: Piece): YamlProblem | undefined {
  if (forbidden >= end) return undefined;
  const code = text.charCodeAt(forbidden).toString(16).toUpperCase().padStart(4, '0');
  return {
    code: 'control-character',
    severity: 'error',
    message: `The control character U+${code} is not allowed in YAML, not even in quotes or comments.`,
    start: forbidden,
    end: forbidden + 1,
    help: `Remove it, or write it as an escape in double quotes: "\\u${code}".`,
  };
}

const COMMENT_LINE = /[ \t]*(?:#[ \t]*(?:Source:[ \t]*([^\r\n]*))?[^\r\n]*)?\r?\n/y;

/** The file that Helm names in the comments before the first node. */
function helmSource(text: string, start: number, end: number): string | undefined {
  let position = text.startsWith('---', start) ? text.indexOf('\n', start) + 1 : start;
  while (position < end && '# \t\r\n'.includes(text[position]!)) {
    COMMENT_LINE.lastIndex = position;
    const line = COMMENT_LINE.exec(text);
    if (line === null) return undefined;
    if (line[1] !== undefined) return line[1].trim();
    position = COMMENT_LINE.lastIndex;
  }
  return undefined;
}
