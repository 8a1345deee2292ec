import { policyCluster } from './policy-cluster.ts';
import { type Document, isTaken, type Random, randomCluster } from './random-cluster.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Kinds that packets can decide about in a lab: no ambient, no waypoints, nodes of its own, nothing beyond the mesh. */
const decided: ReadonlySet<string> = new Set([
  'Namespace',
  'Pod',
  'Service',
  'NetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
  'AuthorizationPolicy',
  'PeerAuthentication',
  'RequestAuthentication',
  'DestinationRule',
]);

/**
 * The documents of a small random cluster that a lab can run: pods that answer on every port they declare, addresses of the lab in place of made-up ones,
 * policies of every kind.
 */
export function randomLabWorld(random: Random): Document[] {
  return runnableWorld(
    randomCluster(random, {
      mesh: random.chance(0.7),
      admin: random.chance(0.5),
      unknowns: false,
      wide: random.chance(0.5),
    }),
    random,
  );
}

/** The same of a small mesh that is there for its policies, which have every field that sidecars know. */
export function policyLabWorld(random: Random): Document[] {
  return runnableWorld(policyCluster(random), random);
}

function runnableWorld(documents: readonly Document[], random: Random): Document[] {
  const namespaces = new Set(documents.filter(({ kind }) => kind === 'Namespace').map(nameOf));
  const runnables = documents
    .filter(isRunnable)
    .filter((each) => !hasNamespace(each) || namespaces.has((each.metadata as Fields).namespace))
    .map((document) => runnable(document, random))
    .map(withoutSecondHost)
    .filter(isTaken);
  return [...runnables, ...accountsOf(runnables)];
}

function nameOf({ metadata }: Document): unknown {
  return (metadata as Fields).name;
}

function hasNamespace({ metadata }: Document): boolean {
  return (metadata as Fields).namespace !== undefined;
}

/** The lab has one node, and on it one pod of the host network has its ports to itself. */
function withoutSecondHost(document: Document, at: number, all: readonly Document[]): Document {
  const { hostNetwork, ...spec } = (document.spec ?? {}) as Fields;
  const isFirst =
    all.findIndex(({ spec: each }) => (each as Fields | undefined)?.hostNetwork === true) === at;
  return hostNetwork === true && !isFirst ? { ...document, spec } : document;
}

/** The service accounts that pods run as. */
function accountsOf(documents: readonly Document[]): Document[] {
  const names = documents.flatMap(({ kind, metadata, spec }) => {
    const { serviceAccountName } = (spec ?? {}) as Fields;
    // Every namespace has its default one.
    if (kind !== 'Pod' || serviceAccountName === undefined || serviceAccountName === 'default') return [];
    return [`${(metadata as Fields).namespace}/${serviceAccountName}`];
  });
  return [...new Set(names)].map((key) => {
    const [namespace, name] = key.split('/');
    return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } };
  });
}

function isRunnable({ kind, spec }: Document): boolean {
  if (!decided.has(kind as string)) return false;
  const { targetRefs } = (spec ?? {}) as Fields;
  return targetRefs === undefined;
}

function runnable(document: Document, random: Random): Document {
  if (document.kind === 'Pod') return podOf(document);
  if (document.kind === 'Service') return serviceOf(document);
  return withLabBlocks(document, random) as Document;
}

/** The Service at an address of the lab's choice. */
function serviceOf(document: Document): Document {
  const { clusterIPs: _all, clusterIP, ...spec } = document.spec as Fields;
  return { ...document, spec: clusterIP === 'None' ? { ...spec, clusterIP } : spec };
}

/** The pod with programs that answer on its ports, where the lab puts it, under the address that the lab gives it. */
function podOf({ status: _, ...document }: Document): Document {
  const { metadata, spec } = document as { metadata: Fields; spec: Fields };
  const { nodeName: _node, containers, ...rest } = spec;
  const [container = {}] = containers as {
    ports?: { containerPort: number; protocol: string; name: string }[];
  }[];
  const ports = (container.ports ?? [{ name: 'http', containerPort: 80, protocol: 'TCP' }]).filter(
    // Nothing stops a pod from declaring a name twice; the API server does.
    (port, i, all) => all.findIndex((each) => each.name === port.name) === i,
  );
  const ofProtocol = (protocol: string): typeof ports => ports.filter((port) => port.protocol === protocol);
  return {
    ...document,
    metadata: plainMetadata(metadata),
    spec: {
      ...rest,
      terminationGracePeriodSeconds: 0,
      containers: [
        ...ofProtocol('TCP').map((port) =>
          server(port, ['netexec', `--http-port=${port.containerPort}`, '--udp-port=-1']),
        ),
        ...ofProtocol('UDP').map((port) =>
          server(port, ['netexec', '--http-port=18080', `--udp-port=${port.containerPort}`]),
        ),
      ],
    },
  };
}

function server(
  port: { readonly containerPort: number; readonly name: string },
  args: readonly string[],
): Fields {
  return {
    name: `serve-${port.containerPort}`,
    image: 'registry.k8s.io/e2e-test-images/agnhost:2.53',
    args,
    ports: [port],
  };
}

/** What puts a pod into ambient or makes a gateway of it is left out, and so is its owner: it stands alone. */
function plainMetadata({ name, namespace, labels = {}, annotations = {} }: Fields): Fields {
  const kept = (fields: Fields): Fields =>
    Object.fromEntries(Object.entries(fields).filter(([key]) => !madeForOthers.has(key)));
  return { name, namespace, labels: kept(labels as Fields), annotations: kept(annotations as Fields) };
}

const madeForOthers: ReadonlySet<string> = new Set([
  'istio.io/dataplane-mode',
  'gateway.networking.k8s.io/gateway-name',
  'inject.istio.io/templates',
  'sidecar.istio.io/status',
  'ambient.istio.io/redirection',
]);

/** Blocks that random clusters name, as blocks that mean something in a lab. */
const blocks: Readonly<Record<string, readonly string[]>> = {
  '10.0.0.0/8': ['10.244.0.0/16', '10.0.0.0/8'],
  '10.1.0.0/16': ['10.244.0.0/29', '10.244.0.4/30'],
  '192.168.0.0/16': ['10.244.0.0/28', '172.18.0.0/16'],
};

/** Replaces address blocks everywhere in a document, and labels that would put a namespace into ambient. */
function withLabBlocks(value: unknown, random: Random): unknown {
  if (typeof value === 'string') return blocks[value] === undefined ? value : random.pick(blocks[value]);
  if (Array.isArray(value)) return value.map((each) => withLabBlocks(each, random));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'istio.io/dataplane-mode' && key !== 'istio.io/use-waypoint')
      .map(([key, each]) => [key, withLabBlocks(each, random)]),
  );
}
