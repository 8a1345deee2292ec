import { describe, expect, it } from 'vitest';
import { authorizationPolicy } from '../../../test/support/istio-policies.ts';
import { buildCluster } from '../../cluster/index.ts';
import type { KindedObject, Labels, ModelObject, PolicyTargetReference } from '../../model/index.ts';
import { waypointStatuses } from './waypoint-status.ts';

const source = { name: 'objects.yaml', text: '' };

function base<K extends string>(
  kind: K,
  at: string,
  labels: Labels = {},
): KindedObject & { readonly kind: K } {
  const [namespace = '', name = ''] = at.includes('/') ? at.split('/') : ['', at];
  const origin = { source, start: 0, end: 0, locate: () => ({ source, start: 0, end: 0 }) };
  return { apiVersion: 'v1', kind, metadata: { namespace, name, labels, annotations: {} }, origin };
}

function service(at: string, labels: Labels = {}): ModelObject {
  const spec = {
    type: 'ClusterIP',
    clusterIPs: [],
    externalIPs: [],
    ports: [],
    publishNotReadyAddresses: false,
    externalTrafficPolicy: 'Cluster',
  } as const;
  return { ...base('Service', at, labels), spec, loadBalancerIPs: [] };
}

function gateway(at: string, gatewayClassName: string): ModelObject {
  return { ...base('Gateway', at), spec: { gatewayClassName, listeners: [] } };
}

const cluster = buildCluster({
  objects: [
    base('Namespace', 'shop', { 'istio.io/use-waypoint': 'waypoint' }),
    gateway('shop/waypoint', 'istio-waypoint'),
    gateway('shop/ingress', 'istio'),
    service('shop/cart'),
    service('shop/apart', { 'istio.io/use-waypoint': 'none' }),
    service('shop/astray', { 'istio.io/use-waypoint': 'missing' }),
    service('other/borrows', {
      'istio.io/use-waypoint': 'waypoint',
      'istio.io/use-waypoint-namespace': 'shop',
    }),
    { ...base('GatewayClass', 'istio-waypoint'), spec: { controllerName: 'istio.io/mesh-controller' } },
    { ...base('GatewayClass', 'alien'), spec: { controllerName: 'alien' } },
  ],
  foreign: [],
  rejected: [],
});

function said(at: string, group: string, kind: string, name: string): string {
  const targetRefs: PolicyTargetReference[] = [{ group, kind, name }];
  const [status] = waypointStatuses(cluster, authorizationPolicy(at, { targetRefs }));
  const { ancestor, reason, message, bound } = status!;
  expect(bound).toBe(reason === 'Accepted');
  return `${ancestor}: ${reason}: ${message}`;
}

describe('waypointStatuses', () => {
  it('has none without targets', () => {
    expect(waypointStatuses(cluster, authorizationPolicy('shop/p'))).toEqual([]);
  });

  it.each([
    ['cart', 'Accepted: bound to shop/waypoint'],
    ['apart', 'AncestorNotBound: Service shop/apart is not bound to a waypoint'],
    ['astray', 'AncestorNotBound: Service shop/astray is not bound to a waypoint'],
    ['nobody', 'TargetNotFound: Service shop/nobody was not found'],
  ])('of Service %s', (name, expected) => {
    expect(said('shop/p', '', 'Service', name)).toBe(`Service.core:shop/${name}: ${expected}`);
  });

  it('of a Service with a waypoint of another namespace', () => {
    expect(said('other/p', '', 'Service', 'borrows')).toContain('Accepted: bound to shop/waypoint');
  });

  it.each([
    ['waypoint', 'Accepted: bound to shop/waypoint'],
    ['ingress', 'TargetNotFound: not bound'],
    ['nobody', 'TargetNotFound: not bound'],
  ])('of Gateway %s', (name, expected) => {
    const group = 'gateway.networking.k8s.io';
    expect(said('shop/p', group, 'Gateway', name)).toBe(`Gateway.${group}:shop/${name}: ${expected}`);
  });

  it.each([
    [
      'shop/p',
      'istio-waypoint',
      'Invalid: AuthorizationPolicy must be in the root namespace `istio-system` when',
    ],
    ['istio-system/p', 'istio-waypoint', 'Accepted: bound to istio-waypoint'],
    ['istio-system/p', 'alien', 'Invalid: GatewayClass must use controller name `istio.io/mesh-controller`'],
    ['istio-system/p', 'nobody', 'TargetNotFound: not bound'],
  ])('of %s for GatewayClass %s', (at, name, expected) => {
    expect(said(at, 'gateway.networking.k8s.io', 'GatewayClass', name)).toContain(expected);
  });
});
