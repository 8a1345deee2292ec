import type { IpFamily, IpRange } from '../model/index.ts';

const families: readonly IpFamily[] = [4, 6];

/** Every address. */
export const allRanges: readonly IpRange[] = families.map((family) => ({
  family,
  first: 0n,
  last: (1n << (family === 4 ? 32n : 128n)) - 1n,
}));

/** The addresses that are in both lists. */
export function intersectRanges(a: readonly IpRange[], b: readonly IpRange[]): readonly IpRange[] {
  return a.flatMap((left) =>
    b.flatMap((right) => {
      const first = later(left.first, right.first);
      const last = right.last + left.last - later(left.last, right.last);
      return left.family === right.family && first <= last ? [{ family: left.family, first, last }] : [];
    }),
  );
}

/** The addresses that are in none of the ranges. */
export function complementRanges(ranges: readonly IpRange[]): readonly IpRange[] {
  return allRanges.flatMap(({ family, first, last }) => {
    const taken = ranges
      .filter((range) => range.family === family)
      .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
    const left: IpRange[] = [];
    let next = first;
    for (const range of taken) {
      if (range.first > next) left.push({ family, first: next, last: range.first - 1n });
      if (range.last >= next) next = range.last + 1n;
    }
    return next <= last ? [...left, { family, first: next, last }] : left;
  });
}

function later(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}
