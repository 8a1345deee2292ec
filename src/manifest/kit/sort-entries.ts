import type { MappingEntry } from '../../yaml/index.ts';

/** The entries in the order of their keys, as they stand in the JSON that the API server makes of YAML; equal keys keep their order. */
export function sortEntries(entries: readonly MappingEntry[]): readonly MappingEntry[] {
  return [...entries].sort((a, b) => compareUtf8(a.key, b.key));
}

/** Go's order of strings, for sorting: by the bytes of UTF-8, which is the order of code points. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a.charCodeAt(i) === b.charCodeAt(i)) continue;
    return (a.codePointAt(i) as number) - (b.codePointAt(i) as number);
  }
  return a.length - b.length;
}
