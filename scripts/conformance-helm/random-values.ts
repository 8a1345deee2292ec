import type { Chart, Value, Values } from '../../src/istio/components/index.ts';

/** A number from 0 up to 1. */
export type Random = () => number;

/** Numbers that a seed decides. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!;
}

type Path = readonly (string | number)[];

/** One value that is set. Integers come by `--set`, as `bigint`; all else by a file. */
export interface Setting {
  readonly path: Path;
  readonly value: Value;
}

/** Texts that YAML readers take for something else, or that a template does not expect. */
const texts: readonly string[] = [
  'canary', '1-30', 'a', 'istio-x', 'istio-', 'istio-istio-x', 'istio-on', 'istio-1e3', 'true', 'false', 'on', 'off', 'yes', 'no', 'y', 'n', 'Y', 'N', 'null', '~', 'Null', '123', '0', '-1',
  '+5', '1e3', '1E3', '1.5', '.5', '5.', '1.', '1_000', '0x1F', '0x1f', '0b11', '0o17', '017', '08', '1:30', '2001-01-01', '2001-01-01T00:00:00Z', '.inf', '-.Inf', '.nan', '', ' ', ' a', 'a ',
  'a: b', 'a:', ':a', 'a #b', '#a', '- a', '-', '?', '? a', '{a}', '{}', '[]', '[a', 'a]', "'q'", '"q"', 'q"q', "it's", 'a\nb', 'a\n', '\n', 'a\tb', 'é', '日本', '\u00a0x', '\u2028', '\u0007', '😀',
  '&a', '*a', '!t', '!!str 5', '|', '>', '@x', '`x', '%x', '%s', '<no value>', '<nil>', 'a\\b', '=', '<<', ',', 'a,b', 'UPPER', 'with.dots', 'under_score', `${'long'.repeat(20)}`, 'x'.repeat(63),
  'x'.repeat(300), '18446744073709551616', '9007199254740993', '00', '1__0', '_1', '0.0', '-0', '1e400', 'TRUE', 'True', 'oN', '---', '...', '--- a',
]; // biome-ignore format: a table

/** Values of other types. */
const others: readonly Value[] = [
  null, true, false, 0, 1, -1, 8443, 15021, 1.5, 0.1, 1e-5, 0.0001, 123456, 1234567, 1e21, 123456789012, -0.00001, [], {}, ['a'], [null], [1, 'b'], [[1]], [{ port: 5 }],
  { a: 1 }, { a: null }, { a: { b: [1, true] } }, { enabled: true }, { port: 5 }, 5n, 0n, -3n, 1234567n, 8080n,
]; // biome-ignore format: a table

function wild(random: Random): Value {
  return random() < 0.6 ? pick(random, texts) : pick(random, others);
}

function text(random: Random): Value {
  return random() < 0.7 ? pick(random, texts) : wild(random);
}

function truth(random: Random): Value {
  return pick<Value>(random, [true, true, true, false, 'false', 'true', '', 0, 1, 1n, null, wild(random)]);
}

function labels(random: Random): Value {
  if (random() < 0.15) return wild(random);
  const keys = [
    'app',
    'istio',
    'istio.io/rev',
    'release',
    'app.kubernetes.io/name',
    'istio.io/dataplane-mode',
    'operator.istio.io/component',
    'n',
    'foo',
    'x y',
    'é',
    'true',
    '1',
    '__proto__',
    'a"b',
    'k8s-app',
    '😀',
  ];
  return Object.fromEntries(several(random, 4).map(() => [pick(random, keys), wild(random)]));
}

function several(random: Random, most: number): readonly undefined[] {
  return Array.from({ length: Math.floor(random() * (most + 1)) }, () => undefined);
}

function port(random: Random): Value {
  if (random() < 0.1) return wild(random);
  const number = (): Value =>
    pick<Value>(random, [
      80,
      443,
      8443,
      15021,
      15443,
      0,
      '9443',
      'https',
      '',
      null,
      70000,
      8080n,
      1e6,
      53.5,
      wild(random),
    ]);
  return Object.fromEntries(
    [
      ['name', pick<Value>(random, ['a', 'http', 5, null])],
      ['port', number()],
      ['targetPort', number()],
      ['protocol', pick<Value>(random, ['TCP', 'UDP', 'SCTP', '', null, 'tcp', 'HTTP', wild(random)])],
    ].filter(() => random() < 0.7),
  );
}

function ports(random: Random): Value {
  if (random() < 0.15) return wild(random);
  if (random() < 0.1) return { a: port(random), b: port(random) };
  return several(random, 4).map(() => port(random));
}

function named(...names: readonly Value[]): (random: Random) => Value {
  return (random) => (random() < 0.9 ? pick(random, names) : wild(random));
}

type Maker = (random: Random) => Value;

const profile = named(
  'ambient',
  'demo',
  'preview',
  'remote',
  'stable',
  'platform-gke',
  'compatibility-version-1.25',
  'Demo',
  'default',
  'minimal',
  'empty',
  1.3,
);
const platform = named('gke', 'k3d', 'k3s', 'microk8s', 'minikube', 'openshift', 'eks');
const compatibility = named('1.25', '1.26', '1.27', '1.28', '1.29', '1.30', '1.31', 1.28, '1.24', '1.28.0');
const scope = named('all', 'namespace', 'cluster', 'zzz', '');

/** What stands at the top, of most charts. */
const top: readonly (readonly [Path, Maker])[] = [
  [['revision'], text],
  [['ownerName'], text],
  [['name'], text],
  [['resourceName'], text],
  [['labels'], labels],
  [['resourceScope'], scope],
  [['networkPolicy', 'enabled'], truth],
  [['service'], wild],
  [['service', 'ports'], ports],
  [['service', 'type'], named('None', 'ClusterIP', 'LoadBalancer')],
  [['networkGateway'], text],
  [['networkGatewayPorts'], wild],
  [['networkGatewayPorts', 'tls'], port],
  [['networkGatewayPorts', 'status-port'], named(null, { port: 1 })],
  [['gateways'], wild],
  [['gateways', 'istio-ingressgateway'], wild],
  [['gateways', 'istio-ingressgateway', 'name'], text],
  [['gateways', 'istio-ingressgateway', 'labels'], labels],
  [['gateways', 'istio-ingressgateway', 'ports'], ports],
  [['gateways', 'istio-egressgateway'], wild],
  [['gateways', 'istio-egressgateway', 'name'], text],
  [['gateways', 'istio-egressgateway', 'labels'], labels],
  [['gateways', 'istio-egressgateway', 'ports'], ports],
  [['istiodRemote', 'enabled'], truth],
  [['ambient'], named({ enabled: true }, { enabled: true, shareHostNetworkNamespace: true })],
  [['kind'], named('DaemonSet', 'Deployment')],
  [['defaults'], named('', {}, { a: 1 }, null)],
  [['profile'], profile],
  [['platform'], platform],
  [['compatibilityVersion'], compatibility],
  [['global', 'profile'], profile],
  [['global', 'platform'], platform],
  [['global', 'resourceScope'], scope],
  [['global', 'networkPolicy'], wild],
  [['global', 'networkPolicy', 'enabled'], truth],
  [['global'], wild],
  [['unknown'], wild],
];

/** What seldom leads anywhere: a whole part of the values is something else. */
const rare: ReadonlySet<string> = new Set([
  'service',
  'networkGatewayPorts',
  'gateways',
  'gateways.istio-ingressgateway',
  'gateways.istio-egressgateway',
  'defaults',
  'global',
  'global.networkPolicy',
]);

/** Keys of which a chart uses some; the others show that it does not. */
const own: Readonly<Record<Chart, readonly string[]>> = {
  istiod: ['revision', 'ownerName', 'global', 'istiodRemote', 'profile', 'platform', 'compatibilityVersion'],
  'istio-cni': ['revision', 'ownerName', 'global', 'ambient', 'profile', 'platform', 'compatibilityVersion'],
  ztunnel: [
    'revision',
    'ownerName',
    'resourceName',
    'global',
    'profile',
    'platform',
    'resourceScope',
    'labels',
  ],
  gateway: [
    'revision',
    'name',
    'labels',
    'service',
    'networkGateway',
    'networkGatewayPorts',
    'global',
    'profile',
    'ownerName',
  ],
  'istio-ingress': ['revision', 'ownerName', 'gateways', 'profile', 'global'],
  'istio-egress': ['revision', 'ownerName', 'gateways', 'profile', 'global'],
};

/** Settings for one chart: its policy mostly switched on, and some more, plain and wild, at the top or wherever else a chart takes them from. */
export function randomSettings(random: Random, chart: Chart): readonly Setting[] {
  const count = Math.floor(random() * 6);
  const settings = Array.from({ length: count }, () => setting(random, chart));
  const on: Setting = { path: ['global', 'networkPolicy', 'enabled'], value: true };
  return random() < 0.9 ? [on, ...settings] : settings;
}

function setting(random: Random, chart: Chart): Setting {
  const usable = random() < 0.85 ? top.filter(([path]) => own[chart].includes(String(path[0]))) : top;
  let [path, make] = pick(random, usable);
  while (rare.has(path.join('.')) && random() < 0.8) [path, make] = pick(random, usable);
  const value = make(random);
  const roll = random();
  if (roll < 0.7) return { path, value };
  if (roll < 0.8) return { path: ['global', ...path], value };
  if (roll < 0.88) return { path: ['_internal_defaults_do_not_set', ...path], value };
  if (roll < 0.96) return { path: [chart === 'istio-cni' ? 'cni' : 'pilot', ...path], value };
  return {
    path: [pick(random, ['pilot', 'cni', '_internal_defaults_do_not_set', 'global', '_original'])],
    value: wild(random),
  };
}

/** Values with the settings in them, each over those before; what stands in the way of a path gives way. */
export function valuesOf(settings: readonly Setting[]): Values {
  const root: Record<string, unknown> = {};
  for (const { path, value } of settings) {
    let at = root;
    for (const key of path.slice(0, -1)) {
      const next = at[key];
      if (typeof next === 'object' && next !== null && !Array.isArray(next))
        at = next as Record<string, unknown>;
      else {
        const made: Record<string, unknown> = {};
        at[key] = made;
        at = made;
      }
    }
    at[path.at(-1)!] = structuredClone(value);
  }
  return root as Values;
}

/** Names that Helm takes for a release. */
export const releaseNames: readonly string[] = [
  'istiod', 'istio', 'gw', 'istio-ingressgateway', 'istio-x', 'istio-istio-y', 'istio-on', 'istio-123', 'istio-1e3', 'on', 'off', 'yes', 'no', 'y', 'n', 'null', 'true', 'false', '123', '007', '1e3', '1.5',
  '0x1f', '0b1', '0o7', '017', '2001-01-01', 'a.b', 'release-name', 'x'.repeat(53), `istio-${'x'.repeat(47)}`, '1.0', '1e400', '0',
]; // biome-ignore format: a table

export const namespaces: readonly string[] = [
  'istio-system', 'istio-ingress', 'kube-system', '123', '1e3', 'on', 'null', 'default', '1.5', '0x10', 'y', '2001-01-01',
]; // biome-ignore format: a table
