import type { Document, Random } from './random-cluster.ts';

const security = 'security.istio.io/v1';
const values = ['x', 'y', 'z'];
const places = ['a', 'b', 'istio-system', 'a', 'mesh-root'];

/** Istio's policies with fields and targets that are rare. */
export function istioExtras(random: Random): Document[] {
  return [
    ...authorizationPolicies(random),
    ...requestAuthentications(random),
    ...peerAuthentications(random),
    ...destinationRules(random),
    ...entries(random),
    ...waypoints(random),
  ];
}

function authorizationPolicies(random: Random): Document[] {
  const { pick, chance, below, some } = random;
  const found: Document[] = [];
  for (let i = below(4); i > 0; i--) {
    const action = pick(['ALLOW', 'ALLOW', 'DENY', 'DENY', 'AUDIT', 'CUSTOM']);
    const target = pick<Document>([
      {},
      { selector: {} },
      { selector: { matchLabels: { tier: pick(values) } } },
      { targetRefs: [{ kind: 'Service', group: '', name: pick(['more-1', 'more-2']) }] },
      { targetRefs: [{ kind: 'GatewayClass', group: 'gateway.networking.k8s.io', name: 'istio-waypoint' }] },
      {
        targetRefs: [{ kind: 'Gateway', group: 'gateway.networking.k8s.io', name: pick(['gw', 'wp']) }],
      },
      { targetRefs: [{ kind: 'ServiceEntry', group: 'networking.istio.io', name: 'entry' }] },
    ]);
    const rules = Array.from({ length: 1 + below(2) }, () => {
      const sources = some(action === 'CUSTOM' ? addressSources : allSources(random), 1, 2);
      return {
        ...(chance(0.6) ? { from: sources.map((source) => ({ source })) } : {}),
        ...(chance(0.4) ? { to: some(operations, 1, 2).map((operation) => ({ operation })) } : {}),
        ...(chance(0.5)
          ? { when: some(action === 'CUSTOM' ? conditions.slice(0, plainConditions) : conditions, 1, 2) }
          : {}),
      };
    });
    found.push({
      apiVersion: security,
      kind: 'AuthorizationPolicy',
      metadata: {
        name: `more-${i}`,
        namespace: pick(places),
        ...(chance(0.15) ? { annotations: { 'istio.io/dry-run': 'true' } } : {}),
      },
      spec: {
        ...target,
        action,
        ...(action === 'CUSTOM' ? { provider: { name: pick(['ext', 'ext-2', 'nobody']) } } : {}),
        ...(action === 'ALLOW' && chance(0.15) ? {} : { rules }),
      },
    });
  }
  return found;
}

function allSources({ pick }: Random): readonly Document[] {
  return [
    {
      principals: [
        pick(['td/ns/a/sa/s', 'cluster.local/ns/b/sa/t', '*/ns/a/sa/*', 'cluster.local/*', '*sa/t']),
      ],
    },
    { notPrincipals: [pick(['*', '*/ns/a/*', 'cluster.local/ns/a/sa/s'])] },
    { namespaces: [pick(['a', '*', 'a*', '*system'])] },
    { notNamespaces: [pick(['b', 'istio*'])] },
    { serviceAccounts: [pick(['s', 'a/t', 'b/default'])] },
    { notServiceAccounts: ['a/s'] },
    { ipBlocks: [pick(['10.0.0.110', '10.0.1.0/24', 'fd00::/16', '172.16.0.0/16', '203.0.113.0/25'])] },
    { notIpBlocks: ['10.0.0.0/24'] },
    { notRemoteIpBlocks: ['10.1.0.0/16'] },
    { requestPrincipals: [pick(['https://j/*', '*', 'https://i/u'])] },
    { notRequestPrincipals: ['*'] },
    { principals: ['*'], notIpBlocks: ['10.1.0.0/16'] },
  ];
}

const operations: readonly Document[] = [
  { paths: ['/a/*'], notMethods: ['POST'] },
  { ports: ['80', '7777'] },
  { notPorts: ['8080'] },
  { methods: ['GET'], notPaths: ['/admin*'] },
  { notHosts: ['web.a*'] },
  { hosts: ['*.b'], ports: ['9000'] },
  { paths: ['/'], methods: ['GET'] },
];

/** The sources that a CUSTOM policy may ask for. */
const addressSources: readonly Document[] = [
  { ipBlocks: ['10.0.0.0/24'] },
  { notRemoteIpBlocks: ['10.0.0.96/27'] },
];

/** How many of the conditions, from the first one, a CUSTOM policy may have. */
const plainConditions = 4;

const conditions: readonly Document[] = [
  { key: 'remote.ip', notValues: ['10.0.0.0/8'] },
  { key: 'source.ip', notValues: ['10.0.0.96/27'] },
  { key: 'destination.ip', notValues: ['10.0.0.96/27'] },
  { key: 'destination.port', notValues: ['80', '443'] },
  { key: 'source.principal', values: ['*/ns/a/sa/s'] },
  { key: 'source.namespace', notValues: ['a'] },
  { key: 'source.serviceAccount', values: ['a/s', 'b/t'] },
  { key: 'connection.sni', values: ['outbound_.80_._.more-1.a.svc.cluster.local'] },
  { key: 'connection.sni', notValues: ['*.b.svc.cluster.local'] },
  { key: 'request.auth.principal', values: ['https://j/u'] },
  { key: 'request.auth.audiences', values: ['aud'] },
  { key: 'request.auth.claims[group]', notValues: ['ops'] },
  { key: 'request.headers[x-user]', values: ['*'] },
  { key: 'request.headers[x-group]', values: ['ops'] },
  { key: 'request.headers[authorization]', notValues: ['*'] },
  { key: 'request.headers[x-forwarded-client-cert]', values: ['*ns/a/sa/s'] },
];

function requestAuthentications({ pick, chance }: Random): Document[] {
  if (chance(0.5)) return [];
  return [
    {
      apiVersion: security,
      kind: 'RequestAuthentication',
      metadata: { name: 'tokens', namespace: pick(places) },
      spec: {
        ...(chance(0.4) ? { selector: { matchLabels: { app: pick(values) } } } : {}),
        ...(chance(0.2)
          ? {
              targetRefs: [{ kind: 'Gateway', group: 'gateway.networking.k8s.io', name: 'wp' }],
              selector: undefined,
            }
          : {}),
        jwtRules: [
          {
            issuer: 'https://i',
            jwks: '{"keys":[]}',
            ...(chance(0.4) ? { outputClaimToHeaders: [{ header: 'x-user', claim: 'sub' }] } : {}),
            ...(chance(0.2) ? { audiences: ['aud'] } : {}),
          },
          {
            issuer: 'https://j',
            jwks: '{"keys":[]}',
            ...(chance(0.5) ? { fromHeaders: [{ name: 'x-token', prefix: 'T ' }] } : {}),
            ...(chance(0.3) ? { outputClaimToHeaders: [{ header: 'x-group', claim: 'group' }] } : {}),
          },
        ].slice(0, pick([1, 2])),
      },
    },
  ];
}

function peerAuthentications({ pick, chance }: Random): Document[] {
  if (chance(0.6)) return [];
  const mode = (): string => pick(['STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET']);
  return [
    {
      apiVersion: security,
      kind: 'PeerAuthentication',
      metadata: { name: 'modes', namespace: pick(places) },
      spec: {
        selector: { matchLabels: { [pick(['app', 'tier'])]: pick(values) } },
        mtls: { mode: mode() },
        portLevelMtls: { 80: { mode: mode() }, 7777: { mode: mode() } },
      },
    },
  ];
}

function destinationRules({ pick, chance, below }: Random): Document[] {
  const found: Document[] = [];
  const mode = (): string => pick(['DISABLE', 'ISTIO_MUTUAL', 'SIMPLE']);
  for (let i = below(3); i > 0; i--)
    found.push({
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name: `dr-${i}`, namespace: pick(places) },
      spec: {
        host: pick(['more-1', 'more-1.a.svc.cluster.local', '*.svc.cluster.local', '*.a.svc.cluster.local']),
        ...(chance(0.3) ? { exportTo: pick([['.'], ['*'], ['a'], ['b']]) } : {}),
        ...(chance(0.3) ? { workloadSelector: { matchLabels: { tier: pick(values) } } } : {}),
        trafficPolicy: {
          ...(chance(0.7) ? { tls: { mode: mode() } } : {}),
          ...(chance(0.5)
            ? {
                portLevelSettings: [
                  { port: { number: pick([80, 9000]) }, ...(chance(0.8) ? { tls: { mode: mode() } } : {}) },
                ],
              }
            : {}),
        },
      },
    });
  return found;
}

function entries({ pick, chance }: Random): Document[] {
  if (chance(0.8)) return [];
  return [
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name: 'entry', namespace: pick(['a', 'b']) },
      spec: {
        hosts: ['api.example.com'],
        addresses: ['203.0.113.9'],
        ports: [{ number: 443, name: 'tls', protocol: 'TLS' }],
        resolution: 'DNS',
      },
    },
  ];
}

/** A waypoint of which the pod is given, perhaps with addresses of both families. */
function waypoints({ pick, chance }: Random): Document[] {
  if (chance(0.6)) return [];
  const namespace = pick(['a', 'b']);
  const ips = pick([['10.0.0.77'], ['10.1.0.77', 'fd00::77'], ['fd00::77']]);
  const gateway = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: {
      name: 'wp',
      namespace,
      labels: { 'istio.io/waypoint-for': pick(['all', 'all', 'service', 'workload']) },
    },
    spec: {
      gatewayClassName: 'istio-waypoint',
      listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }],
    },
  };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'wp-pod',
      namespace,
      labels: { 'gateway.networking.k8s.io/gateway-name': 'wp', app: pick(values) },
    },
    spec: { serviceAccountName: 'wp', containers: [{ name: 'istio-proxy', image: 'p' }] },
    status: { phase: 'Running', podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) },
  };
  return chance(0.7) ? [gateway, pod] : [gateway];
}
