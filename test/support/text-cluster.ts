import { buildCluster, type Cluster, type ClusterOptions } from '../../src/cluster/index.ts';
import { readManifests } from '../../src/manifest/index.ts';
import {
  type Endpoint,
  type Fact,
  qualifiedName,
  type Reason,
  type Request,
  type ServiceReference,
  type Step,
  type Verdict,
} from '../../src/model/index.ts';
import { decide } from '../../src/verdict/index.ts';

/** A cluster of manifests as they would be written; each text may hold several documents. */
export function clusterOf(texts: string | readonly string[], options: ClusterOptions = {}): Cluster {
  const sources = [texts].flat().map((text, i) => ({ name: `${i}.yaml`, text }));
  return buildCluster(readManifests(sources), options);
}

export interface PodWords {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ip?: string | readonly string[];
  readonly node?: string;
  readonly hostNetwork?: boolean;
  /** `80`, `http=8080`, `dns=53/UDP`. */
  readonly ports?: readonly string[];
}

/** A Pod `NAMESPACE/NAME` with the label `app: NAME`. */
export function pod(at: string, words: PodWords = {}): string {
  const [namespace, name] = at.split('/');
  const { labels = {}, annotations = {}, ip = [], node, hostNetwork = false, ports = [] } = words;
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels: { app: name, ...labels }, annotations },
    spec: {
      hostNetwork,
      ...(node === undefined ? {} : { nodeName: node }),
      containers: [{ name: 'main', image: 'x', ports: ports.map(readPort) }],
    },
    status: { podIPs: [ip].flat().map((each) => ({ ip: each })) },
  });
}

function readPort(text: string): object {
  const [, name, number, protocol = 'TCP'] = /^(?:(.*)=)?(\d+)(?:\/(.*))?$/.exec(text)!;
  return { ...(name === undefined ? {} : { name }), containerPort: Number(number), protocol };
}

/** A Namespace with these labels. */
export function namespace(name: string, labels: Readonly<Record<string, string>> = {}): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
}

/** A Service that selects the label `app: NAME`; `more` over its spec. */
export function service(at: string, port: number, targetPort: number | string, more: object = {}): string {
  const [ns, name] = at.split('/');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: ns, name },
    spec: { selector: { app: name }, ports: [{ name: 'web', port, targetPort }], ...more },
  });
}

/** Any other object: its kind, `NAMESPACE/NAME`, spec and further metadata. */
export function made(kind: string, at: string, spec: object, metadata: object = {}): string {
  const [ns, name] = at.includes('/') ? at.split('/') : [undefined, at];
  const apiVersion = apiVersions[kind] ?? 'v1';
  return JSON.stringify({ apiVersion, kind, metadata: { namespace: ns, name, ...metadata }, spec });
}

const apiVersions: Readonly<Record<string, string>> = {
  NetworkPolicy: 'networking.k8s.io/v1',
  AuthorizationPolicy: 'security.istio.io/v1',
  PeerAuthentication: 'security.istio.io/v1',
  RequestAuthentication: 'security.istio.io/v1',
  DestinationRule: 'networking.istio.io/v1',
  EnvoyFilter: 'networking.istio.io/v1alpha3',
  CiliumNetworkPolicy: 'cilium.io/v2',
  Gateway: 'gateway.networking.k8s.io/v1',
  Deployment: 'apps/v1',
  EndpointSlice: 'discovery.k8s.io/v1',
  ClusterNetworkPolicy: 'policy.networking.k8s.io/v1alpha2',
};

/** A NetworkPolicy for the pods labelled `app: NAME` of a namespace: only these ports are open, from or to anywhere. */
export function openPorts(at: string, direction: 'Ingress' | 'Egress', ...ports: readonly number[]): string {
  const [ns, name] = at.split('/');
  const rules = [{ ports: ports.map((port) => ({ protocol: 'TCP', port })) }];
  return made('NetworkPolicy', `${ns}/${name}-${direction.toLowerCase()}`, {
    podSelector: { matchLabels: { app: name } },
    policyTypes: [direction],
    [direction.toLowerCase()]: ports.length === 0 ? [] : rules,
  });
}

type Words = Partial<Omit<Request, 'source' | 'destination' | 'port'>>;

/**
 * Asks about a TCP connection, all of which is said. Ends: `NAMESPACE/NAME` a pod, `svc:NAMESPACE/NAME` a Service, `node:NAME`, else an address.
 */
export function ask(
  cluster: Cluster,
  from: string,
  to: string,
  port: number | string,
  more: Words = {},
): Verdict {
  const source = endOf(from) as Endpoint;
  return decide(cluster, { source, destination: endOf(to), port, protocol: 'TCP', complete: true, ...more });
}

function endOf(text: string): Endpoint | ServiceReference {
  if (text.startsWith('node:')) return { kind: 'node', name: text.slice('node:'.length) };
  const [kind, rest] = text.startsWith('svc:')
    ? (['service', text.slice(4)] as const)
    : (['pod', text] as const);
  const [ns, name] = rest.split('/');
  return name === undefined ? { kind: 'address', address: text } : { kind, namespace: ns!, name };
}

/** `deny: ingress policy at node of shop/db` */
export function told({ outcome, decidedBy }: Verdict): string {
  return `${outcome}: ${decidedBy.layer} at ${placeOf(decidedBy)}`;
}

function placeOf({ at }: Step): string {
  return `${at.kind} of ${'pod' in at ? at.pod : 'name' in at ? at.name : at.address}`;
}

/** The facts that an unknown verdict names. */
export function missing({ missing: facts }: Verdict): readonly string[] {
  return facts.map(nameOf).sort();
}

function nameOf(fact: Fact): string {
  switch (fact.kind) {
    case 'namespace label':
      return `label ${fact.key} of ${fact.namespace}`;
    case 'pod address':
    case 'pod node':
      return `${fact.kind} of ${fact.pod}`;
    case 'external address':
      return `address of ${fact.host}`;
    case 'authorizer answer':
      return `answer of ${fact.provider}`;
    case 'request':
      return fact.field;
    case 'unread policy':
      return `${fact.object.kind} ${qualifiedName(fact.object)}`;
    case 'implementation':
      return fact.topic;
    default:
      return fact.kind;
  }
}

/** The transport and the identity that a connection to this place came with. */
export function arrival(
  verdict: Verdict,
  place: string,
): { transport: string; identity: string | undefined } | undefined {
  const found = verdict.steps.find((step) => placeOf(step) === place && step.because.kind === 'tls');
  const because = found?.because as Extract<Reason, { kind: 'tls' }> | undefined;
  return because && { transport: because.transport, identity: because.identity };
}
