import type { CaseResult } from './format.ts';

/** Compares two JSON-like values field by field; gives `undefined` when equal, else lines `path: expected X, got Y`. */
export function difference(expected: unknown, got: unknown, path = ''): string | undefined {
  const lines: string[] = [];
  collect(expected, got, path, lines);
  return lines.length === 0 ? undefined : lines.slice(0, 12).join('\n');
}

/** A case result from a comparison of the whole expected value with what came out. */
export function compared(id: string, expected: unknown, got: unknown): CaseResult {
  const failure = difference(expected, got);
  return failure === undefined ? { id } : { id, failure };
}

function collect(expected: unknown, got: unknown, path: string, lines: string[]): void {
  if (Object.is(expected, got)) return;
  if (isRecord(expected) && isRecord(got)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(got)])) {
      collect(expected[key], got[key], path === '' ? key : `${path}.${key}`, lines);
    }
    return;
  }
  if (Array.isArray(expected) && Array.isArray(got)) {
    const length = Math.max(expected.length, got.length);
    for (let i = 0; i < length; i++) collect(expected[i], got[i], `${path}[${i}]`, lines);
    return;
  }
  lines.push(`${path || '(value)'}: expected ${show(expected)}, got ${show(got)}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
