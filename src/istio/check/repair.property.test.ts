import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checked,
  denyAll,
  deployment,
  dns,
  inputOf,
  prometheus,
  release,
} from '../../../test/support/istio-check.ts';
import { made, namespace, service } from '../../../test/support/text-cluster.ts';
import type { Cluster } from '../../cluster/index.ts';
import { directions, type Endpoint, type Protocol, podEndpoint } from '../../model/index.ts';
import { selectNetworkPolicies } from '../../policy/network/index.ts';
import { decide, decideConnection } from '../../verdict/index.ts';
import { askFlows } from './check.ts';
import { membersOf } from './members.ts';
import type { Asked } from './rows.ts';
import { setScene } from './scene.ts';

const releases = [
  release('istiod', 'istio-system/istiod'),
  release('ztunnel', 'istio-system/ztunnel'),
  release('gateway', 'istio-ingress/ingress'),
];
const names = ['one', 'two', 'three'];
const meshes = fc.constantFrom(
  {},
  { 'istio-injection': 'enabled' },
  { 'istio.io/dataplane-mode': 'ambient' },
  { 'istio.io/dataplane-mode': 'ambient' },
);
const podSelector = fc.constantFrom({}, {}, { matchLabels: { app: 'web' } }, { matchLabels: { app: 'db' } });
const peer = fc.oneof(
  fc.record({ podSelector }),
  fc.constantFrom(...names, 'istio-ingress').map((name) => ({
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
  })),
  fc.constant({ namespaceSelector: {} }),
);
const rule = (field: 'from' | 'to') =>
  fc.record(
    {
      [field]: fc.array(peer, { minLength: 1, maxLength: 2 }),
      ports: fc.constantFrom([{ port: 80 }], [{ port: 5432 }], [{ port: 15008 }]),
    },
    { requiredKeys: ['ports'] },
  );
const policy = fc.record({
  podSelector,
  policyTypes: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
  ingress: fc.array(rule('from'), { maxLength: 2 }),
  egress: fc.array(rule('to'), { maxLength: 1 }),
});
const home = fc.constantFrom(...names, 'istio-system', 'istio-ingress', 'kube-system');
const waypoint = made('Gateway', 'two/waypoint', { gatewayClassName: 'istio-waypoint', listeners: [] });
const gateway = [
  made('Gateway', 'one/edge', {
    gatewayClassName: 'istio',
    listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
  }),
  deployment('one/edge-istio', 8443, {
    labels: {
      'gateway.networking.k8s.io/gateway-name': 'edge',
      'gateway.networking.k8s.io/gateway-class-name': 'istio',
      'istio.io/dataplane-mode': 'none',
      'sidecar.istio.io/inject': 'false',
    },
  }),
];

/** Namespaces with workloads in and out of the mesh, with gateways and waypoints beside them, and policies that mostly deny. */
const clusters = fc
  .record({
    mesh: fc.tuple(meshes, meshes, meshes),
    closed: fc.uniqueArray(home, { minLength: 1 }),
    specs: fc.array(fc.tuple(home, policy), { maxLength: 4 }),
    left: fc.constantFrom('one/job', 'two/job', 'three/job'),
    useWaypoint: fc.boolean(),
  })
  .map(({ mesh, closed, specs, left, useWaypoint }) => [
    ...['istio-system', 'istio-ingress', 'monitoring', 'kube-system'].map((name) => namespace(name)),
    ...names.flatMap((name, i) => [
      namespace(name, {
        ...mesh[i],
        ...(useWaypoint && name === 'two' ? { 'istio.io/use-waypoint': 'waypoint' } : {}),
      }),
      deployment(`${name}/web`, 80, { probe: true }),
      deployment(`${name}/db`, 5432),
      service(`${name}/web`, 80, 'web'),
    ]),
    deployment(left, 9000, {
      labels: { 'sidecar.istio.io/inject': 'false', 'istio.io/dataplane-mode': 'none' },
    }),
    ...gateway,
    ...(useWaypoint ? [waypoint] : []),
    ...dns,
    prometheus,
    ...closed.map(denyAll),
    ...specs.map(([at, spec], i) => made('NetworkPolicy', `${at}/p${i}`, spec)),
  ]);

const outside: readonly Endpoint[] = ['203.0.113.50', '169.254.7.127'].map((address) => ({
  kind: 'address',
  address,
}));
const numbers = [
  80, 443, 5432, 8080, 8443, 9000, 9999, 15008, 15010, 15012, 15014, 15017, 15020, 15021, 15090, 15443,
];
const ports: readonly (readonly [Protocol, number])[] = [
  ['UDP', 53],
  ['TCP', 53],
  ...numbers.map((port) => ['TCP', port] as const),
];

describe('repairs of random clusters', () => {
  it('let through only what the table of flows asks for, and isolate nobody', () => {
    fc.assert(
      fc.property(clusters, (texts) => {
        const scene = setScene(inputOf(releases, texts));
        const asks = tableOf(askFlows(scene, membersOf(scene)).asked);
        const repairs = checked(releases, texts).cutOff.flatMap(({ repair }) => repair ?? []);
        expect(repairs.map(({ verified }) => verified)).toEqual(repairs.map(() => true));
        const before = scene.cluster;
        const after = setScene(inputOf(releases, [...texts, ...repairs.map(({ yaml }) => yaml)])).cluster;
        expect(isolated(after)).toEqual(isolated(before));
        const ends = [...[...before.pods.values()].map(podEndpoint), ...outside];
        for (const source of ends)
          for (const destination of ends) {
            if (source.kind === 'address' && destination.kind === 'address') continue;
            const key = `${nameOf(source)} -> ${nameOf(destination)}`;
            for (const [protocol, port] of ports) {
              const wire = { source, destination, port, protocol };
              if (isOpened(before, after, (cluster) => decideConnection(cluster, wire).outcome))
                expect([`${key} ${protocol} ${port}`, asks(source, destination, protocol, port)]).toEqual([
                  `${key} ${protocol} ${port}`,
                  true,
                ]);
              if (protocol === 'UDP' || source.kind === 'address' || destination.kind === 'address') continue;
              const request = { source, destination, port, protocol, complete: true } as const;
              if (!isOpened(before, after, (cluster) => decide(cluster, request).outcome)) continue;
              // A tunnel carries every port, and one to a waypoint leads to all that is behind it.
              const ways = [...before.waypointPods.values()].map((at) => podEndpoint(before.pods.get(at)!));
              const asked =
                asks(source, destination, protocol, port) ||
                asks(source, destination, 'TCP', 15008) ||
                ways.some((way) => asks(source, way, 'TCP', 15008) && asks(way, destination, 'TCP', 15008));
              expect([`by the mesh: ${key} ${port}`, asked]).toEqual([`by the mesh: ${key} ${port}`, true]);
            }
          }
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});

function isOpened(before: Cluster, after: Cluster, ask: (cluster: Cluster) => string): boolean {
  return ask(before) === 'deny' && ask(after) !== 'deny';
}

function isolated({ pods, policies }: Cluster): readonly string[] {
  return [...pods.values()].flatMap((pod) =>
    directions
      .filter(
        (each) => selectNetworkPolicies(policies.network.get(pod.namespace) ?? [], pod.view, each).length > 0,
      )
      .map((each) => `${pod.key} ${each}`),
  );
}

function nameOf(end: Endpoint): string {
  if (end.kind === 'address') return end.address;
  return end.kind === 'pod' ? `${end.namespace}/${end.name}` : JSON.stringify(end);
}

/** Is a connection one that somebody asked for? An end that nobody described may be anyone. */
function tableOf(
  asked: readonly Asked[],
): (source: Endpoint, destination: Endpoint, protocol: Protocol, port: number) => boolean {
  const found = new Set<string>();
  for (const { source, destination, protocol, port, answer } of asked) {
    const [from, to] = [source, destination].map(({ pods, unknown, endpoint }) =>
      unknown !== undefined ? ['anyone'] : pods.length > 0 ? pods.map(({ key }) => key) : [nameOf(endpoint)],
    ) as [string[], string[]];
    const add = (a: string, b: string): unknown => found.add(`${a} -> ${b} ${protocol} ${port}`);
    for (const a of from) for (const b of to) add(a, b);
    // Connections by way of a waypoint are two.
    const met = answer.witness.verdict.steps.flatMap(({ at }) => (at.kind === 'node' ? [at.pod] : []));
    for (const way of met.filter((each) => !from.includes(each) && !to.includes(each))) {
      for (const a of from) add(a, way);
      for (const b of to) add(way, b);
    }
  }
  return (source, destination, protocol, port) =>
    [nameOf(source), 'anyone'].some((a) =>
      [nameOf(destination), 'anyone'].some((b) => found.has(`${a} -> ${b} ${protocol} ${port}`)),
    );
}
