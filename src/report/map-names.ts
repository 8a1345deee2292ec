import type { MapEnd } from '../reach/index.ts';
import { groupOf, outside } from './map-view.ts';

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

/** So many ends of one namespace are named one by one. */
const mostNamed = 2;

/** Names ends in one line, a whole namespace, and all that is outside, as one. `groups` has all ends that could be meant; with `partner` they are those of that end. */
export function nameTogether(
  ends: readonly MapEnd[],
  groups: ReadonlyMap<string, readonly MapEnd[]>,
  name: (end: MapEnd) => string,
  partner?: MapEnd,
): string {
  const names = [...Map.groupBy(ends, groupOf)].flatMap(([group, own]) => {
    const missing = (groups.get(group) ?? []).filter((candidate) => !own.includes(candidate));
    const isOutside = group === outside;
    if (own.length < (isOutside ? 2 : mostNamed + 1)) return own.map(name);
    if (missing.length === 0) return [isOutside ? 'everything outside' : `all of ${group}/`];
    return missing.length === 1 && missing[0] === partner ? [`all others of ${group}/`] : own.map(name);
  });
  return names.join(names.some((text) => text.includes(',')) ? '; ' : ', ');
}
