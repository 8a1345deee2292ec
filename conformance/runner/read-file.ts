import { readFileSync } from 'node:fs';

/** Reads a conformance file. Integers that a JavaScript number would round become bigints. */
export function readConformanceFile(path: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(path, 'utf8'), keepDigits) as Record<string, unknown>;
}

/** The third argument is part of the language since ES2025 and not in the types yet. */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context?.source === undefined) return value;
  return /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
}
