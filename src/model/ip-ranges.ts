import type { IpFamily, IpRange } from './ip.ts';

const families: readonly IpFamily[] = [4, 6];

/** Every address. */
export const allRanges: readonly IpRange[] = families.map((family) => ({
  family,
  first: 0n,
  last: (1n << (family === 4 ? 32n : 128n)) - 1n,
}));

/** True where every address of `inner` lies in `outer`. */
export function coversRange(outer: IpRange, inner: IpRange): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

/** True where the ranges share an address. */
export function rangesMeet(a: IpRange, b: IpRange): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** The addresses that lie in ranges of both lists, ascending, IPv4 first. */
export function commonRanges(a: readonly IpRange[], b: readonly IpRange[]): readonly IpRange[] {
  return families.flatMap((family) => {
    const common: IpRange[] = [];
    const left = ascending(a, family);
    const right = ascending(b, family);
    for (let i = 0, j = 0; i < left.length && j < right.length; ) {
      const [x, y] = [left[i]!, right[j]!];
      let { first, last } = x;
      if (y.first > first) first = y.first;
      if (y.last < last) last = y.last;
      if (first <= last) common.push({ family, first, last });
      if (x.last < y.last) i++;
      else j++;
    }
    return common;
  });
}

/** The addresses that are in none of the ranges. */
export function otherRanges(ranges: readonly IpRange[]): readonly IpRange[] {
  return allRanges.flatMap(({ family, first, last }) => {
    const left: IpRange[] = [];
    let next = first;
    for (const range of ascending(ranges, family)) {
      if (range.first > next) left.push({ family, first: next, last: range.first - 1n });
      next = range.last + 1n;
    }
    return next <= last ? [...left, { family, first: next, last }] : left;
  });
}

/** The ranges of a family, ascending; those that overlap become one. */
function ascending(ranges: readonly IpRange[], family: IpFamily): readonly IpRange[] {
  const merged: IpRange[] = [];
  const own = ranges.filter((range) => range.family === family);
  for (const range of own.sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))) {
    const before = merged.at(-1);
    if (before === undefined || before.last < range.first) merged.push(range);
    else if (before.last < range.last) merged[merged.length - 1] = { ...before, last: range.last };
  }
  return merged;
}
