import { formatAddress, type IpRange, type Pattern, parseRange, rangeHolds } from '../model/index.ts';

/**
 * Texts that stand for all texts: any two texts that exact, prefix, suffix and presence patterns can tell apart have one of these each. Exact texts stand for
 * themselves; every prefix with every suffix around a filling of its own stands for the rest. Regular expressions can't be listed.
 */
export function textsToTry(patterns: readonly Pattern[]): readonly string[] {
  const of = (form: Pattern['form']): string[] =>
    patterns.filter((p) => p.form === form).flatMap((p) => inBothCases(p, patterns));
  const starts = ['', ...of('prefix')];
  const ends = ['', ...of('suffix')];
  const sign = freeSign(patterns) ?? '';
  const filling = `${sign}other${sign}`;
  const made = starts.flatMap((start) => ends.map((end) => `${start}${filling}${end}`));
  const empty = patterns.some((p) => p.form === 'presence') ? [''] : [];
  return [...new Set([...of('exact'), ...of('prefix'), ...of('suffix'), ...empty, ...made])];
}

/** A pattern that ignores case, beside one that does not, is told apart from it by the same text in the other case. */
function inBothCases({ text, ignoreCase }: Pattern, patterns: readonly Pattern[]): readonly string[] {
  const mixed = ignoreCase === true && patterns.some((p) => p.ignoreCase !== true && p.form !== 'presence');
  return mixed ? [text, text.toLowerCase(), text.toUpperCase()] : [text];
}

const alphabet = 'xqzjkvwybfghmpuicdlrnstaoe0123456789~$!';

/** A sign that no pattern has: a word of it makes none of them match. undefined where patterns take up every sign. */
function freeSign(patterns: readonly Pattern[]): string | undefined {
  const taken = patterns.map((pattern) => pattern.text.toLowerCase()).join('');
  return [...alphabet].find((sign) => !taken.includes(sign));
}

/** True when `textsToTry` stands for all texts. */
export function canList(patterns: readonly Pattern[]): boolean {
  return patterns.every((pattern) => pattern.form !== 'regex') && freeSign(patterns) !== undefined;
}

/**
 * Addresses that stand for all those in `within` that are not `taken`: the ranges' boundaries cut the space into pieces, and each piece is stood for by its
 * first free address; a piece without one by none. Ranges that do not parse cut nothing.
 */
export function addressesToTry(
  patterns: readonly Pattern[],
  within: readonly string[],
  taken: (address: string) => boolean = () => false,
): readonly string[] {
  const cuts = patterns.flatMap((pattern) => parseRange(pattern.text, true) ?? []).map(unmapped);
  const found = within.flatMap((cidr) => {
    const space = parseRange(cidr);
    return space === undefined ? [] : piecesOf(space, cuts).flatMap((piece) => firstFree(piece, taken));
  });
  return [...new Set(found)];
}

/** Rules read an IPv4-mapped block as the IPv4 block. */
function unmapped(range: IpRange): IpRange {
  if (range.family === 4 || range.first >> 32n !== 0xffffn) return range;
  return { family: 4, first: range.first & 0xffffffffn, last: range.last & 0xffffffffn };
}

function piecesOf(space: IpRange, cuts: readonly IpRange[]): readonly IpRange[] {
  const { family } = space;
  const bounds = cuts.filter((cut) => cut.family === family).flatMap((cut) => [cut.first, cut.last + 1n]);
  const inside = bounds.filter((value) => rangeHolds(space, { family, value }));
  const starts = [...new Set([space.first, ...inside])].sort((a, b) => (a < b ? -1 : 1));
  return starts.map((first, i) => ({ family, first, last: (starts[i + 1] ?? space.last + 1n) - 1n }));
}

/** Looks as far as the taken ones reach without a gap: a piece that was given up would be a possibility that nobody tried. */
function firstFree({ family, first, last }: IpRange, taken: (address: string) => boolean): readonly string[] {
  for (let value = first; value <= last; value++) {
    const address = formatAddress({ family, value });
    if (!taken(address)) return [address];
  }
  return [];
}
