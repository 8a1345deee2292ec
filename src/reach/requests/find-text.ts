import type { Pattern } from '../../model/index.ts';
import type { WalkTest } from './text-machine.ts';
import { sampleOf } from './text-pattern.ts';
import { type WalkSpace, walkToText } from './walk-text.ts';

/** Texts that can be at some place at all. */
export interface TextSpace {
  accepts(text: string): boolean;
  /** What every text begins with. */
  readonly start: string;
  /** Tried first, so that a witness looks familiar. */
  readonly usual: readonly string[];
  /** Texts that no filling leads to. */
  readonly odd: readonly string[];
  /** What stands in where patterns leave a text open. It and the signs can stand anywhere behind `start`. */
  readonly filling: string;
  /** Signs for a filling that patterns don't have. */
  readonly signs: string;
  /** Signs of which `accepts` refuses some texts anywhere in a text. */
  readonly reserved: string;
  /** The space once more, sign by sign, for patterns that must be walked. */
  readonly walk: WalkSpace;
}

/** What is wanted of a text: of every group one test matches, and none of `none`. */
export interface TextWish {
  readonly groups: readonly (readonly WalkTest[])[];
  readonly none: readonly WalkTest[];
}

/**
 * A text of the space that is as wished; undefined where there is none. Exact texts stand for themselves; where every group leaves its texts open, the longest
 * wished start and the longest wished end with a filling of signs that no pattern has stand for all others: whatever matches that matches them all. Patterns
 * of another form, patterns in which case matters beside some in which it does not, or those that take up every sign are walked instead.
 */
export function findText(space: TextSpace, wish: TextWish): string | undefined {
  for (const text of space.usual) if (isAsWished(space, wish, text)) return text;
  const sign = freeSign(space, wish);
  const fillings =
    sign === undefined ? [space.filling] : [space.filling, `${sign}${space.filling}${sign}`, sign.repeat(3)];
  const search: Search = { space, wish, fillings, anyCase: wish.groups.some(ignoresCase) };
  const found = choose(search, 0, '', '') ?? firstWished(search, space.odd);
  if (found !== undefined || (sign !== undefined && isListed(wish))) return found;
  return walkToText(space, wish);
}

interface Search {
  readonly space: TextSpace;
  readonly wish: TextWish;
  readonly fillings: readonly string[];
  /** Does some pattern ignore case? */
  readonly anyCase: boolean;
}

/** One test of each group from `index` on, where those before it ask for `start` and `end`. */
function choose(search: Search, index: number, start: string, end: string): string | undefined {
  const group = search.wish.groups[index];
  if (group === undefined) return fillBetween(search, start, end);
  for (const { pattern } of group) {
    const found = choosePattern(search, index, start, end, pattern);
    if (found !== undefined) return found;
  }
  return undefined;
}

function choosePattern(
  search: Search,
  index: number,
  start: string,
  end: string,
  pattern: Pattern,
): string | undefined {
  const { form, text } = pattern;
  if (form === 'exact') return firstWished(search, [text]);
  if (form === 'regex')
    return firstWished(
      search,
      search.fillings.map((filling) => sampleOf(pattern, filling)),
    );
  if (form === 'prefix') {
    const [short, long] = byLength(start, text);
    return long.startsWith(short) || search.anyCase ? choose(search, index + 1, long, end) : undefined;
  }
  if (form === 'suffix') {
    const [short, long] = byLength(end, text);
    return long.endsWith(short) || search.anyCase ? choose(search, index + 1, start, long) : undefined;
  }
  return choose(search, index + 1, start, end);
}

function byLength(a: string, b: string): readonly [string, string] {
  return a.length > b.length ? [b, a] : [a, b];
}

function fillBetween(search: Search, start: string, end: string): string | undefined {
  const opening = start === '' ? search.space.start : start;
  return firstWished(
    search,
    search.fillings.map((filling) => `${opening}${filling}${end}`),
  );
}

function firstWished({ space, wish }: Search, texts: readonly string[]): string | undefined {
  return texts.find((text) => isAsWished(space, wish, text));
}

function isAsWished(space: TextSpace, { groups, none }: TextWish, text: string): boolean {
  return (
    groups.every((group) => group.some((test) => test.matches(text))) &&
    !none.some((test) => test.matches(text)) &&
    space.accepts(text)
  );
}

function ignoresCase(group: readonly WalkTest[]): boolean {
  return group.some(({ pattern }) => pattern.ignoreCase === true);
}

/** A sign that no pattern has; undefined where patterns take up every sign of the space. */
function freeSign({ signs, reserved }: TextSpace, { groups, none }: TextWish): string | undefined {
  const taken = [...groups.flat(), ...none].map(({ pattern }) => pattern.text).join('') + reserved;
  const folded = taken.toLowerCase();
  return [...signs].find((sign) => !folded.includes(sign));
}

/** Do exact texts, starts and ends say it all? */
function isListed({ groups, none }: TextWish): boolean {
  const patterns = [...groups.flat(), ...none]
    .map(({ pattern }) => pattern)
    .filter(({ form }) => form !== 'presence');
  const folding = patterns.filter(({ ignoreCase }) => ignoreCase === true).length;
  const cut = [...groups.flat(), ...none].some(({ until }) => until !== undefined);
  return (
    !cut && patterns.every(({ form }) => form !== 'regex') && (folding === 0 || folding === patterns.length)
  );
}
