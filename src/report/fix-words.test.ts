import { expect, it } from 'vitest';
import type { PlainValue } from '../debug/fix/index.ts';
import { readManifests } from '../manifest/index.ts';
import { describeAction } from './fix-words.ts';

const text = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: callers, namespace: shop}
spec: {}
`;

it('a rule that names no caller says so', () => {
  const [object] = readManifests([{ name: 'policy.yaml', text }]).objects;
  const words = (value: PlainValue): string =>
    describeAction({ kind: 'add rule', object: object!, path: ['spec', 'rules'], value });
  const to = [{ operation: { ports: ['8080'] } }];
  expect(words({ to })).toBe('add a rule for any caller to spec.rules of AuthorizationPolicy shop/callers');
  expect(words({ from: [{ source: { principals: ['cluster.local/ns/a/sa/b'] } }], to })).toBe(
    'add a rule to spec.rules of AuthorizationPolicy shop/callers',
  );
});
