import type { ClusterOptions } from '../../src/cluster/index.ts';
import type { Document, Features, Random } from './random-cluster.ts';
import { istioExtras } from './random-istio-extras.ts';

const namespaces = ['a', 'b', 'istio-system'];
const values = ['x', 'y', 'z'];

/** What the caller says of a random cluster: plugin, ranges of pods, and settings of the mesh. */
export function randomOptions({ pick, chance }: Random, features: Features): ClusterOptions {
  const cni = chance(0.3)
    ? pick([
        'kube-network-policies',
        'hairpin=exempt',
        'source-nat=node',
        'source-nat=preserved',
        'repeated-port-name=first',
        'repeated-port-name=any,baseline-skip=asks-baseline',
        'priority-tie=by-name',
      ])
    : undefined;
  const podCIDRs = chance(0.25)
    ? pick([['10.0.0.0/8'], ['fd00::/8'], ['10.1.0.0/24', 'fd00::/64'], ['100.64.0.0/10']])
    : undefined;
  const domains = chance(0.3) ? { trustDomain: 'td', trustDomainAliases: pick([[], ['cluster.local']]) } : {};
  const authorizers = chance(0.5)
    ? {
        multipleAuthorizers: chance(0.5),
        authorizers: ['ext', 'ext-2'].map((name) => ({
          name,
          protocol: pick(['http', 'grpc', 'grpc', 'other'] as const),
          usable: chance(0.9),
          ...(chance(0.6) ? { answer: pick(['allow', 'deny'] as const) } : {}),
        })),
      }
    : {};
  const mesh = features.mesh
    ? {
        mesh: {
          ...domains,
          ...authorizers,
          ...(chance(0.2) ? { rootNamespace: pick(['a', 'mesh-root']) } : {}),
          ...(chance(0.15) ? { enableAutoMtls: false } : {}),
          ...(chance(0.15) ? { validatePeerTrustDomain: false } : {}),
          ...(chance(0.15) ? { injectByDefault: true } : {}),
          ...(chance(0.15) ? { ambient: chance(0.5) } : {}),
          ...(chance(0.15) ? { revisions: pick([['default'], ['canary'], ['', 'canary']]) } : {}),
          ...(chance(0.2) ? { selectorPoliciesOnGateways: false } : {}),
          ...(chance(0.15) ? { ambientDryRun: true } : {}),
          ...(chance(0.15) ? { trustedProxies: 1 } : {}),
          ...(chance(0.3)
            ? { pathNormalization: pick(['NONE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'] as const) }
            : {}),
        },
      }
    : {};
  return {
    ...(cni === undefined ? {} : { cni }),
    ...(podCIDRs === undefined ? {} : { podCIDRs }),
    ...mesh,
  };
}

/** Further documents of a random cluster: what few real ones have, and what has to come out right all the same. */
export function randomExtras(random: Random, features: Features): Document[] {
  return [
    ...nodes(random),
    ...workloads(random, features),
    ...services(random, features),
    ...policies(random),
    ...(features.admin ? adminPolicies(random) : []),
    ...(features.mesh ? istioExtras(random) : []),
    ...(features.unknowns ? unread(random, features) : []),
  ];
}

function nodes({ chance, pick }: Random): Document[] {
  if (chance(0.4)) return [];
  return ['n1', 'n2'].map((name, i) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { zone: pick(['east', 'west']) } },
    status: {
      addresses: [
        { type: 'InternalIP', address: `172.16.0.${i + 1}` },
        ...(chance(0.4) ? [{ type: 'InternalIP', address: `fd99::${i + 1}` }] : []),
      ],
    },
  }));
}

/** Pods of one owner that differ; pods as a running cluster shows them; gateways; hosts. */
function workloads(random: Random, features: Features): Document[] {
  const { pick, chance, below } = random;
  const found: Document[] = [];
  for (let i = 1 + below(2); i > 0; i--) {
    const namespace = pick(['a', 'b', 'a', 'istio-system']);
    const kind = pick(['ReplicaSet', 'StatefulSet', 'DaemonSet']);
    const name = `set-${i}`;
    const given = chance(0.7);
    const alike = chance(0.4);
    const template = podOf(random, features, i * 10, true);
    found.push({
      apiVersion: 'apps/v1',
      kind,
      metadata: { name, namespace },
      spec: {
        ...(kind === 'DaemonSet' ? {} : { replicas: 2 }),
        ...(kind === 'StatefulSet' ? { serviceName: 'svc' } : {}),
        selector: { matchLabels: {} },
        template: { metadata: template.metadata, spec: template.spec },
      },
    });
    if (!given) continue;
    for (let n = 0; n < 2; n++) {
      const at = 100 + i * 10 + n;
      const own = alike ? template : podOf(random, features, at, true);
      const status =
        alike && !(features.unknowns && chance(0.5)) ? statusOf(pick, at, template.host) : own.status;
      found.push({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          ...own.metadata,
          name: `${name}-${n}`,
          namespace,
          ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: 'u', controller: true }],
        },
        spec: { ...own.spec, ...(chance(0.5) ? { nodeName: pick(['n1', 'n2']) } : {}) },
        status,
      });
    }
  }
  for (let i = below(2); i > 0; i--) {
    const { metadata, spec, status } = podOf(random, features, 200 + i, false);
    const labels = features.mesh
      ? pick<Document>([
          { 'gateway.networking.k8s.io/gateway-name': 'gw' },
          { 'gateway.networking.k8s.io/gateway-name': 'wp' },
          { app: 'gate', 'sidecar.istio.io/inject': 'true' },
        ])
      : {};
    const annotations = 'app' in labels ? { annotations: { 'inject.istio.io/templates': 'gateway' } } : {};
    found.push({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: `gate-${i}`, namespace: pick(['a', 'b']), labels, ...annotations },
      spec,
      status,
    });
  }
  if (features.mesh && chance(0.3))
    found.push({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'gw', namespace: pick(['a', 'b']) },
      spec: {
        gatewayClassName: pick(['istio', 'istio', 'other']),
        listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
      },
    });
  return found;
}

interface PodParts {
  readonly metadata: Document;
  readonly spec: Document;
  readonly status: Document;
  readonly host: boolean;
}

function podOf(random: Random, features: Features, at: number, mayBeHost: boolean): PodParts {
  const { pick, chance } = random;
  const host = mayBeHost && chance(0.15);
  const labels = {
    ...(chance(0.8) ? { app: pick(values) } : {}),
    ...(chance(0.5) ? { tier: pick(values) } : {}),
    ...(features.mesh && chance(0.25)
      ? pick<Document>([
          { 'sidecar.istio.io/inject': 'true' },
          { 'sidecar.istio.io/inject': 'false' },
          { 'istio.io/dataplane-mode': 'ambient' },
          { 'istio.io/dataplane-mode': 'none' },
          { 'istio.io/rev': 'canary' },
          { 'istio.io/use-waypoint': 'wp', 'istio.io/use-waypoint-namespace': pick(['a', 'b']) },
          { 'istio.io/use-waypoint': 'none' },
        ])
      : {}),
  };
  const traffic = (name: string, value: string): Document => ({
    [`traffic.sidecar.istio.io/${name}`]: value,
  });
  const annotations =
    features.mesh && chance(0.3)
      ? pick<Document>([
          traffic('excludeOutboundPorts', pick(['8080', '7777'])),
          { ...traffic('includeOutboundPorts', '7777,80'), ...traffic('includeOutboundIPRanges', '') },
          traffic('includeOutboundIPRanges', pick(['10.0.0.0/24', '10.0.0.0/8,fd00::/8'])),
          traffic('excludeOutboundIPRanges', pick(['10.1.0.0/16', '10.96.0.0/16', '203.0.113.0/25'])),
          traffic('includeInboundPorts', pick(['80', '', '8080,9000'])),
          traffic('excludeInboundPorts', '80'),
          { 'sidecar.istio.io/status': '{}' },
          { 'ambient.istio.io/redirection': 'enabled' },
        ])
      : {};
  const observed = features.mesh && chance(0.2) ? { creationTimestamp: '2026-01-01T00:00:00Z' } : {};
  const proxy = features.mesh && chance(0.15) ? [{ name: 'istio-proxy', image: 'p' }] : [];
  const ports = [
    { name: 'http', containerPort: pick([80, 8080, 9000]), protocol: 'TCP' },
    ...(chance(0.3) ? [{ name: 'dns', containerPort: 53, protocol: 'UDP' }] : []),
    ...(chance(0.2) ? [{ name: 'http', containerPort: 443, protocol: 'TCP' }] : []),
  ];
  return {
    metadata: { labels, annotations, ...observed },
    spec: {
      ...(chance(0.5) ? { serviceAccountName: pick(['s', 't']) } : {}),
      ...(host ? { hostNetwork: true } : {}),
      containers: [{ name: 'main', image: 'i', ports }, ...proxy],
    },
    status: features.unknowns && chance(0.4) ? { phase: 'Running' } : statusOf(pick, at, host),
    host,
  };
}

function statusOf(pick: Random['pick'], at: number, host: boolean): Document {
  const v4 = host
    ? pick(['172.16.0.1', '172.16.0.2', '172.16.9.9'])
    : pick([`10.0.0.${at}`, `10.0.1.${at}`, `10.1.0.${at}`, `192.168.3.${at}`]);
  const v6 = host ? pick(['fd99::1', 'fd99::9']) : `fd00::${at}`;
  const ips = pick([[v4], [v4], [v4, v6], [v6, v4], [v6]]);
  return {
    phase: 'Running',
    podIP: ips[0],
    podIPs: ips.map((ip) => ({ ip })),
    ...(pick([true, false, false]) ? { conditions: [{ type: 'Ready', status: 'False' }] } : {}),
  };
}

function services({ pick, chance, below, some }: Random, features: Features): Document[] {
  const found: Document[] = [];
  for (let i = below(3); i > 0; i--) {
    const type = pick(['ClusterIP', 'ClusterIP', 'NodePort', 'LoadBalancer']);
    const all = [
      { name: pick(['http', 'tcp', 'grpc-x']), port: 80, targetPort: pick([80, 8080, 'http']) },
      { name: 'dns', port: 53, targetPort: pick([53, 'dns']), protocol: 'UDP' },
      { name: 'other', port: 9000, targetPort: 'http', appProtocol: pick(['http', 'tcp', 'HTTP2']) },
      { name: 'mysql', port: 3306, targetPort: 9000 },
    ];
    const address = pick<Document>([
      {},
      {},
      { clusterIP: 'None', clusterIPs: ['None'] },
      { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'] },
    ]);
    const labels =
      features.mesh && chance(0.4)
        ? {
            'istio.io/use-waypoint': pick(['wp', 'wp', 'none']),
            ...(chance(0.6) ? { 'istio.io/use-waypoint-namespace': pick(['a', 'b']) } : {}),
          }
        : {};
    found.push({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `more-${i}`, namespace: pick(['a', 'b', 'istio-system']), labels },
      spec: {
        type,
        ...(type === 'ClusterIP' ? address : {}),
        ...(type !== 'ClusterIP' && chance(0.5) ? { externalTrafficPolicy: 'Local' } : {}),
        ...(chance(0.2) ? { externalIPs: ['198.51.100.9'] } : {}),
        selector: pick<Document>([{ app: pick(values) }, { tier: pick(values) }]),
        ports: some(all, 1, 3),
      },
    });
  }
  return found;
}

const rareBlocks = [
  '::ffff:10.1.0.0/112',
  '10.0.0.110/32',
  '10.0.0.0/29',
  '172.16.0.0/12',
  '172.16.0.1/32',
  'fd00::100/120',
  '169.254.0.0/16',
  '2001:db8::/32',
  '203.0.113.0/32',
];

function policies({ pick, chance, below, some }: Random): Document[] {
  const found: Document[] = [];
  const blocks = (): Document[] => some(rareBlocks, 1, 2).map((cidr) => ({ ipBlock: { cidr } }));
  const selectors = (): Document[] => [
    {
      podSelector: {
        matchExpressions: [{ key: pick(['app', 'tier']), operator: 'In', values: some(values, 1, 2) }],
      },
    },
  ];
  const ports = (): Document[] =>
    some<Document>(
      [
        { port: 'http' },
        { port: 'dns', protocol: 'UDP' },
        { protocol: 'UDP', port: 53 },
        { port: 15008 },
        { port: 1, endPort: 8080 },
        { port: 3306, endPort: 65535 },
        { protocol: 'SCTP' },
      ],
      1,
      3,
    );
  const rule = (side: string): Document => ({
    ...(chance(0.85) ? { [side]: chance(0.5) ? blocks() : selectors() } : {}),
    ...(chance(0.6) ? { ports: ports() } : {}),
  });
  for (let i = below(3); i > 0; i--) {
    const types = pick([['Ingress'], ['Egress'], ['Ingress', 'Egress']]);
    found.push({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `rare-${i}`, namespace: pick(['a', 'b', 'istio-system']) },
      spec: {
        podSelector: chance(0.4) ? {} : { matchLabels: { app: pick(values) } },
        policyTypes: types,
        ...(types.includes('Ingress') ? { ingress: [rule('from')] } : {}),
        ...(types.includes('Egress') ? { egress: [rule('to'), rule('to')].slice(0, 1 + below(2)) } : {}),
      },
    });
  }
  return found;
}

/** ClusterNetworkPolicies of both tiers, with every kind of peer and port. */
function adminPolicies({ pick, chance, below }: Random): Document[] {
  const namespaceSelector = (): Document =>
    pick<Document>([
      {},
      { matchLabels: { env: 'dev' } },
      { matchLabels: { 'kubernetes.io/metadata.name': pick(namespaces) } },
    ]);
  const pods = (): Document => ({
    pods: { namespaceSelector: namespaceSelector(), podSelector: { matchLabels: { app: pick(values) } } },
  });
  const subject = (): Document => (chance(0.5) ? { namespaces: namespaceSelector() } : pods());
  const outside = (): Document =>
    pick<Document>([
      { nodes: { matchLabels: { zone: pick(['east', 'west']) } } },
      { nodes: {} },
      { networks: [pick(['172.16.0.0/12', '10.0.0.0/8', '::/0', '203.0.113.0/24'])] },
      { domainNames: [pick(['example.com', '*.example.com'])] },
    ]);
  const protocols = (): Document[] => [
    pick<Document>([
      { tcp: { destinationPort: { number: 80 } } },
      { tcp: { destinationPort: { range: { start: 80, end: 9000 } } } },
      { udp: { destinationPort: { number: 53 } } },
      { destinationNamedPort: 'http' },
    ]),
  ];
  const rule = (side: 'from' | 'to'): Document => {
    const peer = side === 'to' && chance(0.5) ? outside() : subject();
    const isPods = 'namespaces' in peer || 'pods' in peer;
    const allProtocols = protocols().filter((each) => isPods || !('destinationNamedPort' in each));
    return {
      action: 'domainNames' in peer ? 'Accept' : pick(['Accept', 'Deny', 'Pass']),
      [side]: [peer],
      ...(chance(0.5) && allProtocols.length > 0 ? { protocols: allProtocols } : {}),
    };
  };
  const found: Document[] = [];
  for (let i = below(4); i > 0; i--)
    found.push({
      apiVersion: 'policy.networking.k8s.io/v1alpha2',
      kind: 'ClusterNetworkPolicy',
      metadata: { name: `cnp-${pick([i, 10 - i])}` },
      spec: {
        tier: pick(['Admin', 'Admin', 'Baseline']),
        priority: pick([0, 1, 2]),
        subject: subject(),
        ingress: Array.from({ length: below(3) }, () => rule('from')),
        egress: Array.from({ length: below(3) }, () => rule('to')),
      },
    });
  return found;
}

/** Kinds that nobody here reads, and documents that the API server would refuse. */
function unread({ pick, chance }: Random, features: Features): Document[] {
  if (chance(0.75)) return [];
  const namespace = pick(['a', 'b', 'istio-system']);
  const named = (kind: string, apiVersion: string, spec: Document, name = 'bad'): Document => ({
    apiVersion,
    kind,
    metadata: { name, namespace },
    spec,
  });
  const security = 'security.istio.io/v1';
  const network: Document[] = [
    named('CiliumNetworkPolicy', 'cilium.io/v2', {}),
    { apiVersion: 'cilium.io/v2', kind: 'CiliumClusterwideNetworkPolicy', metadata: { name: 'c' }, spec: {} },
    named('NetworkPolicy', 'networking.k8s.io/v1', {
      podSelector: {},
      ingress: [{ from: [{ ipBlock: { cidr: 'nonsense' } }] }],
    }),
    named('Pod', 'v1', { containers: 'none' }),
    {
      apiVersion: 'policy.networking.k8s.io/v1alpha2',
      kind: 'ClusterNetworkPolicy',
      metadata: { name: 'bad' },
      spec: { tier: 'Nowhere', priority: 1, subject: { namespaces: {} } },
    },
  ];
  const mesh: Document[] = [
    named('EnvoyFilter', 'networking.istio.io/v1alpha3', {}),
    named('WasmPlugin', 'extensions.istio.io/v1alpha1', {}),
    named('Telemetry', 'telemetry.istio.io/v1', {}),
    named('AuthorizationPolicy', security, { action: 'ALLOW', rules: 'all' }),
    named('PeerAuthentication', security, { mtls: { mode: 'SOMETIMES' } }),
    named('RequestAuthentication', security, { jwtRules: [{ issuer: 7 }] }),
    named('DestinationRule', 'networking.istio.io/v1', { host: 7 }),
    named('Gateway', 'gateway.networking.k8s.io/v1', { gatewayClassName: 7, listeners: [] }, 'wp'),
  ];
  return [pick(features.mesh ? [...network, ...mesh, ...mesh] : network)];
}
