import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUnknown, type KnownLabels, type LabelSelector, type Labels, labelOf } from '../model/index.ts';
import {
  countFailedRequirements,
  describeFailedRequirements,
  matchSelector,
  selectsLabels,
} from './selector.ts';

const known = (labels: Labels): KnownLabels => ({ labels, complete: true });

describe('selectsLabels', () => {
  const labels = { team: 'blue', empty: '' };

  it.each<[LabelSelector | undefined, boolean]>([
    [undefined, true],
    [{}, true],
    [{ matchLabels: {}, matchExpressions: [] }, true],
    [{ matchLabels: { team: 'blue' } }, true],
    [{ matchLabels: { team: 'blue', empty: 'x' } }, false],
    [{ matchLabels: { empty: '' } }, true],
    [{ matchLabels: { absent: '' } }, false],
    [{ matchExpressions: [{ key: 'team', operator: 'In', values: ['red', 'blue'] }] }, true],
    [{ matchExpressions: [{ key: 'absent', operator: 'In', values: [''] }] }, false],
    [{ matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['blue'] }] }, false],
    [{ matchExpressions: [{ key: 'absent', operator: 'NotIn', values: ['blue'] }] }, true],
    [{ matchExpressions: [{ key: 'empty', operator: 'Exists' }] }, true],
    [{ matchExpressions: [{ key: 'absent', operator: 'Exists' }] }, false],
    [{ matchExpressions: [{ key: 'empty', operator: 'DoesNotExist' }] }, false],
    [{ matchExpressions: [{ key: 'absent', operator: 'DoesNotExist' }] }, true],
    [{ matchExpressions: [{ key: 'constructor', operator: 'Exists' }] }, false],
    [{ matchLabels: { team: 'blue' }, matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] }, false],
  ])('%j: %s', (selector, expected) => expect(selectsLabels(selector, labels)).toBe(expected));
});

describe('matchSelector', () => {
  it('names the label that nobody gave and the texts that matter', () => {
    const selector: LabelSelector = {
      matchExpressions: [{ key: 'team', operator: 'In', values: ['a', 'b'] }],
    };
    expect(matchSelector(selector, { labels: {}, complete: false }, 'shop')).toEqual({
      facts: [
        {
          kind: 'namespace label',
          namespace: 'shop',
          key: 'team',
          patterns: [
            { form: 'exact', text: 'a' },
            { form: 'exact', text: 'b' },
          ],
        },
      ],
    });
  });

  it('takes a key known to be absent as absent', () => {
    const labels: KnownLabels = { labels: {}, complete: false, absent: new Set(['team']) };
    expect(matchSelector({ matchLabels: { team: 'a' } }, labels)).toBe(false);
  });

  it('is false where a known label fails, whatever the others are', () => {
    const selector = { matchLabels: { unheard: 'of', team: 'red' } };
    expect(matchSelector(selector, { labels: { team: 'blue' }, complete: false })).toBe(false);
  });

  const key = fc.constantFrom('a', 'b');
  const value = fc.constantFrom('x', 'y', '');
  const expression = fc.oneof(
    fc.record({
      key,
      operator: fc.constantFrom('In' as const, 'NotIn' as const),
      values: fc.array(value, { minLength: 1, maxLength: 2 }),
    }),
    fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
  );
  const selector = fc.record({
    matchLabels: fc.dictionary(key, value, { maxKeys: 2 }),
    matchExpressions: fc.array(expression, { maxLength: 3 }),
  });

  it('is certain only where every completion of the labels says the same', () => {
    fc.assert(
      fc.property(selector, fc.dictionary(key, value), (wanted, given) => {
        const partial = matchSelector(wanted, { labels: given, complete: false }, 'n');
        const free = ['a', 'b'].filter((k) => labelOf(given, k) === undefined);
        let completions: Labels[] = [given];
        for (const k of free) {
          completions = completions.flatMap((labels) => [
            labels,
            ...['x', 'y', '', 'other'].map((v) => ({ ...labels, [k]: v })),
          ]);
        }
        const answers = new Set(completions.map((labels) => matchSelector(wanted, known(labels))));
        if (!isUnknown(partial)) expect([...answers]).toEqual([partial]);
      }),
    );
  });

  it('agrees with selectsLabels, and counts failures exactly where it fails', () => {
    fc.assert(
      fc.property(selector, fc.dictionary(key, value), (wanted, labels) => {
        const holds = matchSelector(wanted, known(labels));
        expect(selectsLabels(wanted, labels)).toBe(holds);
        const count = countFailedRequirements(wanted, known(labels));
        expect(count === 0).toBe(holds);
        expect(describeFailedRequirements(wanted, known(labels), [])).toHaveLength(count);
      }),
    );
  });
});

describe('describeFailedRequirements', () => {
  it('points at each condition and says what it met', () => {
    const selector: LabelSelector = {
      matchLabels: { team: 'blue', tier: 'web' },
      matchExpressions: [
        { key: 'env', operator: 'NotIn', values: ['dev'] },
        { key: 'team', operator: 'In', values: ['blue', 'green'] },
        { key: 'owner', operator: 'Exists' },
      ],
    };
    const labels = known({ team: 'red', tier: 'web', env: 'dev' });
    expect(describeFailedRequirements(selector, labels, ['spec', 'podSelector'])).toEqual([
      { path: ['spec', 'podSelector', 'matchLabels', 'team'], wanted: 'team=blue', got: 'team=red' },
      { path: ['spec', 'podSelector', 'matchExpressions', 0], wanted: 'env!=dev', got: 'env=dev' },
      {
        path: ['spec', 'podSelector', 'matchExpressions', 1],
        wanted: 'team in (blue, green)',
        got: 'team=red',
      },
      { path: ['spec', 'podSelector', 'matchExpressions', 2], wanted: 'owner', got: 'no label owner' },
    ]);
  });
});
