import { type Cluster, type ClusterNamespace, matchSelector } from '../../cluster/index.ts';
import { type LabelSelector, labelOf } from '../../model/index.ts';
import { podsOfPeer } from '../check/index.ts';
import type { DataPlane, PodPeer, Surroundings } from '../components/index.ts';

/** Labels of a namespace by which its pods come into the mesh, in the order in which they count. */
const askingLabels: readonly (readonly [key: string, value: string | undefined, plane: DataPlane])[] = [
  ['istio-injection', 'enabled', 'sidecar'],
  ['istio.io/dataplane-mode', 'ambient', 'ambient'],
  ['istio.io/rev', undefined, 'sidecar'],
];

/** Says of the namespaces of the mesh which data planes their pods are in, as a cluster shows it. */
export function markPlanes(cluster: Cluster, surroundings: Surroundings): Surroundings {
  const { mesh } = surroundings;
  if (mesh === undefined) return surroundings;
  const mark = (peer: PodPeer): PodPeer => {
    const planes = seenPlanes(cluster, peer);
    return planes === undefined ? peer : { ...peer, planes };
  };
  return { ...surroundings, mesh: mesh.map(mark) };
}

/** Data planes of the pods that a peer selects, and of those to come: what the labels of the namespaces ask for. Undefined where the cluster has not what tells. */
function seenPlanes(cluster: Cluster, peer: PodPeer): readonly DataPlane[] | undefined {
  const own = podsOfPeer(cluster, peer).filter(({ hostNetwork }) => !hostNetwork);
  if (own.some(({ membership }) => (membership.facts ?? []).length > 0)) return undefined;
  const spaces = [...cluster.namespaces.values()].filter(
    ({ name, labels }) => matchSelector(peer.namespaces, labels, name) === true,
  );
  const asked = spaces.flatMap((space) => planesAsked(space, peer));
  const kinds = new Set<string>([...own.map(({ membership }) => membership.kind), ...asked]);
  const planes = (['sidecar', 'ambient'] as const).filter((plane) => kinds.has(plane));
  return planes.length === 0 ? undefined : planes;
}

/** What a namespace asks for its pods; not for those that take themselves out of ambient mode. */
function planesAsked({ labels }: ClusterNamespace, { pods }: PodPeer): readonly DataPlane[] {
  const [, , plane] =
    askingLabels.find(([key, value]) => {
      const own = labelOf(labels.labels, key);
      return own !== undefined && (value === undefined || own === value);
    }) ?? [];
  if (plane === undefined) return [];
  if (plane === 'ambient' && pods?.matchLabels?.['istio.io/dataplane-mode'] === 'none') return [];
  return [plane];
}

/** Data planes of a peer: as a cluster showed them, or else as its own labels ask for; undefined where neither tells. A revision alone does not: it may stand beside either. */
export function planesOf({ namespaces, pods = {}, planes }: PodPeer): readonly DataPlane[] | undefined {
  if (planes !== undefined) return planes;
  const asks = (selector: LabelSelector): readonly DataPlane[] =>
    askingLabels.flatMap(([key, value, plane]) =>
      value !== undefined && requires(selector, key, value) ? [plane] : [],
    );
  const found = [...new Set([...asks(namespaces), ...asks(pods)])];
  return found.length === 0 ? undefined : found;
}

/** May pods of the peer be in this data plane, for all that is known? */
export function mayBeIn(plane: DataPlane, peer: PodPeer): boolean {
  return planesOf(peer)?.includes(plane) !== false;
}

function requires(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  key: string,
  value: string,
): boolean {
  return (
    matchLabels[key] === value ||
    matchExpressions.some(
      ({ key: each, operator, values = [] }) =>
        each === key && operator === 'In' && values.every((some) => some === value),
    )
  );
}

/** `namespaces kubernetes.io/metadata.name=shop`: the pods of a peer by their labels. */
export function peerInWords({ namespaces, pods }: PodPeer): string {
  const name = namespaces.matchLabels?.['kubernetes.io/metadata.name'];
  const where = name === undefined ? `namespaces ${inWords(namespaces)}` : `namespace ${name}`;
  return pods === undefined ? where : `${where} (${inWords(pods)})`;
}

function inWords({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const parts = [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values = [] }) =>
      `${key} ${operator} ${values.join(', ')}`.trimEnd(),
    ),
  ];
  return parts.length === 0 ? 'of any labels' : parts.join(', ');
}
