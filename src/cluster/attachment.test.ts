import { describe, expect, it } from 'vitest';
import {
  authorizationPolicy,
  policyCluster,
  requestAuthentication,
} from '../../test/support/istio-policies.ts';
import { defaultMesh, type PolicyTargetReference, qualifiedName } from '../model/index.ts';
import {
  attaches,
  authorizationPoliciesFor,
  gatewayNameLabel,
  requestAuthenticationsFor,
} from './attachment.ts';
import type { PolicyTarget } from './cluster.ts';

const pod: PolicyTarget = { namespace: 'shop', labels: { app: 'web' }, waypoint: false, services: [] };
const gateway: PolicyTarget = { ...pod, labels: { app: 'web', [gatewayNameLabel]: 'front' } };
const waypoint: PolicyTarget = {
  ...gateway,
  waypoint: true,
  services: [
    { registry: 'Kubernetes', namespace: 'shop', name: 'cart' },
    { registry: 'External', namespace: 'shop', name: 'pay' },
  ],
};

function ref(kind: string, name: string, group = '', namespace?: string): PolicyTargetReference {
  return { group, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

function attached(target: PolicyTarget, at: string, ...targetRefs: PolicyTargetReference[]): boolean {
  return attaches(defaultMesh, authorizationPolicy(at, { targetRefs }), target);
}

describe('attaches by selector', () => {
  const everything = authorizationPolicy('shop/p');
  const empty = authorizationPolicy('shop/p', { selector: { matchLabels: {} } });
  const web = authorizationPolicy('shop/p', { selector: { matchLabels: { app: 'web' } } });
  const other = authorizationPolicy('shop/p', {
    selector: { matchLabels: { app: 'web', constructor: 'x' } },
  });

  it.each([pod, gateway])('to pods and to gateways (%#)', (target) => {
    expect([everything, empty, web, other].map((policy) => attaches(defaultMesh, policy, target))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('to no waypoint, and to no gateway where the mesh says so', () => {
    const mesh = { ...defaultMesh, selectorPoliciesOnGateways: false };
    for (const policy of [everything, empty, web]) {
      expect(attaches(defaultMesh, policy, waypoint)).toBe(false);
      expect(attaches(mesh, policy, gateway)).toBe(false);
      expect(attaches(mesh, policy, pod)).toBe(true);
    }
  });
});

describe('attaches by targetRefs', () => {
  const gatewayGroup = 'gateway.networking.k8s.io';

  it('never to an ordinary pod, even where the selector fits', () => {
    const spec = { selector: { matchLabels: { app: 'web' } }, targetRefs: [ref('Service', 'cart')] };
    expect(attaches(defaultMesh, authorizationPolicy('shop/p', spec), pod)).toBe(false);
  });

  it.each([
    ['a Service of the waypoint', true, 'shop/p', ref('Service', 'cart')],
    ['its group in full', true, 'shop/p', ref('Service', 'cart', 'core')],
    ['a Service of another namespace', false, 'other/p', ref('Service', 'cart')],
    [
      'a ServiceEntry by the name of a Service',
      false,
      'shop/p',
      ref('ServiceEntry', 'cart', 'networking.istio.io'),
    ],
    ['a ServiceEntry', true, 'shop/p', ref('ServiceEntry', 'pay', 'networking.istio.io')],
    ['a ServiceEntry without its group', false, 'shop/p', ref('ServiceEntry', 'pay')],
    ['the Gateway', true, 'shop/p', ref('Gateway', 'front', gatewayGroup)],
    ['the Gateway, own namespace named', true, 'shop/p', ref('Gateway', 'front', gatewayGroup, 'shop')],
    ['the Gateway, another namespace named', false, 'shop/p', ref('Gateway', 'front', gatewayGroup, 'other')],
    ['a Gateway of another namespace', false, 'other/p', ref('Gateway', 'front', gatewayGroup)],
    [
      'the class, in the root namespace',
      true,
      'istio-system/p',
      ref('GatewayClass', 'istio-waypoint', gatewayGroup),
    ],
    ['the class, elsewhere', false, 'shop/p', ref('GatewayClass', 'istio-waypoint', gatewayGroup)],
    ['another class', false, 'istio-system/p', ref('GatewayClass', 'istio', gatewayGroup)],
    ['a kind that nothing attaches to', false, 'shop/p', ref('Pod', 'front')],
  ])('%s: %s', (_, expected, at, target) => {
    expect(attached(waypoint, at, target)).toBe(expected);
  });

  it('asks other gateways for their Gateway only', () => {
    expect(attached(gateway, 'shop/p', ref('Gateway', 'front', gatewayGroup))).toBe(true);
    expect(attached({ ...waypoint, waypoint: false }, 'shop/p', ref('Service', 'cart'))).toBe(false);
    expect(attached(gateway, 'istio-system/p', ref('GatewayClass', 'istio-waypoint', gatewayGroup))).toBe(
      false,
    );
  });

  it('takes any one of several', () => {
    expect(attached(waypoint, 'shop/p', ref('Service', 'x'), ref('Service', 'cart'))).toBe(true);
  });
});

describe('the lists', () => {
  const names = ['other/z', 'shop/b', 'istio-system/c', 'shop/a'];

  it('have the root namespace first for AuthorizationPolicies, last for RequestAuthentications', () => {
    const cluster = policyCluster([
      ...names.map((at) => authorizationPolicy(at)),
      ...names.map((at) => requestAuthentication(at)),
    ]);
    expect(authorizationPoliciesFor(cluster, pod).map(qualifiedName)).toEqual([
      'istio-system/c',
      'shop/a',
      'shop/b',
    ]);
    expect(requestAuthenticationsFor(cluster, pod).map(qualifiedName)).toEqual([
      'shop/a',
      'shop/b',
      'istio-system/c',
    ]);
  });

  it('look into the namespaces of services, and into each namespace once', () => {
    const cluster = policyCluster([authorizationPolicy('shop/a', { targetRefs: [ref('Service', 'cart')] })]);
    const elsewhere = { ...waypoint, namespace: 'infra', services: [waypoint.services[0]!] };
    expect(authorizationPoliciesFor(cluster, elsewhere)).toHaveLength(1);
    const root = { ...pod, namespace: 'istio-system' };
    expect(
      authorizationPoliciesFor(policyCluster([authorizationPolicy('istio-system/a')]), root),
    ).toHaveLength(1);
  });
});
