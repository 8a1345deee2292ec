import { expect, test } from 'vitest';
import { policy } from '../../test/support/report-example.ts';
import type { Fact } from '../model/index.ts';
import { adviseFact, describeFact, describePatterns, nameFact } from './facts.ts';
import { quoteForShell } from './shell.ts';

const blue = [{ form: 'exact', text: "it's blue" }] as const;

test.each<[Fact, string, string]>([
  [
    { kind: 'namespace label', namespace: 'a', key: 'x/team', patterns: [{ form: 'presence', text: '' }] },
    'the label x/team of namespace a',
    'give the Namespace object, or --assume Namespace/a:x/team=VALUE',
  ],
  [
    { kind: 'pod address', pod: 'a/b', patterns: [] },
    'the address of pod a/b',
    "give the Pod with its status.podIP, or narrow the pods' range with --pod-cidr CIDR",
  ],
  [{ kind: 'pod node', pod: 'a/b' }, 'the node of pod a/b', 'give the Pod with its spec.nodeName'],
  [
    { kind: 'authorizer answer', provider: 'opa' },
    'the answer of authorizer opa',
    '--authorizer opa=allow or =deny, or externalAuthorizers in the project file',
  ],
  [
    { kind: 'request', field: 'header x-team', patterns: blue },
    "the request's header x-team",
    "say it with --header 'x-team: it'\\''s blue'",
  ],
  [
    { kind: 'request', field: 'claim realm.roles', patterns: [{ form: 'exact', text: 'admin' }] },
    "the request's claim realm.roles",
    'say it with --claim realm.roles=admin',
  ],
  [
    { kind: 'request', field: 'path', patterns: [{ form: 'regex', text: '.*' }] },
    "the request's path",
    'say it with --path VALUE',
  ],
  [
    { kind: 'request', field: 'metadata istio_authn[x]', patterns: [] },
    "the request's metadata istio_authn[x]",
    'it cannot be said: it depends on what other filters of the proxy do',
  ],
  [
    { kind: 'unread policy', object: { ...policy, kind: 'EnvoyFilter' }, why: 'not read' },
    'EnvoyFilter shop/allow-front: not read',
    'leave it out of account with --ignore-kind EnvoyFilter',
  ],
  [
    { kind: 'unread policy', object: policy, why: 'no such field' },
    'NetworkPolicy shop/allow-front: no such field',
    'correct the document, or leave it out',
  ],
  [
    { kind: 'implementation', topic: 'endpoint choice', detail: 'a/b or a/c' },
    'which endpoint the request is sent to (a/b or a/c)',
    'ask about one of the pods instead of the Service, or give its EndpointSlices',
  ],
])('%j', (fact, description, advice) => {
  expect(describeFact(fact)).toBe(description);
  expect(adviseFact(fact)).toBe(advice);
});

test('a document that does not tell its kind or name is told by its place', () => {
  const object = { ...policy, kind: '', metadata: { ...policy.metadata, name: '' } };
  expect(nameFact({ kind: 'unread policy', object, why: 'x' })).toBe(
    'the document at policies.yaml:1:1, which is not read',
  );
});

test('what a decision turns on', () => {
  expect(
    describePatterns([
      { form: 'exact', text: 'a' },
      { form: 'prefix', text: 'b' },
      { form: 'range', text: '10.0.0.0/8' },
      { form: 'exact', text: 'a' },
      { form: 'presence', text: '' },
    ]),
  ).toBe('is "a", starts with "b", lies in 10.0.0.0/8 or is there');
});

test('arguments as a shell takes them', () => {
  expect(['a=b', 'a b', "it's", '', '$x'].map(quoteForShell)).toEqual([
    'a=b',
    "'a b'",
    "'it'\\''s'",
    "''",
    "'$x'",
  ]);
});
