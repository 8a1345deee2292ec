import type { Passage } from '../reach/index.ts';
import { cellKey } from './cell-key.ts';
import { comparePassages, type Difference, hasUnknown } from './compare-passages.ts';
import type { Finding } from './groups.ts';
import type { MatchedEnd } from './match-ends.ts';
import type { Maps } from './types.ts';

/** What a comparison came to. */
export interface Comparison {
  readonly findings: readonly Finding[];
  /** Ends to which something is not known to come through. */
  readonly unknown: number;
  /** Sets of ends that neither map tells apart. */
  readonly classes: number;
}

/** Compares every pair, cell by cell. Slow, and the measure of what is faster. */
export function comparePairs(maps: Maps, ends: readonly MatchedEnd[]): Comparison {
  const { ends: compare } = comparerOf(maps);
  const findings: Finding[] = [];
  let unknown = 0;
  for (const destination of ends) {
    const changed = new Map<readonly Difference[], MatchedEnd[]>();
    let isUnknown = false;
    for (const source of ends) {
      const differences = compare(source, destination);
      if (differences === undefined) continue;
      isUnknown ||= hasUnknown(maps.after.passages(source.after, destination.after) ?? []);
      if (differences.length === 0) continue;
      if (source === destination)
        findings.push({ scope: 'within', sources: [source], destinations: [source], differences });
      else changed.set(differences, [...(changed.get(differences) ?? []), source]);
    }
    if (isUnknown) unknown++;
    for (const [differences, sources] of changed)
      findings.push({ scope: 'between', sources, destinations: [destination], differences });
  }
  return { findings, unknown, classes: ends.length };
}

/** Compares passages; equal lists of differences come out as the same object. */
export interface Comparer {
  readonly passages: (before: readonly Passage[], after: readonly Passage[]) => readonly Difference[];
  /** What comes from one end to another; undefined for no pair. */
  readonly ends: (source: MatchedEnd, destination: MatchedEnd) => readonly Difference[] | undefined;
}

/** A comparer of two maps. */
export function comparerOf({ before, after }: Maps): Comparer {
  const known = new Map<string, readonly Difference[]>();
  const passages: Comparer['passages'] = (left, right) => {
    const differences = comparePassages(left, right);
    if (differences.length === 0) return differences;
    const key = differences.map(keyOf).join('\n');
    const same = known.get(key) ?? differences;
    known.set(key, same);
    return same;
  };
  const ends: Comparer['ends'] = (source, destination) => {
    const left = before.passages(source.before, destination.before);
    const right = after.passages(source.after, destination.after);
    return left === undefined || right === undefined ? undefined : passages(left, right);
  };
  return { passages, ends };
}

function keyOf({ kind, traffic, protocol, ports, before, after }: Difference): string {
  const ranges = ports.map(({ first, last }) => `${first}-${last}`);
  return [kind, traffic, protocol, ranges, cellKey(before), cellKey(after)].join('\n');
}
