import type { MapEnd, ReachPair } from '../reach/index.ts';
import { wrapText } from './lines.ts';
import { describePassages, formatPassageLine } from './passage-words.ts';
import type { Style } from './style.ts';

/** An end with its partners, those together through which the same comes. */
interface Entry {
  readonly end: MapEnd;
  readonly partners: ReadonlyMap<string, readonly MapEnd[]>;
}

/** Pairs as lines, and how many of them there was no room for. */
export interface PairList {
  readonly lines: readonly string[];
  readonly left: number;
}

/** How pairs are listed. */
export interface ListPlan {
  readonly by: 'source' | 'destination';
  readonly name: (end: MapEnd) => string;
  /** All addresses outside that were asked about: they are not told one by one where all of them are meant. */
  readonly outside: readonly MapEnd[];
  /** Not many more lines than this are written. */
  readonly most: number;
}

/** Lists pairs by destination (or by source), partners with the same ports and conditions together. */
export function listPairs(pairs: Iterable<ReachPair>, plan: ListPlan, style: Style): PairList {
  const { by, name, most } = plan;
  const lines: string[] = [];
  let left = 0;
  for (const { end, partners } of collect(pairs, by)) {
    if (lines.length >= most) {
      left += [...partners.values()].reduce((sum, ends) => sum + ends.length, 0);
      continue;
    }
    lines.push(`${style.strong(name(end))} ${by === 'source' ? 'reaches' : 'is reached'}`);
    for (const [words, ends] of partners) {
      const title = `${by === 'source' ? '' : 'by '}${nameAll(ends, plan)}`;
      lines.push(...wrapText(title, '  ', '    ', style.width));
      for (const line of words.split('\n')) lines.push(...wrapText(line, '      ', '        ', style.width));
    }
  }
  return { lines, left };
}

function nameAll(ends: readonly MapEnd[], { name, outside }: ListPlan): string {
  const own = ends.filter(({ kind }) => kind === 'outside');
  const isAll = own.length > 1 && own.length === outside.length;
  const names = isAll
    ? [...ends.filter(({ kind }) => kind !== 'outside').map(name), 'everything outside']
    : ends.map(name);
  return names.join(names.some((text) => text.includes(',')) ? '; ' : ', ');
}

function collect(pairs: Iterable<ReachPair>, by: 'source' | 'destination'): readonly Entry[] {
  const entries = new Map<MapEnd, Map<string, MapEnd[]>>();
  for (const pair of pairs) {
    const partners = entries.get(pair[by]) ?? new Map<string, MapEnd[]>();
    entries.set(pair[by], partners);
    const words = describePassages(pair.passages, pair.destination).map(formatPassageLine).join('\n');
    const partner = by === 'source' ? pair.destination : pair.source;
    const same = partners.get(words);
    if (same === undefined) partners.set(words, [partner]);
    else same.push(partner);
  }
  return [...entries].map(([end, partners]) => ({ end, partners }));
}
