import type { MapEnd } from '../reach/index.ts';
import { type Mark, markPair } from './map-marks.ts';
import { blocksOf, groupOf, type MapView, outside, pairsOf } from './map-view.ts';

/** Pairs by what comes through. */
export type Tally = Readonly<Record<Exclude<Mark, 'nothing' | 'none'>, number>>;

/** The pairs from one namespace to another; `outside` counts as one. */
export interface GroupTally {
  readonly from: string;
  readonly to: string;
  /** Also those through which nothing comes. */
  readonly pairs: number;
  readonly tally: Tally;
}

/** A destination, and how many sources reach it. */
export interface EndTally {
  readonly end: MapEnd;
  /** Sources that were asked about. */
  readonly sources: number;
  readonly tally: Tally;
  /** True where addresses outside are among those that reach it. */
  readonly fromOutside: boolean;
}

/** A view of a map in numbers. */
export interface MapSummary {
  readonly pairs: number;
  readonly tally: Tally;
  /** By source, then by destination. */
  readonly groups: readonly GroupTally[];
  /** Workloads that something reaches, the one with the most sources first. */
  readonly reached: readonly EndTally[];
}

type Count = { -readonly [K in keyof Tally]: number };

interface EndCount {
  readonly tally: Count;
  fromOutside: boolean;
}

/** Counts a view in one pass over its pairs. */
export function summarize(view: MapView): MapSummary {
  const all = startCount();
  const byGroups = new Map<string, Map<string, Count>>();
  const byEnd = new Map<MapEnd, EndCount>();
  for (const pair of pairsOf(view)) {
    const { source, destination } = pair;
    const mark = markPair(pair);
    all[mark]++;
    countIn(byGroups, groupOf(source), groupOf(destination))[mark]++;
    if (destination.kind === 'outside') continue;
    const own = byEnd.get(destination) ?? { tally: startCount(), fromOutside: false };
    byEnd.set(destination, own);
    own.tally[mark]++;
    own.fromOutside ||= source.kind === 'outside';
  }
  const sourcesOf = sourceCounter(view);
  const sizes = groupSizes(view);
  return {
    pairs: sizes.reduce((sum, { pairs }) => sum + pairs, 0),
    tally: all,
    groups: sizes.map(({ from, to, pairs }) => ({
      from,
      to,
      pairs,
      tally: byGroups.get(from)?.get(to) ?? startCount(),
    })),
    reached: [...byEnd]
      .map(([end, { tally, fromOutside }]) => ({ end, tally, fromOutside, sources: sourcesOf(end) }))
      .sort(
        (a, b) =>
          weight(b.tally) - weight(a.tally) ||
          b.tally['every port'] - a.tally['every port'] ||
          total(b.tally) - total(a.tally),
      ),
  };
}

/** Ports that nobody declares count little. */
function weight(tally: Tally): number {
  return total(tally) - tally['other ports'];
}

/** The pairs of a tally, whatever comes through. */
export function total(tally: Tally): number {
  return Object.values(tally).reduce((sum, number) => sum + number, 0);
}

function startCount(): Count {
  return { 'every port': 0, 'some ports': 0, 'some requests': 0, 'other ports': 0, 'not known': 0 };
}

function countIn(groups: Map<string, Map<string, Count>>, from: string, to: string): Count {
  const row = groups.get(from) ?? new Map<string, Count>();
  groups.set(from, row);
  const tally = row.get(to) ?? startCount();
  row.set(to, tally);
  return tally;
}

/** Namespaces by name, what is outside last. */
export function compareGroups(a: string, b: string): number {
  return Number(a === outside) - Number(b === outside) || (a < b ? -1 : 1);
}

/** How many pairs there are between namespaces. An end is no pair with itself where it has no second pod, nor are two addresses outside. */
function groupSizes(view: MapView): readonly Omit<GroupTally, 'tally'>[] {
  const sizes = new Map<string, Map<string, number>>();
  const add = (from: string, to: string, pairs: number): void => {
    const row = sizes.get(from) ?? new Map<string, number>();
    sizes.set(from, row.set(to, (row.get(to) ?? 0) + pairs));
  };
  for (const { sources, destinations } of blocksOf(view)) {
    const to = new Set(destinations);
    const rows = Map.groupBy(sources, groupOf);
    const columns = Map.groupBy(destinations, groupOf);
    for (const [from, own] of rows)
      for (const [name, others] of columns) {
        if (from !== outside || name !== outside) add(from, name, own.length * others.length);
      }
    for (const end of sources) {
      if (end.kind === 'workload' && to.has(end) && view.map.passages(end, end) === undefined)
        add(groupOf(end), groupOf(end), -1);
    }
  }
  return [...sizes]
    .flatMap(([from, row]) => [...row].map(([to, pairs]) => ({ from, to, pairs })))
    .filter(({ pairs }) => pairs > 0)
    .sort((a, b) => (a.from === b.from ? compareGroups(a.to, b.to) : compareGroups(a.from, b.from)));
}

/** How many sources were asked about for a destination. */
function sourceCounter({ map, sources, inside }: MapView): (end: MapEnd) => number {
  const all = new Set(sources);
  const inner = inside === undefined ? all : new Set(sources.filter((source) => inside.has(source)));
  return (end) => {
    const asked = inside === undefined || inside.has(end) ? all : inner;
    const isAlone = asked.has(end) && map.passages(end, end) === undefined;
    return asked.size - (isAlone ? 1 : 0);
  };
}
