import { type Cluster, type ClusterPod, ownerOfAddress } from '../cluster/index.ts';
import { canonicalAddress, type Endpoint, parseAddress, type ServiceReference } from '../model/index.ts';
import { closest } from './closest.ts';
import { type EndpointText, shortKind } from './endpoint-text.ts';
import { inputError, usageError } from './exit.ts';

/** An end of a request, found in the cluster. */
export interface Resolved<T> {
  readonly end: T;
  /** What has to be told of how the name was read. */
  readonly notes: readonly string[];
}

/** The pods that a name may stand for, by the object that has the name. */
interface NamedPods {
  readonly kind: string;
  readonly name: string;
  readonly pods: readonly string[];
}

/** Finds the sender. `namespace` is that of names that have none. Throws a usage error, or an input error with what is nearest. */
export function resolveSource(
  cluster: Cluster,
  written: EndpointText,
  namespace: string,
): Resolved<Endpoint> {
  const text = kindOrNamespace(cluster, written, namespace);
  switch (text.kind) {
    case 'url':
      throw usageError('a URL names a destination; FROM is a pod, a workload, a node or an address');
    case 'address':
      return { end: { kind: 'address', address: canonicalAddress(text.address) }, notes: [] };
    case 'node':
      return resolveNode(cluster, text.name);
    case 'object':
      if (text.objectKind === 'Service') {
        throw usageError('a Service sends nothing; FROM is a pod, a workload, a node or an address');
      }
      return resolvePods(cluster, text.namespace ?? namespace, text.name, text.objectKind);
    case 'host': {
      const [name, inside] = splitHost(text.host);
      return resolvePods(cluster, inside ?? namespace, name, undefined);
    }
  }
}

/**
 * Finds the receiver. Host names are looked up as the DNS of the cluster does, short names in `namespace`; a host that is no Service may be a pod or
 * workload. `source` tells replicas of one workload apart. Throws a usage error, or an input error with what is nearest.
 */
export function resolveDestination(
  cluster: Cluster,
  written: EndpointText,
  namespace: string,
  source: Endpoint,
): Resolved<Endpoint | ServiceReference> {
  const text = kindOrNamespace(cluster, written, namespace);
  switch (text.kind) {
    case 'url':
      return resolveHost(cluster, text.url.host, namespace, undefined);
    case 'host':
      if (text.outside === true) return { end: { kind: 'host', host: text.host.toLowerCase() }, notes: [] };
      return resolveHost(cluster, text.host, namespace, source);
    case 'address':
      return { end: { kind: 'address', address: canonicalAddress(text.address) }, notes: [] };
    case 'node':
      return resolveNode(cluster, text.name);
    case 'object': {
      const inside = text.namespace ?? namespace;
      if (text.objectKind === 'Service') return resolveService(cluster, inside, text.name);
      const isPlain = text.objectKind === undefined && namedPods(cluster, inside, text.name).length === 0;
      if (isPlain && cluster.services.has(`${inside}/${text.name}`)) {
        return resolveService(cluster, inside, text.name);
      }
      return resolvePods(cluster, inside, text.name, text.objectKind, source);
    }
  }
}

/** `jobs/report` is a Job where there is one of that name, else what has the name in the namespace `jobs`. */
function kindOrNamespace(cluster: Cluster, text: EndpointText, namespace: string): EndpointText {
  if ((text.kind !== 'object' && text.kind !== 'node') || text.orNamespace === undefined) return text;
  const { name, orNamespace, port } = text;
  if (text.kind === 'node' ? cluster.nodes.has(name) : isOfKind(cluster, text, namespace)) return text;
  const key = `${orNamespace}/${name}`;
  if (namedPods(cluster, orNamespace, name).length === 0 && !cluster.services.has(key)) return text;
  return { kind: 'object', namespace: orNamespace, name, ...(port === undefined ? {} : { port }) };
}

function isOfKind(
  cluster: Cluster,
  { objectKind, name }: Extract<EndpointText, { kind: 'object' }>,
  namespace: string,
): boolean {
  if (objectKind === 'Service') return cluster.services.has(`${namespace}/${name}`);
  return namedPods(cluster, namespace, name).some((named) => isKind(named, objectKind));
}

function isKind(named: NamedPods, kind: string | undefined): boolean {
  return kind === undefined || named.kind === kind || (kind === 'Pod' && named.kind === 'Gateway');
}

function resolveHost(
  cluster: Cluster,
  host: string,
  namespace: string,
  source: Endpoint | undefined,
): Resolved<Endpoint | ServiceReference> {
  if (parseAddress(host) !== undefined) {
    return { end: { kind: 'address', address: canonicalAddress(host) }, notes: [] };
  }
  const [name, given, rest] = splitHost(host);
  const inside = given ?? namespace;
  const inCluster = rest === undefined || rest === 'svc' || rest.startsWith('svc.');
  if (inCluster && cluster.services.has(`${inside}/${name}`)) return resolveService(cluster, inside, name);
  if (source !== undefined && rest === undefined && namedPods(cluster, inside, name).length > 0) {
    return resolvePods(cluster, inside, name, undefined, source);
  }
  if (inCluster && cluster.namespaces.has(inside)) {
    throw notFound('Service', `${inside}/${name}`, destinationNames(cluster));
  }
  if (isServiceEntryHost(cluster, host))
    return { end: { kind: 'host', host: host.toLowerCase() }, notes: [] };
  throw inputError(`${host} is not a Service of this cluster`, [
    `for a host outside the cluster write host/${host}, or its IP address`,
    ...nearest(host, destinationNames(cluster)),
  ]);
}

/** A ServiceEntry vouches for a host outside: it is no slip of the pen. */
function isServiceEntryHost(cluster: Cluster, host: string): boolean {
  const name = host.toLowerCase();
  return cluster.serviceEntries.some(({ spec }) =>
    spec.hosts.some((known) => (known.startsWith('*.') ? name.endsWith(known.slice(1)) : known === name)),
  );
}

/** `name`, `name.namespace`, `name.namespace.svc.cluster.local`: the name, the namespace and what follows. */
function splitHost(host: string): readonly [name: string, namespace?: string, rest?: string] {
  const [name = '', namespace, ...others] = host.replace(/\.$/, '').toLowerCase().split('.');
  if (namespace === undefined) return [name];
  return others.length === 0 ? [name, namespace] : [name, namespace, others.join('.')];
}

function resolveService(cluster: Cluster, namespace: string, name: string): Resolved<ServiceReference> {
  if (cluster.services.has(`${namespace}/${name}`)) {
    return { end: { kind: 'service', namespace, name }, notes: [] };
  }
  const services = [...cluster.services.keys()].map((key) => key.replace('/', '/svc/'));
  throw notFound('Service', `${namespace}/${name}`, services);
}

function resolveNode(cluster: Cluster, name: string): Resolved<Endpoint> {
  if (cluster.nodes.has(name)) return { end: { kind: 'node', name }, notes: [] };
  throw notFound(
    'Node',
    name,
    [...cluster.nodes.keys()].map((node) => `node/${node}`),
  );
}

function resolvePods(
  cluster: Cluster,
  namespace: string,
  name: string,
  kind: string | undefined,
  peer?: Endpoint,
): Resolved<Endpoint> {
  const found = namedPods(cluster, namespace, name).filter((named) => isKind(named, kind));
  const [first, ...others] = found;
  if (first === undefined) {
    const what = kind ?? 'pod or workload';
    throw notFound(what, `${namespace}/${name}`, sourceNames(cluster));
  }
  if (others.length > 0) {
    throw inputError(
      `${namespace}/${name} may be several things`,
      found.map((named) => `${namespace}/${shortKind(named.kind)}/${named.name}`),
    );
  }
  const { pods } = first;
  const [only, second] = pods;
  const label = `${first.kind} ${namespace}/${name}`;
  if (only === undefined) throw inputError(`${label} has no pods`, ['its replicas are 0']);
  const peerKey = peer?.kind === 'pod' ? `${peer.namespace}/${peer.name}` : undefined;
  const pod = cluster.pods.get(only === peerKey ? (second ?? only) : only)!;
  return { end: { kind: 'pod', namespace, name: pod.name }, notes: notesOf(label, pods, pod, cluster) };
}

function notesOf(label: string, pods: readonly string[], pod: ClusterPod, cluster: Cluster): string[] {
  if (pods.length < 2) return [];
  if (pod.key !== pods[0]) return [`${label} at both ends: the request goes to another of its pods`];
  const isGiven = pods.some((key) => cluster.pods.get(key)!.object.kind === 'Pod');
  return isGiven ? [`${label} has ${pods.length} pods; the answer is for ${pod.key}`] : [];
}

/** Everything with pods that has this name: workloads, bare pods, pods of a workload, and pods that istiod makes for a Gateway. */
function namedPods(cluster: Cluster, namespace: string, name: string): NamedPods[] {
  const key = `${namespace}/${name}`;
  const named: NamedPods[] = [];
  for (const workload of cluster.workloads.values()) {
    if (workload.namespace === namespace && workload.name === name) {
      named.push({ kind: workload.kind, name, pods: workload.pods });
    }
  }
  const pod = cluster.pods.get(key);
  if (pod !== undefined && !named.some(({ pods }) => pods.includes(key))) {
    named.push({ kind: pod.object.kind === 'Gateway' ? 'Gateway' : 'Pod', name, pods: [key] });
  }
  return named;
}

function sourceNames(cluster: Cluster): string[] {
  const workloads = [...cluster.workloads.values()].map(
    ({ namespace, kind, name }) => `${namespace}/${shortKind(kind)}/${name}`,
  );
  const pods = [...cluster.pods.values()]
    .filter(({ object: { kind } }) => kind === 'Pod' || kind === 'Gateway')
    .map((pod) => `${pod.namespace}/${shortKind(pod.object.kind)}/${pod.name}`);
  return [...workloads, ...pods];
}

function destinationNames(cluster: Cluster): string[] {
  const services = [...cluster.services.keys()].map((key) => key.replace('/', '/svc/'));
  return [...services, ...sourceNames(cluster)];
}

function notFound(kind: string, name: string, candidates: readonly string[]): Error {
  return inputError(`no ${kind} ${name} in the manifests`, nearest(name, candidates));
}

function nearest(name: string, candidates: readonly string[]): string[] {
  const near = closest(name, candidates);
  return near.length === 0 ? [] : ['closest:', ...near.map((text) => `  ${text}`)];
}

/** The namespace that short names are looked up in: the sender's where it is a pod. An address of a pod is that pod. */
export function callerNamespace(cluster: Cluster, source: Endpoint, otherwise: string): string {
  if (source.kind === 'pod') return source.namespace;
  if (source.kind === 'node' || source.kind === 'host') return otherwise;
  const owner = ownerOfAddress(cluster, source.address);
  return owner.kind === 'pod' ? owner.pod.namespace : otherwise;
}
