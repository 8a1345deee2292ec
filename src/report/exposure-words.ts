import { formatSelector, listNames, listWords } from '../model/index.ts';
import type { ExposureItem, ExposurePeer, NamespaceShape } from '../reach/index.ts';

/** Who is meant: `any pod`, `pods in namespaces with env=prod with app=web`, `outside 203.0.113.0/24`. */
export function describePeer(peer: ExposurePeer): string {
  return peer.kind === 'outside' ? peer.end.label : describePods([peer]);
}

type PodPeer = Extract<ExposurePeer, { kind: 'pods' }>;

/**
 * Pods with the same part in the mesh: of the same namespaces and told by labels, or by their service account; or any pod of these namespaces.
 */
function describePods(peers: readonly PodPeer[]): string {
  const { shape, mesh } = peers[0]!;
  const isTold = shape.pods !== undefined || shape.account !== undefined;
  const labels = peers.flatMap(({ shape: { pods } }) => (pods === undefined ? [] : [formatSelector(pods)]));
  const accounts = peers.flatMap(({ shape: { account } }) => account ?? []);
  return [
    isTold ? 'pods' : 'any pod',
    meshWords[mesh],
    isTold || peers.length === 1
      ? describeNamespaces(shape.where, isTold)
      : `in namespaces ${listNamespaces(peers)}`,
    labels.length === 0 ? '' : `with ${labels.join(' or ')}`,
    accounts.length === 0 ? '' : `as service account ${accounts.join(' or ')}`,
  ]
    .filter((text) => text !== '')
    .join(' ');
}

/** Equal for pods that `describePods` tells together. */
function placeKey({ shape: { where, pods, account }, mesh }: PodPeer): string {
  if (pods === undefined && account === undefined && where.kind === 'named' && where.exists)
    return `${mesh} named`;
  return JSON.stringify([where, mesh, pods === undefined, account === undefined]);
}

/** Of many namespaces so many are named. */
const mostNamespaces = 5;

function listNamespaces(peers: readonly PodPeer[]): string {
  const names = peers.flatMap(({ shape: { where } }) => ('name' in where ? where.name : []));
  return listNames(names, mostNamespaces);
}

const meshWords = {
  any: '',
  none: 'outside the mesh',
  sidecar: 'with a sidecar',
  ambient: 'in ambient mode',
} as const;

function describeNamespaces(where: NamespaceShape, told: boolean): string {
  switch (where.kind) {
    case 'any':
      return told ? 'in any namespace' : '';
    case 'named':
      return `in namespace ${where.name}${where.exists ? '' : ' (not in the manifests)'}`;
    case 'labelled':
      return `in namespaces with ${formatSelector(where.selector)}`;
    case 'pattern':
      return `in namespaces named ${where.pattern}`;
  }
}

/** Peers in one line; pods of the same namespaces together, and all addresses outside as one. */
export function describePeers(peers: readonly ExposurePeer[], outside: number): string {
  const pods = peers.filter((peer) => peer.kind === 'pods');
  const ranges = peers.filter((peer) => peer.kind === 'outside');
  const isAll = ranges.length > 1 && ranges.length === outside;
  const places = Map.groupBy(pods, placeKey);
  const names = [
    ...[...places.values()].map(describePods),
    ...(isAll ? ['everything outside'] : ranges.map(describePeer)),
  ];
  return names.some((name) => name.includes(',')) ? names.join('; ') : listWords(names);
}

/** Items with equal keys together, in the order in which they come. */
export function groupItems(
  items: readonly ExposureItem[],
  key: (item: ExposureItem) => string,
): ReadonlyMap<string, readonly ExposurePeer[]> {
  const groups = Map.groupBy(items, key);
  return new Map([...groups].map(([text, own]) => [text, own.map(({ peer }) => peer)]));
}
