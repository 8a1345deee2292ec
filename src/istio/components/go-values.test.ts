import { describe, expect, it } from 'vitest';
import { isSet, printed, quotedText, toGo } from './go-values.ts';

describe('printed, as Go does', () => {
  it.each([
    [0, '0'],
    [-0, '-0'],
    [15021, '15021'],
    [999999, '999999'],
    [1000000, '1e+06'],
    [1234567, '1.234567e+06'],
    [1e21, '1e+21'],
    [1e100, '1e+100'],
    [0.1, '0.1'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [-53.5, '-53.5'],
    [1234567n, '1234567'],
    [true, 'true'],
    [null, '<nil>'],
  ])('%s as %s', (value, text) => expect(printed(value)).toBe(text));

  it('maps by key, lists with blanks', () => {
    expect(printed(toGo({ b: [1, 'x', null], a: { c: true } }))).toBe('map[a:map[c:true] b:[1 x <nil>]]');
  });
});

it('quotes as %q does', () => {
  expect(quotedText('a"b\\c\n\u0007\u00a0é日\u{e000}😀\u007f')).toBe(
    '"a\\"b\\\\c\\n\\a\\u00a0é日\\ue000😀\\x7f"',
  );
});

it('takes the text "false" as set, and nothing that is empty', () => {
  expect(['false', 1, -1n, [null], { a: null }].map((value) => isSet(toGo(value)))).not.toContain(false);
  expect(['', 0, 0n, false, null, [], {}].map((value) => isSet(toGo(value)))).not.toContain(true);
});
