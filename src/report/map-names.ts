import type { MapEnd } from '../reach/index.ts';

/**
 * Short names for people, by end: `shop/web`, or the whole label where two ends of the map would have the same. They can be typed as the ends of a request.
 */
export function nameEnds(ends: readonly MapEnd[]): ReadonlyMap<MapEnd, string> {
  const shorts = new Map(ends.map((end) => [end, shortName(end)]));
  const times = Map.groupBy(shorts.values(), (name) => name);
  return new Map([...shorts].map(([end, name]) => [end, times.get(name)!.length === 1 ? name : end.label]));
}

function shortName(end: MapEnd): string {
  return end.kind === 'workload' ? `${end.namespace}/${end.workload.name}` : end.label;
}
