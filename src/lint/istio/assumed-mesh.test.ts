import { expect, it } from 'vitest';
import { from, sidecars, to } from '../../../test/support/istio-lint-examples.ts';
import { textOf } from '../../../test/support/lint-examples.ts';
import { lintText } from '../../../test/support/lint-text.ts';
import { namespace } from '../../../test/support/text-cluster.ts';

const denial = to('shop/p', { paths: ['/admin'] }, { action: 'DENY' });
const withoutNamespace = sidecars.slice(2);

it('takes namespaces without labels for injected, and says so', () => {
  const [finding] = lintText(textOf([...withoutNamespace, denial]), ['PC3241']);
  expect(finding).toMatchObject({
    severity: 'warning',
    proof: {
      witnesses: [
        {
          outcome: 'deny',
          under: 'with sidecars in namespaces legacy and shop, of which the labels are not given',
          words: expect.arrayContaining(['--assume', 'Namespace/shop:istio-injection=enabled']),
        },
      ],
    },
  });
});

it('takes nothing for granted where the labels are given', () => {
  const [finding] = lintText(textOf([...sidecars, denial]), ['PC3241']);
  expect(finding).toMatchObject({ severity: 'error' });
  expect(finding?.proof).not.toHaveProperty('witnesses.0.under');
  const outside = [namespace('shop'), namespace('legacy'), ...withoutNamespace];
  expect(lintText(textOf([...outside, denial]), ['PC3241'])).toEqual([]);
});

it('takes nothing for granted where anything speaks of ambient', () => {
  const ambient = namespace('other', { 'istio.io/dataplane-mode': 'ambient' });
  expect(lintText(textOf([...withoutNamespace, ambient, denial]), ['PC3241'])).toEqual([]);
});

it('finds what turns on no membership in either case', () => {
  const slip = from('shop/p', { principals: ['spiffe://cluster.local/ns/shop/sa/front'] });
  expect(lintText(textOf([...withoutNamespace, slip]), ['PC3221'])).toHaveLength(1);
});
