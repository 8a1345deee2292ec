import {
  type Cluster,
  type ClusterPod,
  type LabelAssumption,
  matchSelector,
  selectsLabels,
} from '../../cluster/index.ts';
import { readManifests } from '../../manifest/index.ts';
import { type LabelSelector, labelOf, type ModelObject } from '../../model/index.ts';
import type { PodPeer, Surroundings } from '../components/index.ts';

/** How sources of stand-ins are called. */
export const standInSource = 'stand-in for ';

/** True for pods that no manifest of the user shows. */
export function isMadeUp({ object }: ClusterPod): boolean {
  return object.origin.source.name.startsWith(standInSource);
}

/** A made-up pod for a peer that selects none in the cluster. */
export interface PeerStandIn {
  readonly peer: PodPeer;
  readonly namespace: string;
  readonly name: string;
  /** A proxy of the mesh, or a control plane. */
  readonly member: boolean;
}

/** The pod that stands for proxies which are still to come. */
export const comingProxy = { namespace: 'proxies-to-come', name: 'proxy' } as const;

/** It is a pod in a namespace of its own; nothing else is known of it. A container of its proxy would make the cluster one with sidecars. */
export function comingProxyObjects(): readonly ModelObject[] {
  const text = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: comingProxy,
    spec: { containers: [{ name: 'main', image: 'auto' }] },
  });
  return readManifests([{ name: `${standInSource}mesh`, text }]).objects;
}

/** What has to be added to a cluster so that each peer of the surroundings selects a pod. */
export interface PeerStandIns {
  readonly objects: readonly ModelObject[];
  readonly assumptions: readonly LabelAssumption[];
  readonly peers: readonly PeerStandIn[];
}

/** The pods that a peer selects for certain. */
export function podsOfPeer(cluster: Cluster, { namespaces, pods = {} }: PodPeer): readonly ClusterPod[] {
  return [...cluster.pods.values()].filter((pod) => {
    const labels = cluster.namespaces.get(pod.namespace)?.labels ?? { labels: {}, complete: false };
    return matchSelector(namespaces, labels, pod.namespace) === true && selectsLabels(pods, pod.labels);
  });
}

/** Makes up a pod for every peer of the surroundings that selects none. What its selectors do not say is not known of it, but for its own labels. */
export function standInsForPeers(cluster: Cluster, surroundings: Surroundings): PeerStandIns {
  const wanted: readonly (readonly [Word, PodPeer | undefined])[] = [
    ...(surroundings.monitoring ?? []).map((peer) => ['monitoring', peer] as const),
    ...(surroundings.dns ?? []).map(({ pods }) => ['dns', pods] as const),
    ...(surroundings.jwks ?? []).map(({ pods }) => ['jwks', pods] as const),
    ...(surroundings.external ?? []).map(({ pods }) => ['external', pods] as const),
    ...(surroundings.istiod ?? []).map((peer) => ['istiod', peer] as const),
    ...(surroundings.mesh ?? []).map((peer) => ['mesh', peer] as const),
    ...(surroundings.gateways ?? []).map((peer) => ['gateway', peer] as const),
  ];
  const objects: ModelObject[] = [];
  const assumptions: LabelAssumption[] = [];
  const peers: PeerStandIn[] = [];
  for (const [i, [word, peer]] of wanted.entries()) {
    if (peer === undefined || podsOfPeer(cluster, peer).length > 0) continue;
    const home = homeOf(cluster, peer.namespaces, `stand-in-${word}-${i}`);
    const name = `${word}-stand-in-${i}`;
    const member = word === 'mesh' || word === 'gateway' || word === 'istiod';
    const proxy = word === 'gateway' || (word === 'mesh' && !isAmbient(cluster, home));
    const text = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: home.name, name, ...partOf(word, labelsOf(peer.pods ?? {})) },
      spec: { containers: [{ name: proxy ? 'istio-proxy' : 'main', image: 'auto' }] },
    });
    objects.push(...readManifests([{ name: `${standInSource}${word}`, text }]).objects);
    for (const [key, value] of Object.entries(home.labels))
      assumptions.push({ kind: 'Namespace', namespace: '', name: home.name, key, value });
    peers.push({ peer, namespace: home.name, name, member });
  }
  return { objects, assumptions, peers };
}

type Word = 'monitoring' | 'dns' | 'jwks' | 'external' | 'istiod' | 'mesh' | 'gateway';

/** Labels and annotations by which the stand-in is taken for what it stands for. */
function partOf(word: Word, labels: Readonly<Record<string, string>>): object {
  if (word === 'istiod') return { labels: { app: 'istiod', ...labels } };
  return word === 'gateway'
    ? { labels, annotations: { 'inject.istio.io/templates': 'gateway' } }
    : { labels };
}

interface Home {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A namespace of the cluster that the selector picks, or one made up with the labels that it asks for. */
function homeOf(cluster: Cluster, selector: LabelSelector, madeUp: string): Home {
  for (const { name, labels } of cluster.namespaces.values())
    if (matchSelector(selector, labels, name) === true) return { name, labels: {} };
  const labels = labelsOf(selector);
  return { name: labels['kubernetes.io/metadata.name'] ?? madeUp, labels };
}

/** In an ambient namespace any pod is in the mesh; elsewhere a sidecar makes it so. */
function isAmbient(cluster: Cluster, { name, labels }: Home): boolean {
  const known = cluster.namespaces.get(name)?.labels.labels ?? {};
  const mode = labelOf(labels, 'istio.io/dataplane-mode') ?? labelOf(known, 'istio.io/dataplane-mode');
  return mode === 'ambient';
}

/** Labels that a selector is content with, but for what it excludes. */
export function labelsOf({
  matchLabels = {},
  matchExpressions = [],
}: LabelSelector): Readonly<Record<string, string>> {
  const labels: Record<string, string> = { ...matchLabels };
  for (const { key, operator, values = [] } of matchExpressions) {
    if (operator === 'In') labels[key] ??= values[0] ?? '';
    if (operator === 'Exists') labels[key] ??= 'true';
  }
  return labels;
}
