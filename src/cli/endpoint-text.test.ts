import { expect, test } from 'vitest';
import { readEndpoint, shortKind } from './endpoint-text.ts';

test.each([
  ['np-test-1/np-test-nginx-1', { kind: 'object', namespace: 'np-test-1', name: 'np-test-nginx-1' }],
  ['a/deploy/b', { kind: 'object', namespace: 'a', objectKind: 'Deployment', name: 'b' }],
  ['a/deployments/b', { kind: 'object', namespace: 'a', objectKind: 'Deployment', name: 'b' }],
  ['deployment.apps/b', { kind: 'object', objectKind: 'Deployment', name: 'b' }],
  ['a/sts/b', { kind: 'object', namespace: 'a', objectKind: 'StatefulSet', name: 'b' }],
  ['a/ds/b', { kind: 'object', namespace: 'a', objectKind: 'DaemonSet', name: 'b' }],
  ['a/rs/b', { kind: 'object', namespace: 'a', objectKind: 'ReplicaSet', name: 'b' }],
  ['a/job/b', { kind: 'object', namespace: 'a', objectKind: 'Job', name: 'b' }],
  ['a/cj/b', { kind: 'object', namespace: 'a', objectKind: 'CronJob', name: 'b' }],
  ['a/po/b', { kind: 'object', namespace: 'a', objectKind: 'Pod', name: 'b' }],
  ['a/gateway/b', { kind: 'object', namespace: 'a', objectKind: 'Gateway', name: 'b' }],
  ['gateway/b', { kind: 'object', namespace: 'gateway', name: 'b' }],
  ['pod/x', { kind: 'object', objectKind: 'Pod', name: 'x', orNamespace: 'pod' }],
  ['jobs/x', { kind: 'object', objectKind: 'Job', name: 'x', orNamespace: 'jobs' }],
  ['svc/x:http', { kind: 'object', objectKind: 'Service', name: 'x', orNamespace: 'svc', port: 'http' }],
  ['a/b:8080', { kind: 'object', namespace: 'a', name: 'b', port: 8080 }],
  ['x', { kind: 'host', host: 'x' }],
  ['x.a', { kind: 'host', host: 'x.a' }],
  ['svc.ns.svc.cluster.local:80', { kind: 'host', host: 'svc.ns.svc.cluster.local', port: 80 }],
  ['203.0.113.7', { kind: 'address', address: '203.0.113.7' }],
  ['203.0.113.7:53', { kind: 'address', address: '203.0.113.7', port: 53 }],
  ['2001:db8::1', { kind: 'address', address: '2001:db8::1' }],
  ['::1', { kind: 'address', address: '::1' }],
  ['[::1]:80', { kind: 'address', address: '::1', port: 80 }],
  ['[::1]', { kind: 'address', address: '::1' }],
  ['node/worker.example', { kind: 'node', name: 'worker.example', orNamespace: 'node' }],
])('%s', (text, expected) => {
  expect(readEndpoint(text)).toEqual(expected);
});

test('a URL', () => {
  expect(readEndpoint('http://a/b')).toMatchObject({ kind: 'url', url: { host: 'a', target: '/b' } });
});

test.each(['', '/', 'a/', 'a/b/c', 'a/deploy/b/c', 'a b', 'a:99999', 'a:', '[::1', '[::1]x'])(
  '%j is refused',
  (text) => {
    expect(() => readEndpoint(text)).toThrow(/cannot read|is not a port/);
  },
);

test('the short word of a kind', () => {
  expect([
    shortKind('Deployment'),
    shortKind('Service'),
    shortKind('Gateway'),
    shortKind('constructor'),
  ]).toEqual(['deploy', 'svc', 'gateway', 'constructor']);
});
