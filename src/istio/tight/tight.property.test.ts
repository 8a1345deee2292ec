import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCluster, type Cluster } from '../../cluster/index.ts';
import { readManifests } from '../../manifest/index.ts';
import type { Endpoint, Protocol } from '../../model/index.ts';
import { decideConnection } from '../../verdict/index.ts';
import type { Component, PodPeer, Surroundings } from '../components/index.ts';
import { policyObject } from './policy-object.ts';
import { tightPolicies } from './tight.ts';
import type { TightPolicy } from './types.ts';

/** A connection of a component, told from the tables of ports and clients in Istio's documentation, not from the code under test. */
interface Flow {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: Protocol;
}

type Part = 'istiod' | 'cni' | 'ztunnel' | 'ingress' | 'egress' | 'eastwest';
const parts: readonly Part[] = ['istiod', 'cni', 'ztunnel', 'ingress', 'egress', 'eastwest'];

interface Install {
  readonly parts: readonly Part[];
  readonly local: boolean;
  readonly listeners: readonly number[];
  readonly exposesIstiod: boolean;
  readonly dnsPort: number;
  readonly revision: string;
  /** Some namespaces of the mesh are in ambient mode. */
  readonly ambient: boolean;
  /** Some have sidecars. */
  readonly sidecars: boolean;
}

const installs: fc.Arbitrary<Install> = fc.record({
  parts: fc.subarray([...parts], { minLength: 1 }),
  local: fc.boolean(),
  listeners: fc.subarray([80, 443, 8443, 31_400], { minLength: 1 }),
  exposesIstiod: fc.boolean(),
  dnsPort: fc.constantFrom(53, 5353),
  revision: fc.constantFrom('', 'canary'),
  ambient: fc.boolean(),
  sidecars: fc.boolean(),
});

const namespaceOf: Readonly<Record<Part, string>> = {
  istiod: 'istio-system',
  cni: 'kube-system',
  ztunnel: 'istio-system',
  ingress: 'edge',
  egress: 'edge',
  eastwest: 'edge-net',
};

function componentOf(part: Part, install: Install): Component {
  const charts = { istiod: 'istiod', cni: 'istio-cni', ztunnel: 'ztunnel' } as const;
  const chart = part === 'istiod' || part === 'cni' || part === 'ztunnel' ? charts[part] : 'gateway';
  const ports =
    part === 'eastwest' ? [15_443, ...(install.exposesIstiod ? [15_012, 15_017] : [])] : install.listeners;
  const isGateway = chart === 'gateway';
  return {
    release: {
      chart,
      version: { text: '1.30.3', minor: 30 },
      name: part,
      namespace: namespaceOf[part],
      values: isGateway && install.local ? { service: { externalTrafficPolicy: 'Local' } } : {},
      chartVersion: '1.30.3',
      appVersion: '1.30.3',
    },
    name: part,
    namespace: namespaceOf[part],
    selector:
      part === 'istiod' ? { app: 'istiod', 'istio.io/rev': install.revision || 'default' } : { app: part },
    revision: install.revision,
    runs: true,
    listeners: isGateway
      ? [15_021, ...ports].map((port) => ({ port, targetPort: port, protocol: 'TCP' as const }))
      : [],
    ...(part === 'eastwest' ? { networkGateway: 'network1' } : {}),
  };
}

const addresses: Readonly<Record<string, string>> = {
  apiServer: '10.0.0.5',
  apiSource: '10.0.1.5',
  node: '10.0.2.5',
  remote: '198.51.100.7',
  remoteApi: '198.51.101.7',
  jwksHost: '203.0.113.9',
  client: '192.0.2.9',
  external: '203.0.114.9',
  anybody: '8.8.8.8',
};

const named = (name: string, pods?: Readonly<Record<string, string>>): PodPeer => ({
  namespaces: { matchLabels: { 'kubernetes.io/metadata.name': name } },
  ...(pods === undefined ? {} : { pods: { matchLabels: pods } }),
});

/** Everything said. */
function wholeSurroundings({ dnsPort, ambient, sidecars }: Install): Surroundings {
  return {
    apiServer: ['10.0.0.0/24'],
    apiServerSources: ['10.0.1.5'],
    nodes: ['10.0.2.0/24'],
    monitoring: [named('monitoring', { app: 'prometheus' })],
    mesh: [
      ...(sidecars ? [{ namespaces: { matchLabels: { 'istio-injection': 'enabled' } } }] : []),
      ...(ambient ? [{ namespaces: { matchLabels: { 'istio.io/dataplane-mode': 'ambient' } } }] : []),
    ],
    dns: [{ pods: named('kube-system', { 'k8s-app': 'kube-dns' }), ports: [dnsPort] }],
    remoteNetworks: ['198.51.100.0/24'],
    remoteApiServers: ['198.51.101.0/24'],
    jwks: [
      { host: '203.0.113.9', port: 443 },
      { host: 'keys.auth.svc', port: 80, pods: named('auth', { app: 'keys' }), targetPorts: [8080] },
    ],
    clients: ['192.0.2.0/24'],
    external: [{ host: 'api.example.com', port: 443, cidrs: ['203.0.114.0/24'] }],
  };
}

/** Pods by the name of their role: namespace and labels. */
const others: Readonly<
  Record<string, readonly [namespace: string, labels: Readonly<Record<string, string>>]>
> = {
  prometheus: ['monitoring', { app: 'prometheus' }],
  otherInMonitoring: ['monitoring', { app: 'other' }],
  meshPod: ['shop', { app: 'web' }],
  ambientPod: ['amb', { app: 'api' }],
  dns: ['kube-system', { 'k8s-app': 'kube-dns' }],
  stranger: ['guest', { app: 'prometheus' }],
  waypoint: ['guest', { 'gateway.istio.io/managed': 'istio.io-mesh-controller' }],
  keys: ['auth', { app: 'keys' }],
};

const labelsOfNamespaces: Readonly<Record<string, object>> = {
  shop: { 'istio-injection': 'enabled' },
  amb: { 'istio.io/dataplane-mode': 'ambient' },
};

function clusterFor(install: Install, policies: readonly object[]): Cluster {
  const meta = (name: string, labels: object): object => ({ metadata: { name, labels } });
  const pods = [
    ...install.parts.map((part) => [part, namespaceOf[part], componentOf(part, install).selector] as const),
    ...Object.entries(others).map(([name, [namespace, labels]]) => [name, namespace, labels] as const),
  ];
  const namespaces = new Set(pods.map(([, namespace]) => namespace));
  const objects = [
    ...[...namespaces].map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      ...meta(name, labelsOfNamespaces[name] ?? {}),
    })),
    ...pods.map(([name, namespace, labels], i) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: name.toLowerCase(), namespace, labels },
      spec: { containers: [{ name: 'main', image: 'a' }] },
      status: { podIP: `10.244.0.${i + 1}`, podIPs: [{ ip: `10.244.0.${i + 1}` }] },
    })),
    ...policies,
  ];
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  const read = readManifests([{ name: 'all', text }]);
  expect(read.diagnostics).toEqual([]);
  return buildCluster(read);
}

function endpointOf(name: string): Endpoint {
  const address = addresses[name];
  if (address !== undefined) return { kind: 'address', address };
  const namespace = others[name]?.[0] ?? namespaceOf[name as Part];
  return { kind: 'pod', namespace, name: name.toLowerCase() };
}

function passes(cluster: Cluster, { from, to, port, protocol }: Flow): string {
  return decideConnection(cluster, { source: endpointOf(from), destination: endpointOf(to), port, protocol })
    .outcome;
}

const tcpOnly = (ports: readonly number[]) => (port: number, protocol: Protocol) =>
  protocol === 'TCP' && ports.includes(port);

/** May `from` come to the component, as far as the component's own side goes? */
function mayCome(install: Install, part: Part, { from, port, protocol }: Flow): boolean {
  const on = (...ports: readonly number[]): boolean => tcpOnly(ports)(port, protocol);
  const { listeners, local, exposesIstiod, ambient, sidecars } = install;
  switch (part) {
    case 'istiod':
      if (from === 'eastwest') return on(15_012, ...(exposesIstiod ? [15_017] : []));
      if (from === 'meshPod') return sidecars && on(15_012);
      if (['waypoint', 'ztunnel', 'ingress', 'egress', 'remote'].includes(from)) return on(15_012);
      return (
        (from === 'apiSource' && on(15_017)) ||
        (from === 'prometheus' && on(15_014)) ||
        (from === 'node' && on(8080))
      );
    case 'cni':
      return (from === 'prometheus' && on(15_014)) || (from === 'node' && on(8000));
    case 'ztunnel':
      return (from === 'prometheus' && on(15_020)) || (from === 'node' && on(15_021));
    case 'ingress':
      if (from === 'prometheus') return on(15_020, 15_090);
      if (from === 'client') return on(...listeners, 15_021);
      return from === 'node' && on(...(local ? [] : listeners), 15_021);
    case 'egress':
      if (from === 'prometheus') return on(15_020, 15_090);
      if ((from === 'meshPod' && sidecars) || (from === 'ambientPod' && ambient)) return on(...listeners);
      return from === 'node' && on(15_021);
    case 'eastwest': {
      const doors = [15_443, ...(exposesIstiod ? [15_012, 15_017] : [])];
      if (from === 'prometheus') return on(15_020, 15_090);
      if (from === 'client') return on(15_021);
      return (from === 'remote' || from === 'node') && on(...doors, 15_021);
    }
  }
}

/** May the component connect to `to`, as far as its own side goes? */
function mayGo(install: Install, part: Part, { to, port, protocol }: Flow): boolean {
  const on = (...ports: readonly number[]): boolean => tcpOnly(ports)(port, protocol);
  if (to === 'dns') {
    if (port === install.dnsPort && protocol !== 'SCTP') return true;
  }
  if (part === 'istiod') {
    if (to === 'apiServer' || to === 'remoteApi') return on(443, 6443);
    return (to === 'jwksHost' && on(443)) || (to === 'keys' && on(8080));
  }
  if (part === 'cni') return to === 'apiServer' && on(443, 6443);
  if (to === 'istiod') return on(15_012, ...(part === 'eastwest' && install.exposesIstiod ? [15_017] : []));
  if (part === 'ztunnel') return false;
  if (part === 'egress') return to === 'external' && on(443);
  if (to === 'meshPod') return install.sidecars && protocol === 'TCP';
  if (to === 'ambientPod') return install.ambient && on(15_008);
  if (part !== 'ingress') return false;
  const isAmbient = install.ambient || install.parts.includes('ztunnel');
  if (to === 'waypoint') return install.ambient && on(15_008);
  return to === 'remote' && on(15_443, ...(isAmbient ? [15_008] : []));
}

const interesting = [
  53, 80, 443, 5353, 6443, 8000, 8080, 8443, 15_000, 15_001, 15_006, 15_008, 15_010, 15_011, 15_012, 15_014,
  15_017, 15_020, 15_021, 15_053, 15_090, 15_443, 31_400, 40_000,
];

/** Every connection of interest with what the tables say of it. */
function* everyFlow(install: Install): Iterable<Flow & { readonly needed: boolean }> {
  const ends = [...Object.keys(addresses), ...Object.keys(others), ...install.parts];
  for (const protocol of ['TCP', 'UDP', 'SCTP'] as const)
    for (const port of interesting)
      for (const part of install.parts)
        for (const other of ends) {
          if (other === part) continue;
          const isPart = (install.parts as readonly string[]).includes(other);
          const into = { from: other, to: part, port, protocol };
          const comes = mayCome(install, part, into) && (!isPart || mayGo(install, other as Part, into));
          yield { ...into, needed: comes };
          if (isPart) continue;
          const out = { from: part, to: other, port, protocol };
          yield { ...out, needed: mayGo(install, part, out) };
        }
}

function tightOf(install: Install, surroundings: Surroundings): readonly TightPolicy[] {
  const components = install.parts.map((part) => componentOf(part, install));
  return tightPolicies({ components, surroundings }).policies;
}

const tell = ({ from, to, port, protocol }: Flow): string => `${from} -> ${to} ${protocol} ${port}`;

describe('tight policies', () => {
  it('let through, where everything is said, exactly what the tables of ports say', () => {
    fc.assert(
      fc.property(installs, (install) => {
        const cluster = clusterFor(install, tightOf(install, wholeSurroundings(install)).map(policyObject));
        const wrong = [...everyFlow(install)]
          .filter((flow) => passes(cluster, flow) !== (flow.needed ? 'allow' : 'deny'))
          .map((flow) => `${tell(flow)}: ${flow.needed ? 'is needed' : 'is let through'}`);
        expect(wrong).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });

  it('let everything through that is needed, whatever is not said', () => {
    const keys = Object.keys(wholeSurroundings({ dnsPort: 53 } as Install)) as (keyof Surroundings)[];
    fc.assert(
      fc.property(installs, fc.subarray(keys), (install, dropped) => {
        const whole = Object.entries(wholeSurroundings(install));
        const said: Surroundings = Object.fromEntries(
          whole.filter(([key]) => !dropped.includes(key as never)),
        );
        const cluster = clusterFor(install, tightOf(install, said).map(policyObject));
        // Where nothing hints at other networks, there are no rules for them.
        const hint =
          install.parts.includes('eastwest') ||
          said.remoteNetworks !== undefined ||
          said.remoteApiServers !== undefined;
        const wrong = [...everyFlow(install)]
          .filter(
            ({ needed, from, to }) => needed && (hint || ![from, to].some((end) => end.startsWith('remote'))),
          )
          .filter((flow) => passes(cluster, flow) !== 'allow')
          .map(tell);
        expect(wrong).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });

  it('have no rule that could be left out', () => {
    fc.assert(
      fc.property(installs, (some) => {
        // Without istiod nobody would miss the way to it.
        const install = { ...some, parts: [...new Set<Part>(['istiod', ...some.parts])] };
        const policies = tightOf(install, wholeSurroundings(install));
        const needed = [...everyFlow(install)].filter((flow) => flow.needed);
        const idle = policies.flatMap((policy) =>
          (['ingress', 'egress'] as const).flatMap((direction) =>
            policy[direction].flatMap((rule) => {
              const without = { ...policy, [direction]: policy[direction].filter((each) => each !== rule) };
              const set = policies.map((each) => policyObject(each === policy ? without : each));
              const cluster = clusterFor(install, set);
              const breaks = needed.some((flow) => passes(cluster, flow) !== 'allow');
              return breaks ? [] : [`${policy.subject}: ${rule.why}`];
            }),
          ),
        );
        expect(idle).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });
});
