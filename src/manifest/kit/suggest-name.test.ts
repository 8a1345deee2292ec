import fc from 'fast-check';
import { expect, it } from 'vitest';
import { editDistance, suggestName } from './suggest-name.ts';

it.each([
  ['form', ['from', 'ports'], 'from'],
  ['too', ['to', 'ports'], 'to'],
  ['podselector', ['podSelector', 'namespaceSelector'], 'podSelector'],
  ['policyType', ['podSelector', 'policyTypes'], 'policyTypes'],
  ['app', ['matchLabels', 'matchExpressions'], undefined],
  ['x', [], undefined],
])('suggests for %s of %j %s', (name, candidates, expected) => {
  expect(suggestName(name, candidates)).toBe(expected);
});

it('counts a swap of neighbours once', () => {
  expect(editDistance('form', 'from')).toBe(1);
  expect(editDistance('', 'abc')).toBe(3);
});

it('is a distance', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});
