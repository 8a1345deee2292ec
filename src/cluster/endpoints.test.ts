import { describe, expect, it } from 'vitest';
import { madeCluster, madePod, madeService, tcp } from '../../test/support/hand-cluster.ts';
import { clusterOf, made, pod, service } from '../../test/support/text-cluster.ts';
import { endpointsOf, ownerOfAddress, podsOf, servicePortFor } from './index.ts';

const first = madePod('a', 's', [tcp(8080, 'http')], '10.0.0.1');
const second = { ...madePod('a', 's2', [tcp(8081, 'http')], '10.0.0.2') };
const alike = { ...second, metadata: { ...second.metadata, labels: { app: 's' } } };
const named = madeService('a', 's', tcp(80, 'web'));
const byName = {
  ...named,
  spec: { ...named.spec, ports: [{ ...named.spec.ports[0]!, targetPort: 'http' }] },
};

describe('endpoints of a Service', () => {
  it('are the pods of its own namespace that its selector matches', () => {
    const cluster = madeCluster(first, alike, madePod('b', 's'), named);
    expect(podsOf(cluster, 'a', 's').map(({ key }) => key)).toEqual(['a/s', 'a/s2']);
  });

  it('have the number that each pod gives the name', () => {
    const found = endpointsOf(madeCluster(first, alike, byName), byName, 80, 'TCP');
    expect(found).toMatchObject({ kind: 'backends', backends: [{ port: 8080 }, { port: 8081 }] });
  });

  it.each<[string, ReturnType<typeof endpointsOf>['kind'], number | string, 'TCP' | 'UDP']>([
    ['by number', 'backends', 80, 'TCP'],
    ['by name', 'backends', 'web', 'TCP'],
    ['of another number', 'no such port', 81, 'TCP'],
    ['of another name', 'no such port', 'http', 'TCP'],
    ['of another protocol', 'no such port', 80, 'UDP'],
  ])('of a port %s: %s', (_, kind, port, protocol) => {
    expect(endpointsOf(madeCluster(first, byName), byName, port, protocol).kind).toBe(kind);
  });

  it('are none where the selector is empty, whatever pods there are', () => {
    const empty = { ...named, spec: { ...named.spec, selector: {} } };
    expect(endpointsOf(madeCluster(first, empty), empty, 80, 'TCP')).toMatchObject({
      kind: 'none',
      why: 'no selector and no EndpointSlice',
    });
  });

  it('of EndpointSlices leave out those that are not ready', () => {
    const slice = (endpoints: readonly object[]): string =>
      JSON.stringify({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { namespace: 'a', name: 's-1', labels: { 'kubernetes.io/service-name': 's' } },
        addressType: 'IPv4',
        endpoints,
        ports: [{ name: 'web', port: 9000 }],
      });
    const cluster = clusterOf([
      pod('a/x', { ip: '10.0.0.7' }),
      made('Service', 'a/s', { ports: [{ name: 'web', port: 80 }] }),
      slice([
        { addresses: ['10.0.0.7'] },
        { addresses: ['10.0.0.8'], conditions: { ready: false } },
        { addresses: ['203.0.113.1'], conditions: { ready: true } },
      ]),
    ]);
    const found = endpointsOf(cluster, cluster.services.get('a/s')!, 80, 'TCP');
    expect(found).toMatchObject({
      kind: 'backends',
      backends: [
        { pod: { key: 'a/x' }, port: 9000 },
        { pod: undefined, address: '203.0.113.1', port: 9000 },
      ],
    });
  });
});

describe('endpoints of a Service without a selector', () => {
  const slice = (ready: boolean): string =>
    JSON.stringify({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { namespace: 'a', name: 's-1', labels: { 'kubernetes.io/service-name': 's' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['203.0.113.1'], conditions: { ready } }],
      ports: [{ name: 'web', port: 9000 }],
    });
  const by = (spec: object, ready: boolean, port: number): ReturnType<typeof endpointsOf> => {
    const cluster = clusterOf([
      made('Service', 'a/s', { ...spec, ports: [{ name: 'web', port: 80 }] }),
      slice(ready),
    ]);
    return endpointsOf(cluster, cluster.services.get('a/s')!, port, 'TCP');
  };

  it('are told to be none where its slices have none that is ready', () => {
    expect(by({}, false, 80)).toMatchObject({ why: 'no ready endpoint in its EndpointSlices' });
  });

  it.each([80, 81])('that is headless are asked for port %i itself', (port) => {
    expect(by({ clusterIP: 'None' }, true, port)).toMatchObject({
      kind: 'backends',
      backends: [{ address: '203.0.113.1', port }],
    });
  });
});

it('the Service port of a container port is the first that leads there', () => {
  const cluster = clusterOf([
    pod('a/s', { ports: ['http=8080'] }),
    made('Service', 'a/s', {
      selector: { app: 's' },
      ports: [
        { name: 'x', port: 1, targetPort: 'other' },
        { name: 'y', port: 80, targetPort: 'http' },
      ],
    }),
  ]);
  const podS = cluster.pods.get('a/s')!;
  expect(servicePortFor(podS, 8080, 'TCP')?.port.port).toBe(80);
  expect(servicePortFor(podS, 80, 'TCP')).toBeUndefined();
  expect(servicePortFor(podS, 8080, 'UDP')).toBeUndefined();
});

describe('owners of addresses', () => {
  const cluster = clusterOf([
    pod('a/s', { ip: '10.0.0.1' }),
    service('a/s', 80, 8080, { clusterIP: '10.96.0.1', externalIPs: ['198.51.100.1'] }),
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'n1' },
      status: { addresses: [{ type: 'InternalIP', address: '192.168.0.1' }] },
    }),
  ]);

  it.each([
    ['10.0.0.1', 'pod'],
    ['10.96.0.1', 'service'],
    ['198.51.100.1', 'service'],
    ['192.168.0.1', 'node'],
    ['203.0.113.1', 'outside'],
    ['nonsense', 'outside'],
  ])('%s: %s', (address, kind) => {
    expect(ownerOfAddress(cluster, address).kind).toBe(kind);
  });
});
