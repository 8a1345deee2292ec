import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectsLabels } from '../../cluster/index.ts';
import type { LabelSelector, Labels } from '../../model/index.ts';
import { findContradiction, implies } from './selector-logic.ts';

const keys = ['a', 'b'];
const values = ['1', '2', '3'];
const requirement = fc.oneof(
  fc.record({
    key: fc.constantFrom(...keys),
    operator: fc.constantFrom('In' as const, 'NotIn' as const),
    values: fc.subarray(values, { minLength: 1 }),
  }),
  fc.record({
    key: fc.constantFrom(...keys),
    operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const),
  }),
);
const selector: fc.Arbitrary<LabelSelector> = fc.record({
  matchLabels: fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...values), { maxKeys: 2 }),
  matchExpressions: fc.array(requirement, { maxLength: 3 }),
});

/** All labels that these selectors can tell apart: `4` stands for every value that none of them names. */
const everyLabels: readonly Labels[] = [undefined, ...values, '4'].flatMap((a) =>
  [undefined, ...values, '4'].map((b) => ({ ...(a !== undefined && { a }), ...(b !== undefined && { b }) })),
);

describe('selectors', () => {
  it('imply each other exactly where all labels of one are labels of the other', () => {
    fc.assert(
      fc.property(selector, selector, (narrow, wide) => {
        const holds = everyLabels.every(
          (labels) => !selectsLabels(narrow, labels) || selectsLabels(wide, labels),
        );
        // A selector that no labels fit implies everything, and need not be seen to.
        if (findContradiction(narrow) === undefined) expect(implies(narrow, wide)).toBe(holds);
        else expect(holds || !implies(narrow, wide)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('contradict themselves exactly where no labels fit', () => {
    fc.assert(
      fc.property(selector, (each) => {
        const fits = everyLabels.some((labels) => selectsLabels(each, labels));
        expect(findContradiction(each) === undefined).toBe(fits);
      }),
      { numRuns: 2000 },
    );
  });
});
