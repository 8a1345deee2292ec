import type { ReachMap } from '../reach/index.ts';
import { comparePairs } from './compare-pairs.ts';
import { countPairs, groupFindings } from './groups.ts';
import { type MatchedEnd, matchEnds } from './match-ends.ts';
import { changedObjects, changedSettings } from './object-changes.ts';
import type { MapDiff } from './types.ts';

/**
 * What differs between two maps of all layers in who may talk to whom. Maps find the differences, and requests asked of both clusters prove them: each change
 * carries one, with its two verdicts.
 */
export function diffMaps(before: ReachMap, after: ReachMap): MapDiff {
  const maps = { before, after };
  const { both, added, removed } = matchEnds(before, after);
  const { findings, unknown, kinds } = comparePairs(maps, both);
  const groups = groupFindings({ before: before.cluster, after: after.cluster }, findings);
  const changed = groups.reduce((sum, { pairs }) => sum + pairs, 0);
  return {
    ...maps,
    ends: both,
    groups,
    added,
    removed,
    objects: changedObjects(before.cluster, after.cluster),
    settings: changedSettings(before.cluster, after.cluster),
    tally: { pairs: countAll(both), changed, unknown, kinds },
  };
}

/** Every pair that is on both sides: two addresses outside are none, and pods of one workload are one where both sides have two of them. */
function countAll(ends: readonly MatchedEnd[]): number {
  const outside = ends.filter(({ kind }) => kind === 'outside');
  const within = ends.filter((end) => end.kind === 'workload' && hasTwoPods(end));
  return (
    countPairs('between', ends, ends) -
    countPairs('between', outside, outside) +
    countPairs('within', within, within)
  );
}

function hasTwoPods({ before, after }: MatchedEnd & { readonly kind: 'workload' }): boolean {
  return before.pods.length > 1 && after.pods.length > 1;
}
