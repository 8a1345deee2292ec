import { describe, expect, it } from 'vitest';
import { readDocuments, resolvePlainScalar, toJson } from './index.ts';

describe('an unquoted scalar', () => {
  it.each([
    ['null', '', '~', 'null', 'Null', 'NULL'],
    ['true', 'y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'],
    ['false', 'n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'],
  ])('is %s', (value, ...texts) => {
    for (const text of texts) expect(String(resolvePlainScalar(text)), text).toBe(value);
  });

  it.each([
    ['80', '80', '+80', '0x50', '0X50', '0b1010000', '0o120', '0120', '8_0', '8e1', '80.0', '80.', '800e-1'],
    ['8', '010', '08', '0_8', '8.', '+010'],
    ['0', '0', '-0', '+0', '0x0', '1e-400', '-0.0', '00'],
    ['-255', '-0xff', '-255', '-0b11111111', '0b-11111111', '-255.0'],
    ['0.5', '.5', '0.5', '+.5', '5e-1', '.5_0'],
    ['9007199254740993', '9007199254740993', '9_007_199_254_740_993'],
    ['9223372036854775807', '9223372036854775807', '0x7fffffffffffffff'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['18446744073709552000', '18446744073709551615', '18446744073709551616'],
    ['-9223372036854776000', '-9223372036854775809'],
    ['1e+21', '1e21', '1000000000000000000000'],
    ['1e-7', '0.0000001', '1e-7'],
    ['0.000001', '1e-6'],
  ])('is the number %s', (number, ...texts) => {
    for (const text of texts) expect(resolvePlainScalar(text), text).toMatchObject({ number });
  });

  it('keeps the digits of an integer beyond 64 signed bits for readers of types', () => {
    expect(resolvePlainScalar('18446744073709551615')).toEqual({
      number: '18446744073709552000',
      literal: '18446744073709551615',
    });
  });

  it.each(
    'yEs nULL 0o8 0xg 0b2 1e400 _1 0b-+1 inf NaN 12:30 190:20:30 2001-01-01 = 1.2.3 - + . -. +.e1 .5__0 ._5 1e 0x <<'.split(
      ' ',
    ),
  )('is text: %s', (text) => {
    expect(resolvePlainScalar(text)).toBe(text);
  });

  it.each('.inf .Inf .INF +.inf -.inf .nan .NaN .NAN'.split(' '))('is refused: %s', (text) => {
    expect(resolvePlainScalar(text)).toHaveProperty('refused');
  });
});

function read(text: string): string {
  const document = [...readDocuments(text)][0]!;
  const error = document.problems.find(({ severity }) => severity === 'error');
  return error === undefined ? toJson(document.root!) : error.code;
}

describe('a key', () => {
  it.each([
    ['yes: 1', '{"true":1}'],
    ['0x10: 1', '{"16":1}'],
    ['1.50: 1', '{"1.5":1}'],
    ['1e6: 1', '{"1e+06":1}'],
    ['100000.5: 1', '{"100000.5":1}'],
    ['0.0001: 1', '{"0.0001":1}'],
    ['0.00001: 1', '{"1e-05":1}'],
    ['1234567.0: 1', '{"1.234567e+06":1}'],
    ['18446744073709551616: 1', '{"1.8446744e+19":1}'],
    ['1e39: 1', '{".inf":1}'],
    ['.inf: 1', '{".inf":1}'],
    ['-.inf: 1', '{"-.inf":1}'],
    ['.nan: 1', '{".nan":1}'],
    ['"1": 1', '{"1":1}'],
    ['!!str 1: 1', '{"1":1}'],
    ['!!float 3: 1', '{"3":1}'],
    ['~: 1', 'invalid-key'],
    [': 1', 'syntax'],
    ['9223372036854775808: 1', 'invalid-key'],
    ['[a]: 1', 'invalid-key'],
    ['? {a: 1}\n: 1', 'invalid-key'],
    ['? [a]\n: 1', 'invalid-key'],
    ['a: {~: 1}\na: 2', '{"a":2}'],
    ['1: a\n0x1: b', '{"1":"b"}'],
  ])('%j', (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});

describe('a tag', () => {
  it.each([
    ['!!str 1', '"1"'],
    ['!!str', '""'],
    ['!!int "0x10"', '16'],
    ['!!float 1', '1'],
    ['!!float 18446744073709551615', 'invalid-value'],
    ['!!bool "yes"', 'true'],
    ['!!null "~"', 'null'],
    ['!!int x', 'invalid-value'],
    ['!!int', 'invalid-value'],
    ['!!bool 1', 'invalid-value'],
    ['!!binary aGVsbG8=', '"hello"'],
    ['!!binary /w==', '"\ufffd"'],
    ['!!binary "w6n/w6k="', '"\u00e9\ufffd\u00e9"'],
    ['!!binary x', 'invalid-value'],
    ['!!timestamp 2001-01-01', '"2001-01-01"'],
    ['!!timestamp x', 'invalid-value'],
    ['! 12', '"12"'],
    ['!foo 12', '"12"'],
    ['!<tag:yaml.org,2002:str> 12', '"12"'],
    ['!%73tr x', '"x"'],
    ['!!set {a, b}', '{"a":null,"b":null}'],
    ['!!omap [a: 1]', '[{"a":1}]'],
    ['[!x, b]', '["b"]'],
    ['!a#b c', 'syntax'],
    ['!e!x c', 'syntax'],
    ['!! c', 'syntax'],
    ['!!str !!str c', '""'],
  ])('%j', (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});
