import { readManifests } from '../../src/manifest/index.ts';
import { randomExtras } from './random-extras.ts';
import { twinsOf } from './random-twins.ts';

/** A random number generator that gives the same numbers for the same seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n: number): number => Math.floor(next() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const chance = (p: number): boolean => next() < p;
  const some = <T>(list: readonly T[], least: number, most: number): T[] => {
    const left = [...list];
    const count = least + below(most - least + 1);
    const taken: T[] = [];
    while (taken.length < count && left.length > 0) taken.push(...left.splice(below(left.length), 1));
    return taken;
  };
  return { below, pick, chance, some };
}

export interface Random {
  below(n: number): number;
  pick<T>(list: readonly T[]): T;
  chance(p: number): boolean;
  some<T>(list: readonly T[], least: number, most: number): T[];
}

export type Document = Readonly<Record<string, unknown>>;

/** How much of what a random cluster may hold. */
export interface Features {
  readonly mesh: boolean;
  readonly admin: boolean;
  readonly unknowns: boolean;
  /** True: with what is rare in real clusters, too; see `random-extras.ts`. */
  readonly wide?: boolean;
}

const namespaces = ['a', 'b', 'istio-system'];
const keys = ['app', 'tier'];
const values = ['x', 'y', 'z'];
const blocks = [
  '10.0.0.0/8',
  '10.1.0.0/16',
  '203.0.113.0/24',
  '0.0.0.0/0',
  'fd00::/8',
  '192.168.0.0/16',
  '::/0',
];
const numbers = [80, 8080, 443, 9000, 15008, 15020];
const paths = ['/', '/a', '/a*', '/a/b', '*/b', '/admin*', '*', '/{*}/b', '/a/{**}'];
const hosts = ['web.a', '*.a', 'web.a.svc.cluster.local', 'x*', '*'];
const methods = ['GET', 'POST', 'DELETE', '*'];

/** The documents of a small random cluster: workloads, Services and policies of every kind that is read. */
export function randomCluster(random: Random, features: Features): Document[] {
  const { pick, chance, some, below } = random;
  const documents: Document[] = [];
  const add = (document: Document): void => void documents.push(document);
  const labels = (): Record<string, string> =>
    Object.fromEntries(some(keys, 0, 2).map((key) => [key, pick(values)]));
  const named = (kind: string, apiVersion: string, namespace: string, rest: Document, name?: string): void =>
    add({
      apiVersion,
      kind,
      metadata: { name: name ?? `${kind.toLowerCase()}-${documents.length}`, namespace },
      ...rest,
    });

  for (const name of namespaces) {
    if (features.unknowns && chance(0.25)) continue;
    const mode = features.mesh
      ? pick([
          {},
          { 'istio-injection': 'enabled' },
          { 'istio-injection': 'enabled' },
          { 'istio.io/dataplane-mode': 'ambient' },
        ])
      : {};
    const waypoint = features.mesh && chance(0.2) ? { 'istio.io/use-waypoint': 'wp' } : {};
    add({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { env: pick(['dev', 'prod']), ...mode, ...waypoint } },
    });
  }
  if (features.mesh && chance(0.4)) {
    const namespace = pick(['a', 'b']);
    const label = chance(0.3)
      ? { labels: { 'istio.io/waypoint-for': pick(['all', 'workload', 'service']) } }
      : {};
    add({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'wp', namespace, ...label },
      spec: {
        gatewayClassName: 'istio-waypoint',
        listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }],
      },
    });
  }
  const declared = (): Document[] => [
    { name: 'http', containerPort: pick([80, 8080]), protocol: 'TCP' },
    ...(chance(0.4) ? [{ name: pick(['tcp', 'db']), containerPort: 9000, protocol: 'TCP' }] : []),
    ...(chance(0.2) ? [{ name: 'dns', containerPort: 53, protocol: 'UDP' }] : []),
    ...(chance(0.1) ? [{ name: 'http', containerPort: 443, protocol: 'TCP' }] : []),
  ];
  const podSpec = (): Document => ({
    ...(chance(0.5) ? { serviceAccountName: pick(['s', 't']) } : {}),
    ...(chance(0.08) ? { hostNetwork: true } : {}),
    containers: [{ name: 'main', image: 'i', ports: declared() }],
  });
  const count = 3 + below(3);
  for (let i = 0; i < count; i++) {
    const namespace = pick(['a', 'b', 'a', 'b', 'istio-system']);
    const own = {
      ...labels(),
      ...(features.mesh && chance(0.1) ? { 'istio.io/dataplane-mode': pick(['ambient', 'none']) } : {}),
    };
    const annotations =
      features.mesh && chance(0.1)
        ? { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '9000' } }
        : {};
    if (features.unknowns && chance(0.6)) {
      named('Deployment', 'apps/v1', namespace, {
        spec: {
          replicas: 1 + below(2),
          selector: { matchLabels: {} },
          template: { metadata: { labels: own, ...annotations }, spec: podSpec() },
        },
      });
      continue;
    }
    const spec = { ...podSpec(), ...(chance(0.3) ? { nodeName: pick(['n1', 'n2']) } : {}) };
    const v4 = pick([`10.0.0.${i + 1}`, `10.1.0.${i + 1}`, `192.168.3.${i + 1}`]);
    const ips = pick([[v4], [v4], [v4, `fd00::${i + 1}`], [`fd00::${i + 1}`, v4], [`fd00::${i + 1}`]]);
    const addresses =
      features.unknowns && chance(0.3) ? {} : { podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) };
    add({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `pod-${i}`, namespace, labels: own, ...annotations },
      spec,
      status: { phase: 'Running', ...addresses },
    });
  }
  for (let i = below(4); i > 0; i--) {
    const type = pick(['ClusterIP', 'ClusterIP', 'NodePort', 'LoadBalancer']);
    const port = {
      name: pick(['http', 'tcp-x', 'grpc', 'other', 'http']),
      port: pick([80, 8080, 9000]),
      targetPort: pick([80, 8080, 9000, 'http']),
      protocol: 'TCP',
    };
    named('Service', 'v1', pick(['a', 'b']), {
      spec: {
        type,
        ...(chance(0.2) && type === 'ClusterIP' ? { clusterIP: 'None' } : {}),
        ...(type !== 'ClusterIP' && chance(0.5) ? { externalTrafficPolicy: 'Local' } : {}),
        selector: { app: pick(values) },
        ports: [port],
      },
    });
  }
  const selector = (): Document => {
    const found: Record<string, unknown> = {};
    if (chance(0.5))
      found.matchLabels = Object.fromEntries(some(keys, 1, 1).map((key) => [key, pick(values)]));
    if (chance(0.25)) {
      const operator = pick(['In', 'NotIn', 'Exists', 'DoesNotExist']);
      found.matchExpressions = [
        { key: pick(keys), operator, ...(operator.endsWith('In') ? { values: some(values, 1, 2) } : {}) },
      ];
    }
    return found;
  };
  const namespaceSelector = (): Document =>
    pick<Document>([
      {},
      { matchLabels: { env: pick(['dev', 'prod']) } },
      { matchLabels: { 'kubernetes.io/metadata.name': pick(namespaces) } },
      { matchExpressions: [{ key: 'env', operator: 'NotIn', values: ['dev'] }] },
    ]);
  const ipBlock = (): Document => {
    const cidr = pick(blocks);
    return {
      ipBlock: {
        cidr,
        ...(cidr === '0.0.0.0/0' && chance(0.6)
          ? { except: some(['10.0.0.0/8', '10.1.0.0/16', '192.168.0.0/16'], 1, 2) }
          : {}),
      },
    };
  };
  const peer = (): Document => {
    const draw = below(5);
    if (draw === 0) return ipBlock();
    if (draw === 1) return { namespaceSelector: namespaceSelector() };
    if (draw === 2) return { namespaceSelector: namespaceSelector(), podSelector: selector() };
    return { podSelector: selector() };
  };
  const port = (): Document => {
    const draw = below(6);
    if (draw === 0) return { protocol: pick(['TCP', 'UDP', 'SCTP']) };
    if (draw === 1) return { port: pick(['http', 'tcp', 'dns']), protocol: pick(['TCP', 'TCP', 'UDP']) };
    const number = pick(numbers);
    return { port: number, ...(chance(0.2) ? { endPort: number + below(500) } : {}) };
  };
  const rule = (side: string): Document => ({
    ...(chance(0.8) ? { [side]: Array.from({ length: 1 + below(2) }, peer) } : {}),
    ...(chance(0.6) ? { ports: Array.from({ length: 1 + below(2) }, port) } : {}),
  });
  for (let i = below(5); i > 0; i--) {
    const types = pick([['Ingress'], ['Ingress'], ['Egress'], ['Ingress', 'Egress']]);
    named('NetworkPolicy', 'networking.k8s.io/v1', pick(['a', 'b', 'a', 'b', 'istio-system']), {
      spec: {
        podSelector: chance(0.4) ? {} : selector(),
        policyTypes: types,
        ...(types.includes('Ingress')
          ? { ingress: Array.from({ length: below(3) }, () => rule('from')) }
          : {}),
        ...(types.includes('Egress') ? { egress: Array.from({ length: below(3) }, () => rule('to')) } : {}),
      },
    });
  }
  if (features.admin) {
    const subject = (): Document =>
      chance(0.5)
        ? { namespaces: namespaceSelector() }
        : { pods: { namespaceSelector: namespaceSelector(), podSelector: selector() } };
    const adminRule = (side: 'from' | 'to', actions: readonly string[]): Document => ({
      action: pick(actions),
      [side]: [
        side === 'to' && chance(0.3)
          ? { networks: [pick(['10.0.0.0/8', '203.0.113.0/24', '0.0.0.0/0'])] }
          : subject(),
      ],
      ...(chance(0.5)
        ? {
            ports: [
              pick<Document>([
                { portNumber: { protocol: 'TCP', port: pick(numbers) } },
                { portRange: { protocol: 'TCP', start: 80, end: 9000 } },
                { namedPort: 'http' },
              ]),
            ],
          }
        : {}),
    });
    const apiVersion = 'policy.networking.k8s.io/v1alpha1';
    for (let i = below(3); i > 0; i--)
      add({
        apiVersion,
        kind: 'AdminNetworkPolicy',
        metadata: { name: `anp-${i}` },
        spec: {
          priority: pick([1, 1, 2]),
          subject: subject(),
          ingress: Array.from({ length: below(3) }, () => adminRule('from', ['Allow', 'Deny', 'Pass'])),
          egress: Array.from({ length: below(2) }, () => adminRule('to', ['Allow', 'Deny', 'Pass'])),
        },
      });
    if (chance(0.4))
      add({
        apiVersion,
        kind: 'BaselineAdminNetworkPolicy',
        metadata: { name: 'default' },
        spec: {
          subject: subject(),
          ingress: [adminRule('from', ['Allow', 'Deny'])],
          ...(chance(0.5) ? { egress: [adminRule('to', ['Deny'])] } : {}),
        },
      });
  }
  if (features.mesh) addIstio(random, named, labels);
  if (features.unknowns && chance(0.08))
    named('CiliumNetworkPolicy', 'cilium.io/v2', pick(['a', 'b']), { spec: {} });
  if (features.unknowns && features.mesh && chance(0.05))
    named('EnvoyFilter', 'networking.istio.io/v1alpha3', pick(['a', 'b']), { spec: {} });
  if (features.wide !== true) return documents;
  const further = [...documents, ...randomExtras(random, features)];
  const all = [...further, ...twinsOf(further, random)];
  return features.unknowns ? all : all.filter(isTaken);
}

/** Would the API server take the document? One that is refused makes much unknown. */
export function isTaken(document: Document): boolean {
  const text = JSON.stringify(document);
  return readManifests([{ name: 'document.json', text }]).rejected.length === 0;
}

type Named = (kind: string, apiVersion: string, namespace: string, rest: Document, name?: string) => void;

function addIstio(
  { pick, chance, some, below }: Random,
  named: Named,
  labels: () => Record<string, string>,
): void {
  const security = 'security.istio.io/v1';
  const principal = (): string =>
    pick([
      `cluster.local/ns/${pick(namespaces)}/sa/${pick(['s', 't', 'default'])}`,
      '*',
      'cluster.local/ns/a/*',
      '*/sa/s',
      `cluster.local/ns/${pick(['a', 'b'])}/sa/s`,
    ]);
  const maybe = (p: number, name: string, list: () => readonly string[]): Document =>
    chance(p) ? { [chance(0.25) ? `not${name[0]!.toUpperCase()}${name.slice(1)}` : name]: list() } : {};
  const source = (): Document => ({
    ...maybe(0.5, 'principals', () => Array.from({ length: 1 + below(2) }, principal)),
    ...maybe(0.2, 'namespaces', () => some(namespaces, 1, 2)),
    ...maybe(0.1, 'serviceAccounts', () => [pick(['a/s', 'b/t'])]),
    ...maybe(0.15, 'ipBlocks', () => some(blocks, 1, 2)),
    ...maybe(0.05, 'remoteIpBlocks', () => some(blocks, 1, 1)),
    ...maybe(0.12, 'requestPrincipals', () => [pick(['*', 'https://i/*', 'https://i/u', '*/u'])]),
  });
  const operation = (): Document => ({
    ...maybe(0.4, 'paths', () => some(paths, 1, 2)),
    ...maybe(0.4, 'methods', () => some(methods, 1, 2)),
    ...maybe(0.2, 'hosts', () => some(hosts, 1, 2)),
    ...maybe(0.3, 'ports', () => some(['80', '8080', '9000'], 1, 2)),
  });
  const condition = (): Document => {
    const [key, list] = pick<readonly [string, readonly string[]]>([
      ['request.headers[x-a]', ['1', '2*', '*']],
      ['source.namespace', ['a', 'b']],
      ['source.ip', ['10.0.0.0/8', '203.0.113.0/24']],
      ['destination.ip', ['10.0.0.0/8', 'fd00::/8']],
      ['destination.port', ['80', '9000']],
      ['request.auth.claims[group]', ['ops', 'dev*']],
      ['connection.sni', ['*.a.svc.cluster.local', '*']],
      ['request.headers[x-forwarded-client-cert]', ['*sa/s', '*']],
      ['request.headers[:scheme]', ['https']],
    ]);
    return { key, [chance(0.7) ? 'values' : 'notValues']: some(list, 1, 2) };
  };
  const rule = (): Document => ({
    ...(chance(0.6)
      ? {
          from: Array.from({ length: 1 + below(2) }, source)
            .filter(hasFields)
            .map((each) => ({ source: each })),
        }
      : {}),
    ...(chance(0.6)
      ? {
          to: Array.from({ length: 1 + below(2) }, operation)
            .filter(hasFields)
            .map((each) => ({ operation: each })),
        }
      : {}),
    ...(chance(0.2) ? { when: [condition()] } : {}),
  });
  for (let i = below(5); i > 0; i--) {
    const action = pick(['ALLOW', 'ALLOW', 'ALLOW', 'DENY', 'DENY', 'AUDIT', 'CUSTOM']);
    const rules = Array.from({ length: action === 'ALLOW' ? below(3) : 1 + below(2) }, rule).map(
      withoutEmptyLists,
    );
    const target = pick<Document>([
      {},
      { selector: { matchLabels: labels() } },
      { selector: { matchLabels: { app: pick(values) } } },
      { targetRefs: [{ kind: 'Gateway', group: 'gateway.networking.k8s.io', name: 'wp' }] },
    ]);
    named('AuthorizationPolicy', security, pick(['a', 'b', 'a', 'b', 'istio-system']), {
      spec: {
        ...target,
        action,
        ...(action === 'CUSTOM' ? { provider: { name: pick(['ext', 'ext-2']) } } : {}),
        rules,
      },
    });
  }
  for (let i = below(3); i > 0; i--) {
    const selected = chance(0.4)
      ? {
          selector: { matchLabels: { app: pick(values) } },
          ...(chance(0.5)
            ? {
                portLevelMtls: {
                  [pick([80, 8080, 9000])]: { mode: pick(['DISABLE', 'STRICT', 'PERMISSIVE']) },
                },
              }
            : {}),
        }
      : {};
    named('PeerAuthentication', security, pick(namespaces), {
      spec: { ...selected, mtls: { mode: pick(['STRICT', 'STRICT', 'PERMISSIVE', 'DISABLE']) } },
    });
  }
  if (chance(0.3))
    named('RequestAuthentication', security, pick(namespaces), {
      spec: { jwtRules: [{ issuer: 'https://i', jwks: '{"keys":[]}' }] },
    });
  if (chance(0.15))
    named('DestinationRule', 'networking.istio.io/v1', pick(['a', 'b']), {
      spec: {
        host: pick(['*.a.svc.cluster.local', '*.b.svc.cluster.local']),
        trafficPolicy: { tls: { mode: pick(['DISABLE', 'ISTIO_MUTUAL']) } },
      },
    });
}

function hasFields(document: Document): boolean {
  return Object.keys(document).length > 0;
}

function withoutEmptyLists(rule: Document): Document {
  return Object.fromEntries(
    Object.entries(rule).filter(([, value]) => !Array.isArray(value) || value.length > 0),
  );
}

/** The fewest of the documents for which `fails` still holds: what can go, goes. */
export function smallest<T>(documents: readonly T[], fails: (left: readonly T[]) => boolean): readonly T[] {
  let left = documents;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length; ) {
      const without = [...left.slice(0, at), ...left.slice(at + size)];
      if (fails(without)) left = without;
      else at += size;
    }
  }
  return left;
}
