import type { MatchedEnd } from './match-ends.ts';
import { idOf } from './object-id.ts';
import type { PairGroup } from './types.ts';

const sets = new WeakMap<readonly MatchedEnd[], ReadonlySet<MatchedEnd>>();
const keys = new WeakMap<readonly MatchedEnd[], string>();

/** How many pairs there are from each source to each destination but itself; `within`: one for each destination. */
export function countPairs(
  scope: PairGroup['scope'],
  sources: readonly MatchedEnd[],
  destinations: readonly MatchedEnd[],
): number {
  if (scope === 'within') return destinations.length;
  const own = sets.get(sources) ?? new Set(sources);
  sets.set(sources, own);
  const same = destinations.filter((end) => own.has(end)).length;
  return sources.length * destinations.length - same;
}

/** Equal texts for equal lists. */
export function keyOfEnds(ends: readonly MatchedEnd[]): string {
  const key = keys.get(ends) ?? ends.map(idOf).join();
  keys.set(ends, key);
  return key;
}
