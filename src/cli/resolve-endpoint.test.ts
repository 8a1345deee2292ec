import { describe, expect, test } from 'vitest';
import {
  madeCluster,
  madeNode,
  madeOwner,
  madePod,
  madeService,
  ownedPod,
  tcp,
} from '../../test/support/hand-cluster.ts';
import { behindWaypoint } from '../../test/support/istio-lint-examples.ts';
import { buildCluster } from '../cluster/index.ts';
import { readManifests } from '../manifest/index.ts';
import { readEndpoint } from './endpoint-text.ts';
import { Refusal } from './exit.ts';
import { callerNamespace, resolveDestination, resolveSource } from './resolve-endpoint.ts';

const web = madeOwner('Deployment', 'shop', 'web', 3);
const cluster = madeCluster(
  web,
  madeOwner('Deployment', 'shop', 'twin', 1),
  madeOwner('StatefulSet', 'shop', 'twin', 1),
  madeOwner('CronJob', 'shop', 'report', 1),
  madeOwner('Deployment', 'shop', 'idle', 0),
  madeOwner('Deployment', 'shop', 'api', 2),
  ownedPod(web, 'web-1'),
  ownedPod(web, 'web-2'),
  madePod('shop', 'bare', [], '10.0.0.9'),
  madePod('other', 'bare'),
  madeService('shop', 'api', tcp(80)),
  madeService('other', 'db', tcp(5432)),
  madeNode('worker-1'),
);
const client = { kind: 'pod', namespace: 'shop', name: 'bare' } as const;

const from = (text: string, namespace = 'default'): unknown =>
  resolveSource(cluster, readEndpoint(text), namespace).end;
const to = (text: string, namespace = 'shop'): unknown =>
  resolveDestination(cluster, readEndpoint(text), namespace, client).end;

function refusal(run: () => unknown): Refusal {
  try {
    run();
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error('not refused');
}

describe('FROM', () => {
  test.each([
    ['shop/bare', 'shop', 'bare'],
    ['other/bare', 'other', 'bare'],
    ['bare.other', 'other', 'bare'],
    ['shop/pod/web-2', 'shop', 'web-2'],
    ['shop/web-2', 'shop', 'web-2'],
    ['shop/web', 'shop', 'web-1'],
    ['shop/deploy/web', 'shop', 'web-1'],
    ['shop/report', 'shop', 'report'],
    ['shop/cj/report', 'shop', 'report'],
    ['shop/sts/twin', 'shop', 'twin#1'],
    ['shop/api#2', 'shop', 'api#2'],
  ])('%s', (text, namespace, name) => {
    expect(from(text)).toEqual({ kind: 'pod', namespace, name });
  });

  test.each(['shop/gateway/way', 'shop/gtw/way', 'shop/way', 'shop/pod/way'])(
    '%s is the pod that istiod makes for a waypoint',
    (text) => {
      const manifests = readManifests([{ name: 'all.yaml', text: behindWaypoint.join('\n---\n') }]);
      const { end } = resolveSource(buildCluster(manifests), readEndpoint(text), 'default');
      expect(end).toEqual({ kind: 'pod', namespace: 'shop', name: 'way' });
    },
  );

  test('-n names the namespace of names without one', () => {
    expect(from('bare', 'other')).toEqual({ kind: 'pod', namespace: 'other', name: 'bare' });
    expect(from('deploy/web', 'shop')).toEqual({ kind: 'pod', namespace: 'shop', name: 'web-1' });
  });

  test('addresses and nodes', () => {
    expect(from('2001:DB8:0::1')).toEqual({ kind: 'address', address: '2001:db8::1' });
    expect(from('node/worker-1')).toEqual({ kind: 'node', name: 'worker-1' });
  });

  test('a name of several things lists them', () => {
    const { exitCode, message, details } = refusal(() => from('shop/twin'));
    expect({ exitCode, message, details }).toEqual({
      exitCode: 65,
      message: 'shop/twin may be several things',
      details: ['shop/deploy/twin', 'shop/sts/twin'],
    });
  });

  test('an unknown name lists what is closest', () => {
    const { exitCode, message, details } = refusal(() => from('shop/wbe'));
    expect({ exitCode, message }).toEqual({
      exitCode: 65,
      message: 'no pod or workload shop/wbe in the manifests',
    });
    expect(details.slice(0, 2)).toEqual(['closest:', '  shop/deploy/web']);
    expect(refusal(() => from('shop/sts/web')).message).toBe('no StatefulSet shop/web in the manifests');
    expect(refusal(() => from('node/x')).details).toEqual(['closest:', '  node/worker-1']);
  });

  test('what cannot send is refused', () => {
    expect(refusal(() => from('shop/svc/api')).exitCode).toBe(64);
    expect(refusal(() => from('http://api')).exitCode).toBe(64);
    expect(refusal(() => from('shop/idle')).message).toBe('Deployment shop/idle has no pods');
  });
});

describe('TO', () => {
  test.each([
    ['api', 'shop', 'api'],
    ['api.shop:80', 'shop', 'api'],
    ['API.shop.svc', 'shop', 'api'],
    ['api.shop.svc.cluster.local.', 'shop', 'api'],
    ['db.other', 'other', 'db'],
    ['other/db', 'other', 'db'],
    ['other/svc/db', 'other', 'db'],
    ['svc/api', 'shop', 'api'],
    ['http://db.other:5432/', 'other', 'db'],
  ])('%s is a Service', (text, namespace, name) => {
    expect(to(text)).toEqual({ kind: 'service', namespace, name });
  });

  test('with a slash, pods come before Services', () => {
    expect(to('shop/api')).toEqual({ kind: 'pod', namespace: 'shop', name: 'api' });
  });

  test('a host that is no Service may be a pod', () => {
    expect(to('bare.other')).toEqual({ kind: 'pod', namespace: 'other', name: 'bare' });
  });

  test('addresses, also in URLs', () => {
    expect(to('[::1]:80')).toEqual({ kind: 'address', address: '::1' });
    expect(to('http://[2001:db8::0]/')).toEqual({ kind: 'address', address: '2001:db8::' });
  });

  test('unknown hosts', () => {
    expect(refusal(() => to('dbx.other')).details.slice(0, 2)).toEqual(['closest:', '  other/svc/db']);
    const outside = refusal(() => to('http://example.com/'));
    expect(outside.message).toBe('example.com is not a Service of this cluster');
    expect(outside.details[0]).toBe(
      'for a host outside the cluster write host/example.com, or its IP address',
    );
  });

  test('the same workload at both ends means two of its pods', () => {
    const source = resolveSource(cluster, readEndpoint('shop/web'), '').end;
    const { end, notes } = resolveDestination(cluster, readEndpoint('shop/web'), 'shop', source);
    expect(end).toEqual({ kind: 'pod', namespace: 'shop', name: 'web-2' });
    expect(notes).toEqual(['Deployment shop/web at both ends: the request goes to another of its pods']);
  });
});

test('which of several pods is asked about is said', () => {
  expect(resolveSource(cluster, readEndpoint('shop/web'), '').notes).toEqual([
    'Deployment shop/web has 2 pods; the answer is for shop/web-1',
  ]);
  expect(resolveSource(cluster, readEndpoint('shop/deploy/api'), '').notes).toEqual([]);
});

test('short names are those of the sender', () => {
  expect(callerNamespace(cluster, { kind: 'address', address: '10.0.0.9' }, 'default')).toBe('shop');
  expect(callerNamespace(cluster, { kind: 'address', address: '203.0.113.7' }, 'default')).toBe('default');
  expect(callerNamespace(cluster, client, 'default')).toBe('shop');
});

describe('a word that is a kind and a namespace', () => {
  const both = madeCluster(
    madeOwner('Deployment', 'jobs', 'report', 1),
    madeOwner('Deployment', 'jobs', 'both', 1),
    madeOwner('Job', 'default', 'both', 1),
    madePod('node', 'agent'),
    madePod('shop', 'web'),
    madeService('svc', 'api', tcp(80)),
  );
  const source = (text: string): unknown => resolveSource(both, readEndpoint(text), 'default').end;

  test('is the namespace where nothing of the kind has the name', () => {
    expect(source('jobs/report')).toEqual({ kind: 'pod', namespace: 'jobs', name: 'report' });
    expect(source('node/agent')).toEqual({ kind: 'pod', namespace: 'node', name: 'agent' });
    const { end } = resolveDestination(both, readEndpoint('svc/api'), 'default', client);
    expect(end).toEqual({ kind: 'service', namespace: 'svc', name: 'api' });
  });

  test('is the kind else', () => {
    expect(source('jobs/both')).toEqual({ kind: 'pod', namespace: 'default', name: 'both' });
    expect(refusal(() => source('jobs/nobody')).message).toContain('no Job default/nobody');
  });
});
