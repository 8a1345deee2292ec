import fc from 'fast-check';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { formatYaml } from './yaml.ts';

test('reads like what people write', () => {
  const value = {
    kind: 'Verdict',
    empty: [],
    none: {},
    gone: undefined,
    missing: null,
    steps: [{ layer: 'egress policy', ports: [80, true] }, [], [['x']]],
  };
  expect(formatYaml(value)).toBe(`kind: Verdict
empty: []
none: {}
missing: null
steps:
- layer: egress policy
  ports:
  - 80
  - true
- []
- - - x
`);
});

test.each([
  'no',
  'Off',
  'y',
  '~',
  '',
  '1e3',
  '0x1f',
  '1_000',
  '12:30',
  '2020-01-01',
  '.inf',
  '- a',
  'a: b',
  'a #b',
  '"',
  'a\nb',
  ' a',
  '=',
  '<<',
])('quotes %j', (text) => {
  expect(formatYaml({ text })).toBe(`text: ${JSON.stringify(text)}\n`);
});

test('comes back as it went', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      expect(load(formatYaml(value as never))).toEqual(value);
    }),
  );
});
