import type { Frame, Parser } from './parser-state.ts';
import { errorAt, type YamlProblemCode } from './problems.ts';
import { Token } from './scanner-state.ts';

/** Ends the parse with an error, unless an earlier one already has. */
export function fail(
  p: Parser,
  code: YamlProblemCode,
  start: number,
  end: number,
  message: string,
  help: string,
): void {
  if (p.failed) return;
  p.failed = true;
  p.problems.push(errorAt(p.scanner.text, code, start, end, message, help));
}

/** Where a block map continues but no key stands. */
export function failKey(p: Parser, frame: Frame): void {
  const { tokenStart, lineStart, text } = p.scanner;
  const column = frame.node.start - (text.lastIndexOf('\n', frame.node.start - 1) + 1);
  const indented = tokenStart - lineStart !== column && tokenStart > lineStart;
  if (p.token === Token.Value) {
    failAt(p, 'A colon stands here without a key before it.', 'Write the key, or quote the text.');
  } else if (indented) {
    failAt(
      p,
      'Another key of this map is expected here, but the indentation fits no map or list around it.',
      'Begin the line at the column of the keys it belongs to.',
    );
  } else {
    failAt(
      p,
      'Another key of this map is expected here.',
      'Keys of one map begin in one column; text of several lines is quoted or indented further.',
    );
  }
}

/** A question mark in a list in brackets without a key. */
export function failNullKey(p: Parser): void {
  const { tokenStart, tokenEnd } = p.scanner;
  const message = 'A key is missing here: kubectl refuses null as a key.';
  fail(p, 'invalid-key', tokenStart, tokenEnd, message, 'Write the key, or remove the `?`.');
}

/** Where a block list continues but no item stands. */
export function failEntry(p: Parser): void {
  failAt(
    p,
    'The next item of this list (`- `) is expected here.',
    'Items of one list begin in one column; what belongs to an item stands further right.',
  );
}

/** Inside brackets, where a comma or the closing sign is expected. */
export function failFlow(p: Parser, closing: string, frame: Frame): void {
  if (p.token === Token.End) failUnclosed(p, frame);
  else {
    failAt(
      p,
      `\`,\` or \`${closing}\` is expected here.`,
      'Put the value before it in quotes if `?`, `: ` or a bracket belongs to it.',
    );
  }
}

/** Where a value is expected but something else stands. */
export function failContent(p: Parser): void {
  const frame = p.depth > 0 ? p.frames[p.depth - 1] : undefined;
  if (frame !== undefined && p.token === Token.End && p.scanner.flow > 0) failUnclosed(p, frame);
  else {
    failAt(
      p,
      'A value is expected here.',
      'Put the value in quotes if it begins with a sign such as `:`, `?`, `[`, `{` or `,`.',
    );
  }
}

function failUnclosed(p: Parser, frame: Frame): void {
  const { start, kind } = frame.node;
  const [opening, closing] = kind === 'sequence' ? ['[', ']'] : ['{', '}'];
  const message = `The \`${opening}\` is not closed in this document.`;
  fail(p, 'syntax', start, start + 1, message, `Add a \`${closing}\`.`);
}

function failAt(p: Parser, message: string, help: string): void {
  const { tokenStart, tokenEnd } = p.scanner;
  fail(p, 'syntax', tokenStart, tokenEnd, `${message} Found ${found(p)}.`, help);
}

function found(p: Parser): string {
  const s = p.scanner;
  if (p.token === Token.End) return 'the end of the document';
  if (p.token === Token.BlockEnd) return 'the end of the block';
  const line = /[^\r\n\u0085\u2028\u2029]*/.exec(s.text.slice(s.tokenStart, s.tokenStart + 30))![0].trim();
  return `\`${line}\``;
}
