import type { Cluster, ClusterPod, UnreadableObject } from '../cluster/index.ts';
import type { Fact, KindedObject } from '../model/index.ts';

/** Kinds that change what a proxy does with a request; every other unread policy kind works on packets. */
const proxyKinds = new Set(['EnvoyFilter', 'WasmPlugin', 'ProxyConfig', 'Telemetry']);

const networkKinds = new Set([
  'NetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
]);
const proxyPolicyKinds = new Set([
  'AuthorizationPolicy',
  'PeerAuthentication',
  'RequestAuthentication',
  'DestinationRule',
]);

/** Facts about policies that work on packets to or from `pod` and that nobody here can read. */
export function unreadNetworkPolicies(cluster: Cluster, pod: ClusterPod): readonly Fact[] {
  if (cluster.foreign.length === 0 && cluster.unreadable.length === 0) return [];
  return [
    ...cluster.foreign
      .filter((object) => !proxyKinds.has(object.kind) && reaches(object, [pod.namespace]))
      .map(foreign),
    ...cluster.unreadable.filter((object) => couldBe(object, networkKinds, [pod.namespace])).map(unreadable),
  ];
}

/** Facts about policies that a proxy or ztunnel enforces at `pod`; those of Istio's root namespace count everywhere. */
export function unreadProxyPolicies(cluster: Cluster, pod: ClusterPod): readonly Fact[] {
  if (cluster.foreign.length === 0 && cluster.unreadable.length === 0) return [];
  const namespaces = [pod.namespace, cluster.mesh.rootNamespace];
  return [
    ...cluster.foreign
      .filter((object) => proxyKinds.has(object.kind) && reaches(object, namespaces))
      .map(foreign),
    ...cluster.unreadable.filter((object) => couldBe(object, proxyPolicyKinds, namespaces)).map(unreadable),
  ];
}

function reaches(object: KindedObject, namespaces: readonly string[]): boolean {
  return object.metadata.namespace === '' || namespaces.includes(object.metadata.namespace);
}

/** An object of which not even the kind could be read could be anything, anywhere. */
function couldBe(
  object: UnreadableObject,
  kinds: ReadonlySet<string>,
  namespaces: readonly string[],
): boolean {
  if (object.kind !== undefined && !kinds.has(object.kind)) return false;
  return object.namespace === undefined || object.namespace === '' || namespaces.includes(object.namespace);
}

function foreign(object: KindedObject): Fact {
  return { kind: 'unread policy', object, why: `${object.kind} is not a kind that Portcullis reads` };
}

function unreadable({ object, why }: UnreadableObject): Fact {
  return { kind: 'unread policy', object, why };
}
