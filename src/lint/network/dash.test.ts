import { expect, it } from 'vitest';
import { lintText } from '../../../test/support/lint-text.ts';
import { namespace, pod } from '../../../test/support/text-cluster.ts';
import type { Finding, TextEdit } from '../types.ts';

const pods = [
  '',
  namespace('shop'),
  pod('shop/db'),
  namespace('away', { team: 'a' }),
  pod('away/client'),
  pod('away/other'),
  '',
].join('\n---\n');
const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
    - from:
        - namespaceSelector:
            matchLabels: {team: a}
        -   podSelector:
              matchLabels: {app: client}
        - ipBlock: {cidr: 203.0.113.0/24}
`;

function apply(text: string, edits: readonly TextEdit[]): string {
  return [...edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce(
      (changed, { span, text: put }) => changed.slice(0, span.start) + put + changed.slice(span.end),
      text,
    );
}

const find = (text: string): readonly Finding[] => lintText(text, ['PC3016', 'PC3003']);

it('joins the two peers when its fix is applied, and leaves the third alone', () => {
  const text =
    pods + policy.replace('-   podSelector:\n              match', '- podSelector:\n            match');
  const [finding, ...others] = find(text);
  expect(others).toEqual([]);
  const mended = apply(text, finding!.fix!.edits);
  expect(mended).toContain('            matchLabels: {team: a}\n          podSelector:\n');
  expect(find(mended)).toEqual([]);
});

it('mends nothing where the columns would not fit', () => {
  const text = pods + policy;
  const [finding] = find(text);
  expect(finding?.code).toBe('PC3016');
  expect(finding?.fix).toBeUndefined();
});

it('is silent where the peers are not neighbours, or the first has a podSelector of its own', () => {
  const apart = policy
    .replace('        - ipBlock: {cidr: 203.0.113.0/24}\n', '')
    .replace('        -   podSelector', '        - ipBlock: {cidr: 203.0.113.0/24}\n        -   podSelector');
  expect(find(pods + apart).map(({ code }) => code)).toEqual(['PC3003']);
  const both = policy.replace('{team: a}\n', '{team: a}\n          podSelector: {}\n');
  expect(find(pods + both).map(({ code }) => code)).toEqual(['PC3003']);
});
