import type { Document, Random } from './random-cluster.ts';

const security = 'security.istio.io/v1';

/** What random policies speak of. */
export interface PolicyWorld {
  readonly namespaces: readonly string[];
  /** `namespace/name`. */
  readonly pods: readonly string[];
  /** `name.namespace`, with the port of HTTP. */
  readonly services: readonly { readonly host: string; readonly port: number }[];
  readonly accounts: readonly string[];
  /** Of pods: `ns/NAMESPACE/sa/ACCOUNT`. */
  readonly identities: readonly string[];
}

/** Stands for the address of a pod, `namespace/name`, until the lab has given it one. */
export function addressOf(pod: string): string {
  return `\${address of ${pod}}`;
}

/** Fields of `from[].source`; each also as `notX`. */
const sourceFields = [
  'principals',
  'requestPrincipals',
  'namespaces',
  'serviceAccounts',
  'ipBlocks',
  'remoteIpBlocks',
  'trustDomains',
] as const;

/** Fields of `to[].operation`; each also as `notX`. */
const operationFields = ['hosts', 'ports', 'methods', 'paths'] as const;

type SourceField = (typeof sourceFields)[number];
type OperationField = (typeof operationFields)[number];
type Values<T extends string> = Readonly<Record<T, (random: Random, world: PolicyWorld) => string>>;

/** An address block: of one pod, all pods, the client outside, all there are, or one that nobody is in. */
const block = ({ pick }: Random, { pods }: PolicyWorld): string =>
  pick([
    addressOf(pick(pods)),
    addressOf(pick(pods)),
    '10.244.0.0/16',
    '203.0.113.10',
    '203.0.113.0/24',
    '0.0.0.0/0',
    '::/0',
  ]);

/** Addresses that requests claim to come from, by X-Forwarded-For, and blocks around them. */
const remoteBlock = (random: Random, world: PolicyWorld): string =>
  random.chance(0.4)
    ? block(random, world)
    : random.pick(['198.51.100.7', '198.51.100.0/24', '2001:db8::/32']);

const principal = ({ pick }: Random, { namespaces, accounts, identities }: PolicyWorld): string =>
  pick([
    ...[1, 2, 3, 4].map(() => `cluster.local/${pick(identities)}`),
    `*/${pick(identities)}`,
    `cluster.local/ns/${pick(namespaces)}/sa/${pick(accounts)}`,
    `cluster.local/ns/${pick(namespaces)}/*`,
    `*/sa/${pick(accounts)}`,
    `*/ns/${pick(namespaces)}/sa/*`,
    '*',
    'other.td/ns/a/sa/s',
  ]);

const requestPrincipal = ({ pick }: Random): string =>
  pick(['https://i/u', 'https://i/*', '*/u', '*', 'https://j/v', 'https://j/w*', 'https://i', 'u']);

const namespaceName = ({ pick }: Random, { namespaces }: PolicyWorld): string =>
  pick([...namespaces, ...namespaces, 'a*', '*b', '*', 'istio*', 'i*m']);

const account = ({ pick }: Random, { accounts, identities }: PolicyWorld): string => {
  const [, namespace, , name] = pick(identities).split('/');
  return pick([pick(accounts), name!, `${namespace}/${name}`, `${namespace}/${name}`]);
};

const trustDomain = ({ pick }: Random): string =>
  pick(['cluster.local', 'cluster*', '*local', '*', 'other.td']);

const sources: Values<SourceField> = {
  principals: principal,
  requestPrincipals: requestPrincipal,
  namespaces: namespaceName,
  serviceAccounts: account,
  ipBlocks: block,
  remoteIpBlocks: remoteBlock,
  trustDomains: trustDomain,
};

const portNumber = ({ pick }: Random): string => pick(['80', '8080', '9000', '080', '9001']);
const serverName = ({ pick }: Random, { services }: PolicyWorld): string => {
  const { host, port } = pick(services);
  return pick([
    `outbound_.${port}_._.${host}.svc.cluster.local`,
    `*.${host}.svc.cluster.local`,
    'outbound_.80_*',
    'outbound_.9000_*',
    '*',
    '*.B.svc.cluster.local',
  ]);
};
const host = ({ pick }: Random, { services }: PolicyWorld): string => {
  const service = pick(services);
  return pick([
    service.host,
    service.host.toUpperCase(),
    `${service.host}.svc.cluster.local`,
    `${service.host}:${service.port}`,
    `${service.host}*`,
    `*${service.host.replace(/^[^.]*/, '')}`,
    '*.svc.cluster.local',
    'x.example',
    'x.*',
    '*:8080',
    '*',
  ]);
};
const path = ({ pick }: Random): string =>
  pick([
    '/',
    '/a',
    '/a*',
    '/a/b',
    '*/b',
    '*.html',
    '/admin*',
    '*',
    '/{*}/b',
    '/a/{**}',
    '/a/{*}/c',
    '/{**}/b',
    '/{**}',
    '/a%20b',
    '/A',
    '//a*',
  ]);
const method = ({ pick }: Random): string => pick(['GET', 'POST', 'PUT', 'DELETE', 'P*', '*T', '*', 'get']);

const operations: Values<OperationField> = { hosts: host, ports: portNumber, methods: method, paths: path };

/** The `when` keys of Istio's reference, with values of each; headers and claims stand for all of theirs. */
export const conditionValues: Readonly<Record<string, (random: Random, world: PolicyWorld) => string>> = {
  'source.ip': block,
  'source.namespace': namespaceName,
  'source.principal': principal,
  'source.serviceAccount': account,
  'source.trustDomain': trustDomain,
  'remote.ip': remoteBlock,
  'destination.ip': block,
  'destination.port': portNumber,
  'connection.sni': serverName,
  'request.auth.principal': requestPrincipal,
  'request.auth.audiences': ({ pick }) => pick(['aud', 'aud-2', 'a*', '*2', '*']),
  'request.auth.presenter': ({ pick }) => pick(['app', 'ap*', '*pp', '*']),
  'request.auth.claims[group]': ({ pick }) => pick(['ops', 'dev*', '*s', '*']),
  'request.auth.claims[realm][roles]': ({ pick }) => pick(['reader', 'wri*', '*er', '*']),
  'request.auth.claims[scope]': ({ pick }) => pick(['read', 'read write', '*']),
  'request.headers[x-a]': ({ pick }) => pick(['1', '2*', '*3', '*', 'a,b']),
  'request.headers[X-B]': ({ pick }) => pick(['1', '*']),
  'request.headers[:authority]': host,
  'request.headers[host]': host,
  'request.headers[:method]': method,
  'request.headers[:path]': ({ pick }) => pick(['/', '/a', '/a*', '*q=1', '*']),
  'request.headers[:scheme]': ({ pick }) => pick(['http', 'https', 'h*']),
  'request.headers[authorization]': ({ pick }) => pick(['*', 'Bearer *', 'Basic*']),
  'request.headers[x-forwarded-client-cert]': ({ pick }) => pick(['*', 'By=*', '*sa/s']),
  'request.headers[x-user]': ({ pick }) => pick(['u', 'v', '*']),
  'experimental.envoy.filters.network.mysql_proxy[shop.items]': ({ pick }) =>
    pick(['[insert]', 'select', '*']),
};

/** The keys that a CUSTOM policy may not ask for: its filter stands before tokens. */
const notForCustom = /^(source\.(namespace|principal|serviceAccount|trustDomain)|request\.auth\.)/;
const sourcesOfCustom: readonly SourceField[] = ['ipBlocks', 'remoteIpBlocks'];

/** Random policies with every field that a sidecar knows. */
export function randomPolicies(random: Random, world: PolicyWorld): Document[] {
  const { below, chance, pick } = random;
  const policies = Array.from({ length: 1 + below(4) }, (_, i) => authorizationPolicy(random, world, i));
  const asksForTokens = /request(Principals|\.auth)/i.test(JSON.stringify(policies));
  const tokens = asksForTokens || chance(0.3) ? [requestAuthentication(random, 'tokens')] : [];
  const more = chance(0.15) ? [requestAuthentication(random, 'more-tokens')] : [];
  const modes = Array.from({ length: pick([0, 0, 1, 2]) }, (_, i) => peerAuthentication(random, i));
  return [...policies, ...tokens, ...more, ...modes];
}

const places = ['a', 'b', 'a', 'b', 'istio-system'];

function authorizationPolicy(random: Random, world: PolicyWorld, i: number): Document {
  const { pick, chance, below } = random;
  const action = pick(['ALLOW', 'ALLOW', 'ALLOW', 'DENY', 'DENY', 'DENY', 'AUDIT', 'CUSTOM']);
  const dryRun = action === 'ALLOW' || action === 'DENY' ? chance(0.12) : false;
  const rules = Array.from({ length: 1 + below(2) }, () => rule(random, world, action === 'CUSTOM'));
  const wide = action === 'ALLOW' && chance(0.1);
  return {
    apiVersion: security,
    kind: 'AuthorizationPolicy',
    metadata: {
      name: `policy-${i}`,
      namespace: pick(places),
      ...(dryRun && { annotations: { 'istio.io/dry-run': 'true' } }),
    },
    spec: {
      ...(chance(0.5) && { selector: { matchLabels: { app: pick(['x', 'y']) } } }),
      action,
      ...(action === 'CUSTOM' && { provider: { name: 'ext' } }),
      ...(wide ? pick([{}, { rules: [{}] }]) : { rules }),
    },
  };
}

function rule(random: Random, world: PolicyWorld, custom: boolean): Document {
  const { chance, pick, some, below } = random;
  const one = <T extends string>(field: T, values: Values<T>): Document => {
    const name = chance(0.35) ? `not${field[0]!.toUpperCase()}${field.slice(1)}` : field;
    return { [name]: Array.from({ length: 1 + below(2) }, () => values[field](random, world)) };
  };
  const entry = <T extends string>(fields: readonly T[], values: Values<T>): Document =>
    Object.assign({}, ...some(fields, 1, pick([1, 1, 2, 3])).map((field) => one(field, values)));
  const keys = Object.keys(conditionValues).filter((key) => !custom || !notForCustom.test(key));
  const condition = (): Document => {
    const key = pick(keys);
    const values = (): string[] =>
      Array.from({ length: 1 + below(2) }, () => conditionValues[key]!(random, world));
    return {
      key,
      ...pick([
        () => ({ values: values() }),
        () => ({ values: values() }),
        () => ({ notValues: values() }),
      ])(),
      ...(chance(0.1) && { notValues: values() }),
    };
  };
  const list = (p: number, make: () => Document): Document[] =>
    chance(p) ? Array.from({ length: pick([1, 1, 2]) }, make) : [];
  const from = list(0.55, () => ({ source: entry(custom ? sourcesOfCustom : sourceFields, sources) }));
  const to = list(0.5, () => ({ operation: entry(operationFields, operations) }));
  const when = list(0.5, condition);
  return {
    ...(from.length > 0 && { from }),
    ...(to.length > 0 && { to }),
    ...(when.length > 0 && { when }),
  };
}

/** Where tokens may stand, as fields of a rule for tokens. */
const tokenPlaces: readonly Document[] = [
  {},
  {},
  { fromHeaders: [{ name: 'x-token', prefix: 'T ' }] },
  { fromHeaders: [{ name: 'x-plain' }] },
  { fromCookies: ['session'] },
];

function requestAuthentication({ pick, chance }: Random, name: string): Document {
  const jwtRule = (issuer: string): Document => ({
    issuer,
    ...pick(tokenPlaces),
    ...(chance(0.2) && { audiences: ['aud'] }),
    ...(chance(0.3) && { outputClaimToHeaders: [{ header: 'x-user', claim: 'sub' }] }),
    ...(chance(0.2) && { outputPayloadToHeader: 'x-payload' }),
    ...(chance(0.3) && { forwardOriginalToken: true }),
  });
  return {
    apiVersion: security,
    kind: 'RequestAuthentication',
    metadata: { name, namespace: pick(['a', 'b', ...places.map(() => 'istio-system')]) },
    spec: {
      ...(chance(0.2) && { selector: { matchLabels: { app: pick(['x', 'y']) } } }),
      jwtRules: ['https://i', 'https://j'].slice(0, pick([1, 2])).map(jwtRule),
    },
  };
}

const modes = ['STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET'];

function peerAuthentication({ pick, chance, some }: Random, i: number): Document {
  const selected = chance(0.5);
  const ports = some([80, 8080, 9000], 1, 2).map((port) => [port, { mode: pick(modes) }]);
  return {
    apiVersion: security,
    kind: 'PeerAuthentication',
    metadata: { name: `modes-${i}`, namespace: pick(places) },
    spec: {
      ...(selected && { selector: { matchLabels: { app: pick(['x', 'y']) } } }),
      mtls: { mode: pick(modes) },
      ...(selected && chance(0.6) && { portLevelMtls: Object.fromEntries(ports) }),
    },
  };
}
