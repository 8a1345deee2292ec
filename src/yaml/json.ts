import { closeCollection, deliver, openCollection, setKey } from './builder.ts';
import { fail } from './faults.ts';
import type { ScalarValue, YamlDocument } from './nodes.ts';
import { parseDocument } from './parser.ts';
import { createParser, Expect, type Frame, type Parser } from './parser-state.ts';
import { jsonNumber, shorten } from './scalars.ts';
import { MAX_DEPTH } from './scanner-state.ts';

const BLANKS = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /\w+/y;
const WORDS: ReadonlyMap<string, null | boolean> = new Map([
  ['null', null],
  ['true', true],
  ['false', false],
]);
const CLOSED = 44; // a comma must come, or the end of the collection

/**
 * Reads JSON values one after another, with nothing but white space between, each a document. The first error ends it;
 * the last document then has that error.
 */
export function* readJsonValues(text: string, itemKeys?: readonly string[]): Generator<YamlDocument> {
  const p = createParser(itemKeys);
  let position = skipBlanks(text, text.charCodeAt(0) === 0xfeff ? 1 : 0);
  while (position < text.length && !p.failed) {
    const start = position;
    position = parseJsonValue(p, text, start);
    yield {
      root: p.problems.some((problem) => problem.severity === 'error') ? undefined : p.root,
      text,
      start,
      end: position,
      format: 'json',
      problems: p.problems,
      repeatedKeys: p.repeatedKeys,
      afterError: false,
    };
    position = skipBlanks(text, position);
  }
}

function skipBlanks(text: string, from: number): number {
  BLANKS.lastIndex = from;
  BLANKS.exec(text);
  return BLANKS.lastIndex;
}

/** Reads one value into `p.root`, without recursion; gives the offset behind it, or that of an error. */
export function parseJsonValue(p: Parser, text: string, from: number): number {
  parseDocument(p, '\n', 0, 0);
  p.scanner.text = text;
  let position = from;
  do {
    position = readNext(p, text, skipBlanks(text, position));
  } while (!p.failed && !p.rootDone);
  return position;
}

function readNext(p: Parser, text: string, position: number): number {
  const code = text.charCodeAt(position);
  const frame = p.depth > 0 ? p.frames[p.depth - 1] : undefined;
  if (frame !== undefined) {
    const next = readPunctuation(p, frame, text, position, code);
    if (next >= 0) return next;
  }
  switch (code) {
    case 123: // {
    case 91: // [
      if (p.depth >= MAX_DEPTH)
        return stop(p, position, `JSON nests at most ${MAX_DEPTH} levels deep.`, 'too-deep');
      openCollection(p, code === 91 ? Expect.FlowFirstItem : Expect.FlowFirstKey, code === 91, position);
      return position + 1;
    case 34: // "
      return readString(p, text, position, false);
    default:
      return readAtom(p, text, position);
  }
}

/** Commas, colons, keys and closing signs; -1 when a value comes now. */
function readPunctuation(p: Parser, frame: Frame, text: string, position: number, code: number): number {
  switch (frame.expect) {
    case Expect.FlowFirstItem:
      if (code !== 93 || frame.items.length > 0) return -1;
      closeCollection(p, position + 1);
      return position + 1;
    case Expect.FlowItemEnd:
      frame.expect = Expect.FlowFirstItem;
      return readSeparator(p, position, code, 93);
    case Expect.FlowNextKey:
      frame.expect = Expect.FlowFirstKey;
      return readSeparator(p, position, code, 125);
    case Expect.FlowFirstKey:
      if (code === 125 && frame.entries.length === 0) {
        closeCollection(p, position + 1);
        return position + 1;
      }
      if (code !== 34)
        return stop(p, position, `A key in double quotes is expected here. Found ${found(text, position)}.`);
      return readString(p, text, position, true);
    case Expect.FlowColon:
      frame.expect = Expect.FlowValue;
      if (code !== 58) return stop(p, position, `A colon is expected here. Found ${found(text, position)}.`);
      return position + 1;
    default:
      return -1;
  }
}

function readSeparator(p: Parser, position: number, code: number, closing: number): number {
  if (code === CLOSED) return position + 1;
  if (code === closing) {
    closeCollection(p, position + 1);
    return position + 1;
  }
  const { text } = p.scanner;
  const wanted = String.fromCharCode(closing);
  return stop(p, position, `A comma or \`${wanted}\` is expected here. Found ${found(text, position)}.`);
}

function readAtom(p: Parser, text: string, position: number): number {
  NUMBER.lastIndex = position;
  const literal = NUMBER.exec(text)?.[0];
  if (literal !== undefined) {
    const number = jsonNumber(literal);
    const end = position + literal.length;
    if (number === undefined) refuseNumber(p, literal, position, end);
    return take(p, number ?? null, position, end);
  }
  WORD.lastIndex = position;
  const word = WORD.exec(text)?.[0] ?? '';
  const value = WORDS.get(word);
  if (value === undefined)
    return stop(p, position, `A JSON value is expected here. Found ${found(text, position)}.`);
  return take(p, value, position, position + word.length);
}

/** kubectl refuses the object, but reads on behind it. */
function refuseNumber(p: Parser, literal: string, start: number, end: number): void {
  const message = `The number ${shorten(literal)} is too large.`;
  p.problems.push({
    code: 'invalid-value',
    severity: 'error',
    message,
    start,
    end,
    help: 'Quote it if it is text.',
  });
}

function take(p: Parser, value: ScalarValue, start: number, end: number): number {
  p.lastEnd = end;
  deliver(p, { kind: 'scalar', value, start, end, plain: typeof value !== 'string' }, undefined);
  return end;
}

function readString(p: Parser, text: string, start: number, isKey: boolean): number {
  let position = start + 1;
  let escaped = false;
  for (let code = text.charCodeAt(position); code !== 34; code = text.charCodeAt(position)) {
    if (!(code >= 32)) return stop(p, position, 'A line end or control character stands in a JSON string.');
    if (code === 92) {
      escaped = true;
      position++;
      if (text.charCodeAt(position) < 32) continue;
    }
    position++;
  }
  const end = position + 1;
  const value = escaped ? unescapeJson(text.slice(start, end)) : text.slice(start + 1, position);
  if (value === undefined)
    return stop(p, start, `An escape in ${shorten(text.slice(start, end))} is none of JSON's.`);
  if (!isKey) return take(p, value, start, end);
  const frame = p.frames[p.depth - 1]!;
  frame.expect = Expect.FlowColon;
  setKey(p, frame, { text: value, plain: false, tag: '' }, start, end);
  return end;
}

/** The value of a string with escapes; halves of surrogate pairs become replacement characters. */
function unescapeJson(literal: string): string | undefined {
  try {
    return (JSON.parse(literal) as string).toWellFormed();
  } catch {
    return undefined;
  }
}

function stop(p: Parser, position: number, message: string, code: 'json' | 'too-deep' = 'json'): number {
  const help = 'Text that begins with `{` is read as JSON: no comments, trailing commas or `---`.';
  fail(p, code, position, Math.min(position + 1, p.scanner.text.length), message, help);
  return position;
}

function found(text: string, position: number): string {
  if (position >= text.length) return 'the end of the text';
  return `\`${/\S*/.exec(text.slice(position, position + 30))![0]}\``;
}
