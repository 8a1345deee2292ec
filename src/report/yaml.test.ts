import fc from 'fast-check';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { readDocuments, toPlainValue } from '../yaml/index.ts';
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

// JSON has no -0.
const values = fc.jsonValue({ stringUnit: 'binary' }).map((value) => JSON.parse(JSON.stringify(value)));

test('comes back as it went, by the reader for manifests', () => {
  fc.assert(
    fc.property(values, (value) => {
      const documents = [...readDocuments(formatYaml(value as never))];
      expect(documents.flatMap(({ problems }) => problems)).toEqual([]);
      expect(documents.map(({ root }) => toPlainValue(root!))).toEqual([value]);
    }),
  );
});

test('comes back as it went, by a reader for YAML 1.2', () => {
  fc.assert(
    fc.property(values, (value) => {
      expect(load(formatYaml(value as never))).toEqual(value);
    }),
  );
});
