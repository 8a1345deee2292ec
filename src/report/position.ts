import type { Source, Span } from '../model/index.ts';

/** A place in a text as people and editors count: both from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Line starts of a text, worked out once per source. */
const startsBySource = new WeakMap<Source, readonly number[]>();

/** The line and column of a UTF-16 offset. An offset behind the text counts as its end. */
export function positionOf(source: Source, offset: number): Position {
  const starts = lineStarts(source);
  const at = Math.min(Math.max(offset, 0), source.text.length);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: at - starts[low]! + 1 };
}

/** The text of a line (from 1) without its line break; empty where there is no such line. */
export function lineText(source: Source, line: number): string {
  const starts = lineStarts(source);
  const start = starts[line - 1];
  if (start === undefined) return '';
  return source.text.slice(start, starts[line] ?? source.text.length).replace(/[\r\n]+$/, '');
}

/** The position of the first character of a span and of its last: white space at its end does not count. */
export function boundsOf(span: Span): { readonly first: Position; readonly last: Position } {
  const text = span.source.text.slice(span.start, span.end).trimEnd();
  const end = Math.max(span.start, span.start + text.length - 1);
  return { first: positionOf(span.source, span.start), last: positionOf(span.source, end) };
}

/** `file.yaml:12:5`. */
export function formatPlace(span: Span): string {
  const { line, column } = positionOf(span.source, span.start);
  return `${span.source.name}:${line}:${column}`;
}

function lineStarts(source: Source): readonly number[] {
  const known = startsBySource.get(source);
  if (known !== undefined) return known;
  const starts = [0];
  for (const match of source.text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  startsBySource.set(source, starts);
  return starts;
}
