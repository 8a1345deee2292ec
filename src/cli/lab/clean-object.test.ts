import { expect, test } from 'vitest';
import { cleanObject } from './clean-object.ts';

const serverSide = {
  uid: 'u',
  resourceVersion: '7',
  creationTimestamp: '2026-01-01T00:00:00Z',
  generation: 2,
};

test('what a server wrote is taken off', () => {
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' }, ...serverSide },
    spec: { replicas: 2 },
    status: { readyReplicas: 2 },
  };
  expect(cleanObject(deployment)).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
    spec: { replicas: 2 },
  });
});

test('addresses and nodes are those of the lab', () => {
  const service = {
    kind: 'Service',
    metadata: { name: 'db' },
    spec: { clusterIP: '10.0.0.9', clusterIPs: ['10.0.0.9'] },
  };
  expect(cleanObject(service)?.spec).toEqual({});
  const headless = { kind: 'Service', metadata: { name: 'db' }, spec: { clusterIP: 'None' } };
  expect(cleanObject(headless)?.spec).toEqual({ clusterIP: 'None' });
  const pod = { kind: 'Pod', metadata: { name: 'a' }, spec: { nodeName: 'worker-7', containers: [] } };
  expect(cleanObject(pod)?.spec).toEqual({ containers: [] });
});

test('what the lab makes of itself is left out', () => {
  const owner = { kind: 'ReplicaSet', name: 'web-1', controller: true };
  expect(
    cleanObject({ kind: 'Pod', metadata: { name: 'web-1-x', ownerReferences: [owner] } }),
  ).toBeUndefined();
  expect(cleanObject({ kind: 'Node', metadata: { name: 'worker-1' } })).toBeUndefined();
  const managed = { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' };
  expect(cleanObject({ kind: 'EndpointSlice', metadata: { labels: managed } })).toBeUndefined();
  expect(cleanObject({ kind: 'EndpointSlice', metadata: { name: 'mine' } })).toBeDefined();
});
