import type { MapEnd, ReachMap, ReachPair } from '../reach/index.ts';

/** The part of a map that was asked for. */
export interface MapView {
  readonly map: ReachMap;
  /** In the map's order. */
  readonly sources: readonly MapEnd[];
  readonly destinations: readonly MapEnd[];
  /** Only pairs with an end among these; undefined = all pairs of the two lists. */
  readonly inside: ReadonlySet<MapEnd> | undefined;
}

/** Sources and destinations of which every pair was asked for. */
export interface MapBlock {
  readonly sources: readonly MapEnd[];
  readonly destinations: readonly MapEnd[];
}

/** The pairs asked for through which something comes or may come: by destination, then by source, both in the map's order. */
export function* pairsOf(view: MapView): Generator<ReachPair> {
  const { map, sources, destinations, inside } = view;
  if (!isFew(sources, map) && !isFew(destinations, map)) {
    yield* manyPairs(view);
    return;
  }
  for (const destination of destinations) {
    for (const source of sources) {
      if (!isAsked(source, destination, inside)) continue;
      const passages = map.passages(source, destination) ?? [];
      if (passages.length > 0) yield { source, destination, passages };
    }
  }
}

/** Goes through all pairs of the map, which come by destination, and puts the sources of each in order. */
function* manyPairs({ map, sources, destinations, inside }: MapView): Generator<ReachPair> {
  const places = new Map(sources.map((source, i) => [source, i]));
  const to = new Set(destinations);
  let own: ReachPair[] = [];
  const inOrder = (): ReachPair[] => own.sort((a, b) => places.get(a.source)! - places.get(b.source)!);
  for (const pair of map.pairs()) {
    const { source, destination } = pair;
    if (!to.has(destination) || !places.has(source) || !isAsked(source, destination, inside)) continue;
    if (own.length > 0 && own[0]!.destination !== destination) {
      yield* inOrder();
      own = [];
    }
    own.push(pair);
  }
  yield* inOrder();
}

/** A view as rectangles that hold each of its pairs once: what comes into the ends asked for, then what leaves them. */
export function blocksOf({ sources, destinations, inside }: MapView): readonly MapBlock[] {
  if (inside === undefined) return [{ sources, destinations }];
  return [
    { sources, destinations: destinations.filter((end) => inside.has(end)) },
    {
      sources: sources.filter((end) => inside.has(end)),
      destinations: destinations.filter((end) => !inside.has(end)),
    },
  ].filter((block) => block.sources.length > 0 && block.destinations.length > 0);
}

/** A block without the ends that have no open pair in it. */
export function openEnds({ sources, destinations }: MapBlock, { map }: MapView): MapBlock {
  const from = new Set<MapEnd>();
  const to = new Set<MapEnd>();
  for (const { source, destination } of pairsOf({ map, sources, destinations, inside: undefined })) {
    from.add(source);
    to.add(destination);
  }
  return {
    sources: sources.filter((end) => from.has(end)),
    destinations: destinations.filter((end) => to.has(end)),
  };
}

/** What addresses outside are counted under, beside the namespaces; no name of one. */
export const outside = '(outside)';

/** `shop`, or `(outside)`: what an end is counted under. */
export function groupOf(end: MapEnd): string {
  return end.kind === 'workload' ? end.namespace : outside;
}

function isAsked(source: MapEnd, destination: MapEnd, inside: MapView['inside']): boolean {
  return inside === undefined || inside.has(source) || inside.has(destination);
}

/** Looking up single pairs beats going through all of them where few ends are asked for. */
function isFew(ends: readonly MapEnd[], map: ReachMap): boolean {
  return ends.length * 8 < map.ends.length;
}
