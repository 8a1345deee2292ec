import { type Cluster, ownerOfAddress } from '../cluster/index.ts';
import {
  commonRanges,
  formatAddress,
  formatIpRange,
  type IpRange,
  parseAddress,
  rangeHolds,
} from '../model/index.ts';
import type { OutsideEnd, ReachMap } from '../reach/index.ts';

/** Addresses outside that neither map tells apart. */
export interface MatchedOutside {
  readonly kind: 'outside';
  readonly label: string;
  readonly ranges: readonly IpRange[];
  /** One that stands for all. */
  readonly address: string;
  readonly before: OutsideEnd;
  readonly after: OutsideEnd;
}

/** Of many ranges so many are named. */
const mostRanges = 3;

/** Cuts the addresses outside by the ranges of both maps. What either cluster has taken for itself is outside of neither. */
export function matchOutside(before: ReachMap, after: ReachMap): readonly MatchedOutside[] {
  const left = outsideOf(before);
  const right = outsideOf(after);
  return left.flatMap((b) =>
    right.flatMap((a): readonly MatchedOutside[] => {
      const ranges = commonRanges(b.ranges, a.ranges);
      const address = freeAddress(ranges, [b.address, a.address], [before.cluster, after.cluster]);
      if (address === undefined) return [];
      const label = labelOf(ranges, [a, b]);
      return [{ kind: 'outside', label, ranges, address, before: b, after: a }];
    }),
  );
}

function outsideOf({ ends }: ReachMap): readonly OutsideEnd[] {
  return ends.filter((end) => end.kind === 'outside');
}

/** One of the candidates that lies in the ranges, or else the first address there, which neither cluster has. */
function freeAddress(
  ranges: readonly IpRange[],
  candidates: readonly string[],
  clusters: readonly Cluster[],
): string | undefined {
  const isFree = (text: string): boolean =>
    clusters.every((cluster) => ownerOfAddress(cluster, text).kind === 'outside');
  const known = candidates.find((text) => {
    const address = parseAddress(text);
    return address !== undefined && ranges.some((range) => rangeHolds(range, address)) && isFree(text);
  });
  if (known !== undefined) return known;
  for (const { family, first, last } of ranges) {
    for (let value = first; value <= last; value++) {
      const text = formatAddress({ family, value });
      if (isFree(text)) return text;
    }
  }
  return undefined;
}

/** That of an end with just these ranges, else the ranges. */
function labelOf(ranges: readonly IpRange[], ends: readonly OutsideEnd[]): string {
  const key = keyOf(ranges);
  const same = ends.find((end) => keyOf(end.ranges) === key);
  if (same !== undefined) return same.label;
  const texts = ranges.slice(0, mostRanges).map(formatIpRange);
  const rest = ranges.length - texts.length;
  return `outside ${texts.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`;
}

function keyOf(ranges: readonly IpRange[]): string {
  return ranges
    .map(({ family, first, last }) => `${family} ${first} ${last}`)
    .sort()
    .join();
}
