import { expect, it } from 'vitest';
import { readDocuments, type YamlNode } from '../../yaml/index.ts';
import { labelsAt, numberOrTextAt, selectorAt, textAt, textsAt } from './read-node.ts';

function parse(source: string): YamlNode {
  return [...readDocuments(source)][0]!.root!;
}

it('reads labels with any key as their own properties', () => {
  const labels = labelsAt(parse('labels: {__proto__: a, constructor: b, c: ~}\n'), 'labels');
  expect(Object.entries(labels)).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
    ['c', ''],
  ]);
  expect(Object.getPrototypeOf(labels)).toBe(Object.prototype);
});

it('gives undefined for what is absent, null or of another type', () => {
  const node = parse('a: ~\nb: [x]\n');
  for (const key of ['a', 'b', 'c', 'toString']) expect(textAt(node, key), key).toBeUndefined();
  expect(textsAt(node, 'a')).toBeUndefined();
  expect(textAt(undefined, 'a')).toBeUndefined();
});

it('reads numbers and names of ports', () => {
  const node = parse('a: 0x50\nb: http\nc: "80"\n');
  expect([numberOrTextAt(node, 'a'), numberOrTextAt(node, 'b'), numberOrTextAt(node, 'c')]).toEqual([
    80,
    'http',
    '80',
  ]);
});

it('reads selectors, leaving out what is empty', () => {
  expect(selectorAt(parse('s: {matchLabels: {}, matchExpressions: []}\n'), 's')).toEqual({});
  expect(
    selectorAt(
      parse('s: {matchLabels: {a: }, matchExpressions: [{key: k, operator: In, values: [a, ~]}]}\n'),
      's',
    ),
  ).toEqual({
    matchLabels: { a: '' },
    matchExpressions: [{ key: 'k', operator: 'In', values: ['a', ''] }],
  });
  expect(selectorAt(parse('s:\n'), 's')).toBeUndefined();
});
