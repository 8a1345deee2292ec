import { describe, expect, it } from 'vitest';
import { clusterOf, made, namespace, pod } from '../../test/support/text-cluster.ts';

const configMap = JSON.stringify({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'istio-system', name: 'istio' },
  data: { mesh: 'trustDomain: x\n' },
});

describe('signs of Istio', () => {
  it.each<[string, readonly string[], boolean, boolean]>([
    ['nothing', [], false, false],
    [
      'a plain namespace and a NetworkPolicy',
      [namespace('a', { team: 'x' }), made('NetworkPolicy', 'a/x', { podSelector: {} })],
      false,
      false,
    ],
    ['istio-injection on some namespace', [namespace('b', { 'istio-injection': 'disabled' })], true, false],
    ['istio.io/rev on some namespace', [namespace('b', { 'istio.io/rev': 'canary' })], true, false],
    [
      'a pod that asks for a sidecar',
      [pod('a/x', { labels: { 'sidecar.istio.io/inject': 'true' } })],
      true,
      false,
    ],
    [
      'a pod that was injected',
      [pod('a/x', { annotations: { 'sidecar.istio.io/status': '{}' } })],
      true,
      false,
    ],
    ['an AuthorizationPolicy', [made('AuthorizationPolicy', 'a/x', {})], true, false],
    [
      'an AuthorizationPolicy that is refused',
      [made('AuthorizationPolicy', 'a/x', { action: 7 })],
      true,
      false,
    ],
    ['an EnvoyFilter', [made('EnvoyFilter', 'a/x', {})], true, false],
    ['the mesh config', [configMap], true, false],
    ['an ambient namespace', [namespace('b', { 'istio.io/dataplane-mode': 'ambient' })], false, true],
    ['an ambient pod', [pod('a/x', { labels: { 'istio.io/dataplane-mode': 'ambient' } })], false, true],
    [
      'a waypoint',
      [made('Gateway', 'a/wp', { gatewayClassName: 'istio-waypoint', listeners: [] })],
      false,
      true,
    ],
    [
      'a gateway of somebody else',
      [made('Gateway', 'a/gw', { gatewayClassName: 'other', listeners: [] })],
      false,
      false,
    ],
  ])('%s', (_, texts, sidecars, ambient) => {
    expect(clusterOf(texts).traces).toEqual({ sidecars, ambient });
  });

  it('of the caller', () => {
    expect(clusterOf([], { mesh: { ambient: true } }).traces.ambient).toBe(true);
    expect(clusterOf([], { mesh: { injectByDefault: true } }).traces.sidecars).toBe(true);
    expect(clusterOf([], { mesh: { revisions: ['1-29'] } }).traces.sidecars).toBe(true);
  });

  it('without one, no pod of a namespace without an object may be in the mesh', () => {
    expect(clusterOf([pod('a/x')]).pods.get('a/x')?.membership.facts).toBeUndefined();
    const withSign = clusterOf([pod('a/x'), made('AuthorizationPolicy', 'b/x', {})]);
    expect(withSign.pods.get('a/x')?.membership.facts).toMatchObject([
      { key: 'istio-injection' },
      { key: 'istio.io/rev' },
    ]);
  });
});
