import {
  formatAddress,
  type IpAddress,
  type IpRange,
  type Pattern,
  parseRange,
  rangeHolds,
} from '../model/index.ts';

/** A text that none of the patterns names. */
const fresh = 'other-value';

/**
 * Texts that stand for all texts: any two texts that exact, prefix, suffix and presence patterns can tell apart have one of these each. Exact texts stand for
 * themselves; every prefix with every suffix around a text of its own stands for the rest. Regular expressions can't be listed.
 */
export function textsToTry(patterns: readonly Pattern[]): readonly string[] {
  const of = (form: Pattern['form']): string[] => patterns.filter((p) => p.form === form).map((p) => p.text);
  const starts = ['', ...of('prefix')];
  const ends = ['', ...of('suffix')];
  const made = starts.flatMap((start) => ends.map((end) => `${start}${fresh}${end}`));
  return [...new Set([...of('exact'), ...of('prefix'), ...of('suffix'), ...made])];
}

/** True when `textsToTry` stands for all texts. */
export function canList(patterns: readonly Pattern[]): boolean {
  return patterns.every((pattern) => pattern.form !== 'regex');
}

/**
 * Addresses that stand for all those in `within`: the ranges' boundaries cut the space into pieces, and each piece begins at a boundary. Ranges that do not
 * parse cut nothing.
 */
export function addressesToTry(patterns: readonly Pattern[], within: readonly string[]): readonly string[] {
  const spaces = within.flatMap((cidr) => parseRange(cidr) ?? []);
  const cuts = patterns.flatMap((pattern) => parseRange(pattern.text, true) ?? []);
  const starts = spaces.flatMap((space) =>
    [
      space.first,
      ...cuts.filter((cut) => cut.family === space.family).flatMap((cut) => [cut.first, cut.last + 1n]),
    ].flatMap((value) => inside(space, { family: space.family, value })),
  );
  return [...new Set(starts)];
}

function inside(space: IpRange, address: IpAddress): readonly string[] {
  return rangeHolds(space, address) ? [formatAddress(address)] : [];
}
