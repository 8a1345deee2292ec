import type { Span } from '../model/index.ts';
import { boundsOf } from './position.ts';

/** A value that JSON can hold; members that are undefined are left out. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/** `apiVersion` of everything that is printed as JSON or YAML. */
export const reportVersion = 'portcullis.dev/v1alpha1';

/** JSON text with two blanks of indent and a line break at the end. */
export function formatJson(value: JsonValue): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A span as the place of its first character and the one behind its last; lines and columns count from 1. */
export function spanToJson(span: Span): JsonValue {
  const { first, last } = boundsOf(span);
  return {
    source: span.source.name,
    line: first.line,
    column: first.column,
    endLine: last.line,
    endColumn: last.column + 1,
  };
}
