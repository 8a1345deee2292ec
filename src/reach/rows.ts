import type { Behaviour, Tables } from './behaviours.ts';
import type { Ends } from './ends.ts';
import type { ReachMap } from './types.ts';

/** What a map is made of: for comparisons, which look at sets of sources and not at cells. */
export interface MapRows {
  readonly ends: Ends;
  /** What comes to each virtual end, by its index. */
  readonly behaviours: readonly (readonly Behaviour[])[];
  readonly tables: Tables;
}

const kept = new WeakMap<ReachMap, MapRows>();

/** Remembers what a map is made of. */
export function keepRows(map: ReachMap, rows: MapRows): ReachMap {
  kept.set(map, rows);
  return map;
}

/** What a map is made of; undefined for one that `mapReach` did not make. */
export function rowsOf(map: ReachMap): MapRows | undefined {
  return kept.get(map);
}
