import type { ReachMap } from '../reach/index.ts';
import { compareRows } from './compare-rows.ts';
import { groupFindings } from './groups.ts';
import { hasTwoPods, type MatchedEnd, matchEnds } from './match-ends.ts';
import { changedObjects, changedSettings, unreadChanges } from './object-changes.ts';
import { countPairs } from './pair-sets.ts';
import { touchFinder } from './touched.ts';
import type { MapDiff } from './types.ts';

/**
 * What differs between two maps of all layers in who may talk to whom. Maps find the differences, and requests asked of both clusters prove them: each change
 * carries one, with its two verdicts.
 */
export function diffMaps(before: ReachMap, after: ReachMap): MapDiff {
  const maps = { before, after };
  const { both, added, removed } = matchEnds(before, after);
  const objects = changedObjects(before.cluster, after.cluster);
  const settings = changedSettings(before.cluster, after.cluster);
  const isTouched = touchFinder(maps, objects, settings);
  const { findings, unknown, classes } = compareRows(maps, both, isTouched);
  const {
    groups,
    further,
    pairs: changed,
  } = groupFindings({ before: before.cluster, after: after.cluster }, findings, objects);
  return {
    ...maps,
    ends: both,
    groups,
    further,
    added,
    removed,
    objects,
    unread: unknown === 0 ? [] : unreadChanges(maps, objects),
    settings,
    withoutWorkloads: (['before', 'after'] as const).filter((side) => maps[side].cluster.pods.size === 0),
    tally: { pairs: countAll(both), changed, unknown, classes },
  };
}

/** Every pair that is on both sides: two addresses outside are none, and pods of one workload are one where both sides have two of them. */
function countAll(ends: readonly MatchedEnd[]): number {
  const outside = ends.filter(({ kind }) => kind === 'outside');
  const within = ends.filter(hasTwoPods);
  return (
    countPairs('between', ends, ends) -
    countPairs('between', outside, outside) +
    countPairs('within', within, within)
  );
}
