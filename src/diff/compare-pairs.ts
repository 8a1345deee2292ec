import type { Passage } from '../reach/index.ts';
import { cellKey } from './cell-key.ts';
import { comparePassages, type Difference, hasUnknown } from './compare-passages.ts';
import type { Finding } from './groups.ts';
import type { MatchedEnd } from './match-ends.ts';
import type { Maps } from './types.ts';

/** What a comparison came to. */
export interface Comparison {
  readonly findings: readonly Finding[];
  /** Pairs that do not differ, of which something is unknown. */
  readonly unknown: number;
  /** Kinds of pairs: all of one are alike on both sides. */
  readonly kinds: number;
}

/** Compares every pair. Slow, and the measure of what is faster. */
export function comparePairs(maps: Maps, ends: readonly MatchedEnd[]): Comparison {
  const compare = comparer();
  const findings: Finding[] = [];
  let unknown = 0;
  let kinds = 0;
  for (const destination of ends) {
    const changed = new Map<readonly Difference[], MatchedEnd[]>();
    for (const source of ends) {
      const before = maps.before.passages(source.before, destination.before);
      const after = maps.after.passages(source.after, destination.after);
      if (before === undefined || after === undefined) continue;
      kinds++;
      const differences = compare(before, after);
      if (differences.length === 0) unknown += hasUnknown(after) ? 1 : 0;
      else if (source === destination)
        findings.push({ scope: 'within', sources: [source], destinations: [source], differences });
      else changed.set(differences, [...(changed.get(differences) ?? []), source]);
    }
    for (const [differences, sources] of changed)
      findings.push({ scope: 'between', sources, destinations: [destination], differences });
  }
  return { findings, unknown, kinds };
}

/** A comparison of passages that gives the same object for equal lists. */
export function comparer(): (before: readonly Passage[], after: readonly Passage[]) => readonly Difference[] {
  const known = new Map<string, readonly Difference[]>();
  return (before, after) => {
    const differences = comparePassages(before, after);
    if (differences.length === 0) return differences;
    const key = differences.map(keyOf).join('\n');
    const same = known.get(key) ?? differences;
    known.set(key, same);
    return same;
  };
}

function keyOf({ kind, traffic, protocol, ports, before, after }: Difference): string {
  const ranges = ports.map(({ first, last }) => `${first}-${last}`);
  return [kind, traffic, protocol, ranges, cellKey(before), cellKey(after)].join('\n');
}
