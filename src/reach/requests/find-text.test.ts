import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PathNormalization } from '../../model/index.ts';
import { pathTest } from '../../policy/authorization/path-test.ts';
import { readTextTest } from '../../policy/authorization/text-test.ts';
import { normalizePath } from '../../policy/http/index.ts';
import { findText, type TextSpace, type TextWish } from './find-text.ts';
import { freeSpace, headerSpace, pathSpace, targetSpace } from './text-spaces.ts';
import { walkToText } from './walk-text.ts';

const settings = ['NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'] as const;
const setting = fc.constantFrom<PathNormalization>(...settings);

/** All texts of these signs, the shorter ones first. */
function allTexts(signs: string, length: number): readonly string[] {
  if (length === 0) return [''];
  const shorter = allTexts(signs, length - 1);
  const longest = shorter.filter((text) => text.length === length - 1);
  return [...shorter, ...longest.flatMap((text) => [...signs].map((sign) => text + sign))];
}

function meetsWish(text: string, { groups, none }: TextWish): boolean {
  return (
    groups.every((group) => group.some((test) => test.matches(text))) &&
    !none.some((test) => test.matches(text))
  );
}

function wishes(value: fc.Arbitrary<string>, read: (value: string) => TextWish['none'][number]) {
  const tests = (maxLength: number) => fc.array(value.map(read), { minLength: 1, maxLength });
  return fc.record({
    groups: fc.array(tests(3), { maxLength: 2 }),
    none: fc.oneof(fc.constant([]), tests(3)),
  });
}

/** What is found is as wished; where nothing is found no short text is; and the walk finds one as well, no longer than any. */
function expectFound(space: TextSpace, wish: TextWish, texts: readonly string[]): void {
  const found = findText(space, wish);
  const walked = walkToText(space, wish);
  const short = texts.find((text) => space.accepts(text) && meetsWish(text, wish));
  for (const text of [found, walked]) {
    if (text !== undefined)
      expect([text, meetsWish(text, wish), space.accepts(text)]).toEqual([text, true, true]);
  }
  expect({
    found: found !== undefined,
    walked: walked !== undefined,
  }).toEqual({
    found: short !== undefined || found !== undefined,
    walked: found !== undefined,
  });
  if (walked !== undefined && short !== undefined) expect(walked.length).toBeLessThanOrEqual(short.length);
}

describe('findText', () => {
  const pathSigns = '/.a%2e';
  const pathTexts = allTexts(pathSigns, 5).filter((text) => text.startsWith('/'));
  const piece = fc.string({ unit: fc.constantFrom(...pathSigns), maxLength: 4 });
  const affix = fc.oneof(
    piece,
    piece.map((text) => `${text}*`),
    piece.map((text) => `*${text}`),
    piece.map((text) => `/${text}`),
    piece.map((text) => `/${text}*`),
  );
  const segment = fc.constantFrom('{*}', '{**}', 'a', '.', 'e.', '');
  const template = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);

  it('finds a path wherever there is one', () => {
    const wish = wishes(
      fc.oneof({ weight: 3, arbitrary: affix }, { weight: 2, arbitrary: template }),
      pathTest,
    );
    fc.assert(
      fc.property(setting, wish, (mode, wanted) => expectFound(pathSpace(mode), wanted, pathTexts)),
      { numRuns: 1000 },
    );
  });

  it('finds a text wherever there is one, whatever its case', () => {
    const texts = allTexts('aAbB', 4);
    const part = fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'B'), maxLength: 3 });
    const value = fc.oneof(
      part,
      part.map((text) => `${text}*`),
      part.map((text) => `*${text}`),
    );
    const anyCase = fc.boolean().chain((mixed) =>
      wishes(
        fc.tuple(value, mixed ? fc.boolean() : fc.constant(true)).map(([text, folds]) => `${folds}${text}`),
        (text) => readTextTest(text.replace(/^(true|false)/, ''), 'given', text.startsWith('true')),
      ),
    );
    fc.assert(
      fc.property(anyCase, (wish) => expectFound(freeSpace, wish, texts)),
      { numRuns: 500 },
    );
  });

  it('knows that values of headers have no white space around them', () => {
    const exact = (value: string): TextWish => ({ groups: [[readTextTest(value, 'given')]], none: [] });
    expect(findText(headerSpace, exact(' a'))).toBeUndefined();
    expect(findText(headerSpace, exact('a b'))).toBe('a b');
    expect(findText(headerSpace, exact('Bearer *'))).toBe('Bearer other');
  });

  it('finds what is left where patterns take up every sign', () => {
    const starts = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~!$&'()*+,;:=@[]%."];
    const none = starts.map((sign) => pathTest(`/${sign}*`));
    expect(findText(pathSpace('BASE'), { groups: [], none: [...none, pathTest('/')] })).toBe('//');
    expect(findText(pathSpace('MERGE_SLASHES'), { groups: [], none: [...none, pathTest('/')] })).toBe('//');
    const slashes = [pathTest('/'), pathTest('//*')];
    expect(findText(pathSpace('BASE'), { groups: [], none: [...none, ...slashes] })).toBeUndefined();
  });
});

describe('the spaces of paths', () => {
  const raw = fc
    .string({ unit: fc.constantFrom(...'/.%\\a2eEfF50cC{"~'), maxLength: 8 })
    .map((text) => `/${text}`);

  it('are what normalization leaves as it is', () => {
    fc.assert(
      fc.property(setting, raw, (mode, target) => {
        const path = normalizePath(target, mode);
        if (path !== undefined) expect([path, normalizePath(path, mode)]).toEqual([path, path]);
      }),
      { numRuns: 2000 },
    );
  });

  it('are the same sign by sign', () => {
    fc.assert(
      fc.property(setting, raw, (mode, text) => {
        const { accepts, walk } = pathSpace(mode);
        let before: string | undefined = '';
        for (const sign of text) before = before === undefined ? undefined : walk.step(before, sign);
        const walked = before !== undefined && walk.ends(before);
        expect([text, walked]).toEqual([text, accepts(text)]);
      }),
      { numRuns: 2000 },
    );
  });

  it('hold queries where the whole target is looked at', () => {
    const { accepts } = targetSpace('BASE');
    expect(['/a?/../x', '/a?{', '/a#', '/../a?'].map(accepts)).toEqual([true, true, false, false]);
  });
});
