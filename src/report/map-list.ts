import type { MapEnd, ReachPair } from '../reach/index.ts';
import { wrapText } from './lines.ts';
import { nameTogether } from './map-names.ts';
import { groupOf } from './map-view.ts';
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
  /** All that could be partners: where all of a namespace are, or all that is outside, they are not named one by one. */
  readonly partners: readonly MapEnd[];
}

/**
 * Lists pairs by destination (or by source), in not many more lines than `most`: partners with the same ports and conditions together, and ends with the same
 * partners.
 */
export function listPairs(
  pairs: Iterable<ReachPair>,
  { by, name, partners: candidates }: ListPlan,
  most: number,
  style: Style,
): PairList {
  const groups = Map.groupBy(candidates, groupOf);
  const bodies = Map.groupBy(collect(pairs, by), ({ end, partners }) =>
    [...partners]
      .flatMap(([words, ends]) => {
        const title = `${by === 'source' ? '' : 'by '}${nameTogether(ends, groups, name, end)}`;
        return [
          ...wrapText(title, '  ', '    ', style.width),
          ...words.split('\n').flatMap((line) => wrapText(line, '      ', '        ', style.width)),
        ];
      })
      .join('\n'),
  );
  const lines: string[] = [];
  let left = 0;
  for (const [body, entries] of bodies) {
    if (lines.length >= most) {
      left += entries.reduce((sum, { partners }) => sum + [...partners.values()].flat().length, 0);
      continue;
    }
    const verb = verbs[by][entries.length === 1 ? 0 : 1];
    const title = `${entries.map(({ end }) => name(end)).join(', ')} ${verb}`;
    lines.push(...wrapText(title, '', '    ', style.width).map(style.strong), ...body.split('\n'));
  }
  return { lines, left };
}

const verbs = { source: ['reaches', 'reach'], destination: ['is reached', 'are reached'] } as const;

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
