import { describe, expect, it } from 'vitest';
import { clusterOf, made, pod } from '../../test/support/text-cluster.ts';
import {
  assumeAuthorizerAnswer,
  assumeHostAddress,
  assumeNamespaceLabel,
  assumePodAddress,
  assumePodNode,
} from './index.ts';

const cluster = clusterOf(
  [
    pod('a/x'),
    pod('a/y', { ip: '10.0.0.2' }),
    pod('b/z', { ip: '10.0.0.3' }),
    made('AuthorizationPolicy', 'a/sign', {}),
  ],
  { mesh: { authorizers: [{ name: 'opa', protocol: 'http', usable: true }] } },
);

describe('a label of a namespace', () => {
  it('is known for all its pods, and puts them into the mesh', () => {
    const assumed = assumeNamespaceLabel(cluster, 'a', 'istio-injection', 'enabled');
    for (const key of ['a/x', 'a/y']) {
      expect(assumed.pods.get(key)).toMatchObject({
        membership: { kind: 'sidecar' },
        view: { namespaceLabels: { labels: { 'istio-injection': 'enabled' }, complete: false } },
      });
    }
    expect(assumed.pods.get('b/z')).toBe(cluster.pods.get('b/z'));
    expect(assumed.podsByAddress.get('10.0.0.2')).toBe(assumed.pods.get('a/y'));
  });

  it('may be known to be absent', () => {
    const one = assumeNamespaceLabel(cluster, 'a', 'istio-injection', undefined);
    const both = assumeNamespaceLabel(one, 'a', 'istio.io/rev', undefined);
    expect(one.pods.get('a/x')?.membership.facts).toMatchObject([{ key: 'istio.io/rev' }]);
    expect(both.pods.get('a/x')?.membership).toMatchObject({ kind: 'none' });
    expect(both.pods.get('a/x')?.membership.facts).toBeUndefined();
  });

  it('may have any name', () => {
    const assumed = assumeNamespaceLabel(cluster, 'a', '__proto__', 'x');
    expect(Object.keys(assumed.namespaces.get('a')!.labels.labels)).toContain('__proto__');
  });
});

it('an address is the pod’s and changes nobody’s whom a request may name', () => {
  const assumed = assumePodAddress(cluster, 'a/x', '10.0.0.2');
  expect(assumed.pods.get('a/x')?.addresses).toEqual(['10.0.0.2']);
  expect(assumed.podsByAddress.get('10.0.0.2')?.key).toBe('a/y');
});

it('a node is the pod’s, an address the host’s, an answer the authorizer’s', () => {
  expect(assumePodNode(cluster, 'a/x', 'n1').pods.get('a/x')?.node).toBe('n1');
  expect(assumeHostAddress(cluster, 'h.example', '192.0.2.1').hosts.get('h.example')).toBe('192.0.2.1');
  expect(assumeAuthorizerAnswer(cluster, 'opa', 'deny').mesh.authorizers).toMatchObject([{ answer: 'deny' }]);
  expect(cluster.mesh.authorizers[0]?.answer).toBeUndefined();
});
