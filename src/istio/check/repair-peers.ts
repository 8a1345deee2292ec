import { type Cluster, type ClusterPod, selectsLabels } from '../../cluster/index.ts';
import { type Direction, labelOf, type NetworkPolicyPeer, parseAddress } from '../../model/index.ts';
import type { Surroundings } from '../components/index.ts';
import { podsOfPeer } from './peer-stand-ins.ts';
import { gatewayLabel, selectorsFor } from './repair-selectors.ts';
import type { Asked } from './rows.ts';
import type { Scene } from './scene.ts';
import type { Role } from './types.ts';

const nameLabel = 'kubernetes.io/metadata.name';

/** A peer of a rule; undefined stands for anyone. */
export type RepairPeer = NetworkPolicyPeer | undefined;

/** The other end of connections that are denied at a pod: pods with what they are there, and what is no pod, or named by the caller. */
export interface FarEnds {
  readonly pods: ReadonlyMap<ClusterPod, Role>;
  readonly peers: readonly RepairPeer[];
}

/** Who is at the other end of a denied connection; `other` is the pod there (undefined for an address). */
export function farEndsOf(
  scene: Scene,
  asked: Asked,
  direction: Direction,
  other: string | undefined,
): FarEnds {
  const { cluster, input } = scene;
  const [end, role] =
    direction === 'egress' ? [asked.destination, asked.to.role] : [asked.source, asked.from.role];
  const none = new Map<ClusterPod, Role>();
  // Whoever it will be, it is a pod of the cluster.
  if (end.unknown !== undefined)
    return { pods: none, peers: [end.pods.length === 0 ? undefined : { namespaceSelector: {} }] };
  const met = other === undefined ? undefined : cluster.pods.get(other);
  const between = met !== undefined && end.pods.length > 0 && !end.pods.includes(met);
  const all = between ? standsBetween(cluster, asked, met) : end.pods.map((pod) => [pod, role] as const);
  if (all.length === 0) return { pods: none, peers: [addressPeer(end.cidr, addressOf(end.endpoint))] };
  const pods = new Map<ClusterPod, Role>();
  const peers = new Map<string, RepairPeer>();
  for (const [pod, own] of all) {
    const peer = pod.hostNetwork
      ? addressPeer(undefined, pod.addresses[0])
      : toldPeer(cluster, input.surroundings, pod, own);
    if (pod.hostNetwork || peer !== undefined) peers.set(JSON.stringify(peer) ?? '', peer);
    else pods.set(pod, own);
  }
  return { pods, peers: [...peers.values()] };
}

/** The pods of a waypoint on the way; another pod may be the other side of the same connection. */
function standsBetween(
  cluster: Cluster,
  { source, destination, from, to }: Asked,
  met: ClusterPod,
): readonly (readonly [ClusterPod, Role])[] {
  if (source.pods.includes(met)) return source.pods.map((pod) => [pod, from.role]);
  if (destination.pods.includes(met)) return destination.pods.map((pod) => [pod, to.role]);
  return replicasOf(cluster, met).map((pod) => [pod, 'waypoint']);
}

/** The pods that run the same Gateway. */
export function replicasOf(cluster: Cluster, pod: ClusterPod): readonly ClusterPod[] {
  const gateway = labelOf(pod.labels, gatewayLabel);
  if (gateway === undefined) return [pod];
  return [...cluster.pods.values()].filter(
    ({ namespace, labels }) => namespace === pod.namespace && labelOf(labels, gatewayLabel) === gateway,
  );
}

function addressOf(endpoint: Asked['source']['endpoint']): string | undefined {
  return endpoint.kind === 'address' ? endpoint.address : undefined;
}

function addressPeer(cidr: string | undefined, address: string | undefined): RepairPeer {
  if (cidr !== undefined) return { ipBlock: { cidr } };
  const parsed = address === undefined ? undefined : parseAddress(address);
  if (parsed === undefined) return undefined;
  return { ipBlock: { cidr: `${address}/${parsed.family === 4 ? 32 : 128}` } };
}

/** The selectors by which the caller named who this pod is. */
function toldPeer(
  cluster: Cluster,
  surroundings: Surroundings,
  pod: ClusterPod,
  role: Role,
): NetworkPolicyPeer | undefined {
  const peers = {
    monitoring: surroundings.monitoring,
    DNS: surroundings.dns?.flatMap(({ pods }) => pods ?? []),
    'JWKS server': surroundings.jwks?.flatMap(({ pods }) => pods ?? []),
    istiod: surroundings.istiod,
  }[role as string];
  const found = peers?.find((peer) => podsOfPeer(cluster, peer).includes(pod));
  if (found === undefined) return undefined;
  return {
    namespaceSelector: found.namespaces,
    ...(found.pods !== undefined && { podSelector: found.pods }),
  };
}

/** Peers that name pods by labels, and no other pod that labels can tell apart; namespaces by the label that the API server keeps. `harmless`: pods that may be named as well. */
export function peersFor(
  { cluster, input }: Scene,
  pods: ReadonlyMap<ClusterPod, Role>,
  harmless: ReadonlySet<ClusterPod>,
): readonly NetworkPolicyPeer[] {
  const namespaces = Map.groupBy(pods.keys(), ({ namespace }) => namespace);
  return [...namespaces].flatMap(([namespace, own]) =>
    selectorsFor({
      pods: new Set(own),
      harmless,
      all: subjectsIn(cluster, namespace),
      within: () => [{}],
      told: (pod) => labelsOf(pod, pods.get(pod)!, input.components),
      wide: own.some((pod) => isPlain(pods.get(pod)!)),
    }).map((podSelector) => ({
      namespaceSelector: { matchLabels: { [nameLabel]: namespace } },
      ...(Object.keys(podSelector).length > 0 && { podSelector }),
    })),
  );
}

/** Pods that peers name and need not: no label tells them apart. */
export function namedBeyond(
  { cluster }: Scene,
  peers: readonly NetworkPolicyPeer[],
  wanted: ReadonlySet<ClusterPod>,
): readonly ClusterPod[] {
  return peers.flatMap(({ namespaceSelector, podSelector }) =>
    subjectsIn(cluster, namespaceSelector?.matchLabels?.[nameLabel] ?? '').filter(
      (pod) => !wanted.has(pod) && selectsLabels(podSelector, pod.labels),
    ),
  );
}

/** The pods of a namespace that policies apply to. */
export function subjectsIn(cluster: Cluster, namespace: string): readonly ClusterPod[] {
  return [...cluster.pods.values()].filter((pod) => pod.namespace === namespace && !pod.hostNetwork);
}

/** Whatever runs in a namespace of the mesh: what is still to come there is meant, too. */
export function isPlain(role: Role): boolean {
  return role === 'sidecar' || role === 'ambient';
}

/** Labels that last: those of the chart, of the Gateway, or by which a Service selects the pod. */
export function labelsOf(
  pod: ClusterPod,
  role: Role,
  components: Scene['input']['components'],
): readonly Readonly<Record<string, string>>[] {
  const own = components.find(
    ({ namespace, selector }) =>
      namespace === pod.namespace &&
      Object.keys(selector).length > 0 &&
      selectsLabels({ matchLabels: selector }, pod.labels),
  );
  const gateway = labelOf(pod.labels, gatewayLabel);
  return [
    ...(role === 'istiod' ? [{ app: 'istiod' }] : []),
    ...(role === 'monitoring' ? [{ 'app.kubernetes.io/name': 'prometheus' }] : []),
    ...(own === undefined ? [] : [own.selector]),
    ...(gateway === undefined ? [] : [{ [gatewayLabel]: gateway }]),
    ...pod.services.flatMap(({ spec }) => (spec.selector === undefined ? [] : [spec.selector])),
  ].filter((labels) => selectsLabels({ matchLabels: labels }, pod.labels));
}
