import type { MapDiff, MatchedEnd, PairGroup } from '../diff/index.ts';
import { count, listWords } from '../model/index.ts';
import { nameEnds } from './map-names.ts';

/** Of a list of ends so many are named. */
const mostNames = 4;

/** From so many workloads on, a namespace that is named as a whole is `shop/*`. */
const fewWorkloads = 3;

/** Finds short words for ends of a diff. */
export interface EndWords {
  readonly name: (end: MatchedEnd) => string;
  /** `shop/cart, shop/web and outside`, `every workload`, `shop/*`; of many the first ones and their number. `other`: not those, which are told beside it. */
  readonly list: (ends: readonly MatchedEnd[], other?: readonly MatchedEnd[]) => string;
}

/** The words for the ends of one diff. */
export function endWords({ after, ends }: MapDiff): EndWords {
  const names = nameEnds(after.ends);
  const name = (end: MatchedEnd): string =>
    end.label === end.after.label ? (names.get(end.after) ?? end.label) : end.label;
  const sizes = countByNamespace(ends);
  const all = ends.filter(({ kind }) => kind === 'workload').length;
  const outside = ends.filter(({ kind }) => kind === 'outside').length;
  const list = (own: readonly MatchedEnd[], other: readonly MatchedEnd[] = []): string => {
    const workloads = own.filter((end) => end.kind === 'workload');
    const ranges = own.filter((end) => end.kind === 'outside');
    const only = other.length === 1 ? other[0] : undefined;
    const without = only?.kind === 'workload' && !own.includes(only) ? only : undefined;
    const isEvery =
      workloads.length > fewWorkloads && workloads.length === all - (without === undefined ? 0 : 1);
    const words = isEvery
      ? [without === undefined ? 'every workload' : 'every other workload']
      : wordsOf(workloads, sizes, without, name);
    const far = ranges.length === outside && outside > 1 ? ['outside'] : ranges.map(name);
    return shorten([...words, ...far]);
  };
  return { name, list };
}

/** `shop/cart and shop/web -> shop/db`; `within shop/db and shop/web` for traffic between pods of one workload. */
export function describePairs({ scope, sources, destinations, pairs }: PairGroup, words: EndWords): string {
  if (scope === 'within') return `within ${words.list(destinations)}`;
  const ends = `${words.list(sources, destinations)} -> ${words.list(destinations, sources)}`;
  return sources.length === 1 && destinations.length === 1 ? ends : `${ends}  (${count(pairs, 'pair')})`;
}

/** A namespace of which all workloads are meant stands as one word. */
function wordsOf(
  ends: readonly MatchedEnd[],
  sizes: ReadonlyMap<string, number>,
  without: MatchedEnd | undefined,
  name: (end: MatchedEnd) => string,
): readonly string[] {
  return [...Map.groupBy(ends, namespaceOf)].flatMap(([namespace, own]) => {
    const missing = without !== undefined && namespaceOf(without) === namespace ? 1 : 0;
    const isWhole = own.length >= fewWorkloads && own.length === sizes.get(namespace)! - missing;
    return isWhole ? [`${namespace}/*`] : own.map(name);
  });
}

function shorten(words: readonly string[]): string {
  if (words.length <= mostNames) return listWords(words);
  const rest = words.length - mostNames + 1;
  return `${words.slice(0, mostNames - 1).join(', ')} and ${rest} others`;
}

function countByNamespace(ends: readonly MatchedEnd[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const end of ends) counts.set(namespaceOf(end), (counts.get(namespaceOf(end)) ?? 0) + 1);
  return counts;
}

function namespaceOf(end: MatchedEnd): string {
  return end.kind === 'workload' ? end.namespace : '';
}
