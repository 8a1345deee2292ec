import { describe, expect, it } from 'vitest';
import { clusterOf, made, namespace, pod, service } from '../../test/support/text-cluster.ts';
import { waypointFor } from './index.ts';

const use = (name: string, more: object = {}) => ({ 'istio.io/use-waypoint': name, ...more });
const gateway = (at: string, className = 'istio-waypoint', labels: object = {}): string =>
  made('Gateway', at, { gatewayClassName: className, listeners: [] }, { labels });
const labelled = (text: string, labels: object): string => {
  const object = JSON.parse(text) as { metadata: { labels?: object } };
  return JSON.stringify({
    ...object,
    metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...labels } },
  });
};

const classOf = (name: string, controllerName: string): string =>
  JSON.stringify({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name },
    spec: { controllerName },
  });

function waypointOf(texts: readonly string[], by: 'Service' | 'pod' = 'Service') {
  const cluster = clusterOf([pod('a/s'), service('a/s', 80, 8080), ...texts]);
  const { pod: found, facts } = waypointFor(
    cluster,
    cluster.pods.get('a/s'),
    by === 'pod' ? undefined : cluster.services.get('a/s'),
  );
  return {
    name: found?.key,
    facts: facts.map((fact) => (fact.kind === 'namespace label' ? fact.key : fact.kind)),
  };
}

describe('pods of waypoints', () => {
  it('are made where none is given, with the name and account of the Gateway', () => {
    const made_ = clusterOf([gateway('a/wp')]).pods.get('a/wp');
    expect(made_).toMatchObject({ serviceAccount: 'wp', membership: { kind: 'waypoint' } });
  });

  it('are those that are given', () => {
    const own = pod('a/wp-abc', { labels: { 'gateway.networking.k8s.io/gateway-name': 'wp' } });
    expect(waypointOf([gateway('a/wp'), own, namespace('a', use('wp'))]).name).toBe('a/wp-abc');
  });

  it('may be of a class of Istio’s mesh controller, and of no other', () => {
    const texts = (controller: string) => [
      gateway('a/wp', 'mine'),
      classOf('mine', controller),
      namespace('a', use('wp')),
    ];
    expect(waypointOf(texts('istio.io/mesh-controller')).name).toBe('a/wp');
    expect(waypointOf(texts('istio.io/gateway-controller')).name).toBeUndefined();
  });
});

describe('the waypoint of traffic', () => {
  it.each<[string, readonly string[], string | undefined]>([
    ['no label', [namespace('a'), gateway('a/wp')], undefined],
    ['of the namespace', [namespace('a', use('wp')), gateway('a/wp')], 'a/wp'],
    [
      'of the Service',
      [
        namespace('a', use('wp')),
        gateway('a/wp'),
        gateway('a/own'),
        labelled(service('a/s', 80, 8080), use('own')),
      ],
      'a/own',
    ],
    [
      'the Service opts out',
      [namespace('a', use('wp')), gateway('a/wp'), labelled(service('a/s', 80, 8080), use('none'))],
      undefined,
    ],
    [
      'of a pod, which does not count here',
      [namespace('a'), gateway('a/wp'), pod('a/s', { labels: use('wp') as Record<string, string> })],
      undefined,
    ],
    ['that is not there', [namespace('a', use('gone')), gateway('a/wp')], undefined],
    [
      'elsewhere',
      [
        namespace('a', use('wp', { 'istio.io/use-waypoint-namespace': 'b' })),
        gateway('a/wp'),
        gateway('b/wp'),
      ],
      'b/wp',
    ],
    [
      'for workloads only',
      [namespace('a', use('wp')), gateway('a/wp', 'istio-waypoint', { 'istio.io/waypoint-for': 'workload' })],
      undefined,
    ],
  ])('to a Service: %s', (_, texts, name) => {
    expect(waypointOf(texts)).toEqual({ name, facts: [] });
  });

  it.each<[string, readonly string[], string | undefined]>([
    ['for Services only', [namespace('a', use('wp')), gateway('a/wp')], undefined],
    [
      'for all',
      [namespace('a', use('wp')), gateway('a/wp', 'istio-waypoint', { 'istio.io/waypoint-for': 'all' })],
      'a/wp',
    ],
  ])('to a pod: %s', (_, texts, name) => {
    expect(waypointOf(texts, 'pod').name).toBe(name);
  });

  it('is open where the labels of the namespace are and there is a waypoint to choose', () => {
    expect(waypointOf([gateway('b/wp')]).facts).toEqual(['istio.io/use-waypoint']);
    expect(waypointOf([]).facts).toEqual([]);
    expect(waypointOf([gateway('b/wp'), labelled(service('a/s', 80, 8080), use('none'))]).facts).toEqual([]);
    const assumptions = [
      { kind: 'Namespace', namespace: '', name: 'a', key: 'istio.io/use-waypoint', value: 'wp' },
    ];
    const cluster = clusterOf([pod('a/s'), service('a/s', 80, 8080), gateway('b/wp')], { assumptions });
    expect(waypointFor(cluster, undefined, cluster.services.get('a/s')).facts).toMatchObject([
      { key: 'istio.io/use-waypoint-namespace' },
    ]);
  });
});

describe('pods of a Gateway', () => {
  const proxy = pod('a/gw-abc', { labels: { 'gateway.networking.k8s.io/gateway-name': 'gw' } });
  const kindOf = (...texts: string[]): string | undefined =>
    clusterOf([proxy, ...texts]).pods.get('a/gw-abc')?.membership.kind;

  it('are Istio’s where its class is', () => {
    expect(kindOf(gateway('a/gw', 'istio'))).toBe('gateway');
    expect(kindOf(gateway('a/gw', 'edge'), classOf('edge', 'istio.io/gateway-controller'))).toBe('gateway');
  });

  it('of another project are pods like all others', () => {
    expect(kindOf(gateway('a/gw', 'nginx'))).toBe('none');
    expect(kindOf(gateway('a/gw', 'istio-like'), classOf('istio-like', 'example.com/gateway'))).toBe('none');
  });
});
