import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import {
  type Direction,
  type LabelSelector,
  labelOf,
  type NetworkPolicy,
  type NetworkPolicyPeer,
  parseAddress,
  type Step,
} from '../../model/index.ts';
import { decideConnection } from '../../verdict/index.ts';
import type { Surroundings } from '../components/index.ts';
import { podsOfPeer } from './peer-stand-ins.ts';
import type { Asked } from './rows.ts';
import type { Scene } from './scene.ts';
import type { PartyEnd, Role } from './types.ts';

const nameLabel = 'kubernetes.io/metadata.name';
const gatewayLabel = 'gateway.networking.k8s.io/gateway-name';

/** A peer of a rule that lets in (or to) the other end of a denied connection and as little else as labels can say; undefined stands for anyone. */
export type RepairPeer = NetworkPolicyPeer | undefined;

/** Peers, and where a rule of a policy is widened that lets the same ends connect already, whom that policy selects. */
export interface RepairPeers {
  readonly peers: readonly RepairPeer[];
  readonly selector?: LabelSelector;
}

/** The peers for `other`, the pod at the far end of a connection (undefined for an address) that is denied at the pod `subject`. */
export function peersFor(
  scene: Scene,
  asked: Asked,
  direction: Direction,
  subject: ClusterPod,
  other: string | undefined,
): RepairPeers {
  const { flow, source, destination } = asked;
  if (flow.id === 'ambient-tunnel') return tunnelPeers(scene, asked, direction, subject, other);
  const end = direction === 'egress' ? destination : source;
  const role = direction === 'egress' ? asked.to.role : asked.from.role;
  return { peers: endPeers(scene, end, role) };
}

/** One for each kind of pod that the end stands for. */
function endPeers(scene: Scene, end: PartyEnd, role: Role): readonly RepairPeer[] {
  // Whoever it will be, it is a pod of the cluster.
  if (end.unknown !== undefined) return [end.pods.length === 0 ? undefined : { namespaceSelector: {} }];
  if (end.pods.length === 0) return [addressPeer(end.cidr, addressOf(end))];
  const peers = end.pods.map((pod) => endPeer(scene, pod, role));
  return [...new Map(peers.map((peer) => [JSON.stringify(peer), peer])).values()];
}

function endPeer({ cluster, input }: Scene, pod: ClusterPod, role: Role): RepairPeer {
  if (pod.hostNetwork) return addressPeer(undefined, pod.addresses[0]);
  const told = toldPeer(cluster, input.surroundings, pod, role);
  return told ?? podPeer(pod, selectorLabels(pod, role, input.components));
}

function addressOf({ endpoint }: PartyEnd): string | undefined {
  return endpoint.kind === 'address' ? endpoint.address : undefined;
}

/** Namespaces are named by the label that the API server keeps. */
function podPeer({ namespace }: ClusterPod, labels: Readonly<Record<string, string>>): NetworkPolicyPeer {
  const namespaceSelector = { matchLabels: { [nameLabel]: namespace } };
  return Object.keys(labels).length === 0
    ? { namespaceSelector }
    : { namespaceSelector, podSelector: { matchLabels: labels } };
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

/** Labels that last: those of the chart, of the Gateway, or by which a Service selects the pod. */
function selectorLabels(
  pod: ClusterPod,
  role: Role,
  components: Scene['input']['components'],
): Readonly<Record<string, string>> {
  // Whatever runs in a namespace of the mesh needs it, what is still to come there, too.
  if (role === 'sidecar' || role === 'ambient') return {};
  if (role === 'istiod') return { app: 'istiod' };
  const own = components.find(
    ({ namespace, selector }) =>
      namespace === pod.namespace &&
      Object.keys(selector).length > 0 &&
      Object.entries(selector).every(([key, value]) => labelOf(pod.labels, key) === value),
  );
  if (own !== undefined) return own.selector;
  const gateway = labelOf(pod.labels, gatewayLabel);
  if (gateway !== undefined) return { [gatewayLabel]: gateway };
  if (role === 'monitoring') return { 'app.kubernetes.io/name': 'prometheus' };
  return pod.services.find(({ spec }) => spec.selector !== undefined)?.spec.selector ?? {};
}

/**
 * Peers for a tunnel: those of the rule that lets the same sender reach the port inside it; where a waypoint stands between, or no rule says it, the other end of the connection that is denied.
 */
function tunnelPeers(
  { cluster, input }: Scene,
  asked: Asked,
  direction: Direction,
  subject: ClusterPod,
  other: string | undefined,
): RepairPeers {
  const { witness } = asked.answer;
  const [own, expected] =
    direction === 'egress'
      ? [asked.source.pods[0], asked.destination.pods[0]]
      : [asked.destination.pods[0], asked.source.pods[0]];
  const pod = other === undefined ? undefined : cluster.pods.get(other);
  if (pod === undefined || pod.key === expected?.key) {
    const plain = decideConnection(cluster, {
      source: witness.source,
      destination: witness.destination,
      port: witness.port,
      protocol: witness.protocol,
    });
    const step = plain.steps.find(({ layer }) => layer === `${direction} policy`);
    const widened = step === undefined ? undefined : rulePeers(step, direction);
    // A waypoint has its policies apart from those of the pod behind it.
    if (widened !== undefined) return subject.key === own?.key ? widened : { peers: widened.peers };
  }
  const end = pod ?? expected;
  if (end === undefined) return { peers: [undefined] };
  const gateway = end.membership.kind === 'waypoint' || end.membership.kind === 'gateway';
  return { peers: [podPeer(end, gateway ? selectorLabels(end, 'waypoint', input.components) : {})] };
}

/** The peers of the NetworkPolicy rule that a step matched, as written; a peer of the policy's own namespace is one of ours, too. */
function rulePeers({ because }: Step, direction: Direction): RepairPeers | undefined {
  if (because.kind !== 'matched rule' || because.rule.policy.kind !== 'NetworkPolicy') return undefined;
  const { spec } = because.rule.policy as NetworkPolicy;
  const peers = spec[direction]?.[because.rule.path[2] as number]?.peers ?? [];
  return { peers: peers.length === 0 ? [undefined] : peers, selector: spec.podSelector };
}
