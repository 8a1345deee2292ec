import {
  type Cluster,
  type ClusterNamespace,
  type ClusterPod,
  type Membership,
  selectsLabels,
  type Workload,
} from '../cluster/index.ts';
import type { KindedObject, KnownLabels, LabelSelector, Labels, Origin } from '../model/index.ts';
import { type NamespaceShape, type PeerShape, shapeKey } from './peer-shape.ts';

/** Whether a pod takes part in the mesh: as one that could exist may, or may not. */
export type MeshPart = 'sidecar' | 'ambient' | 'none';

/** A pod that stands for all of a shape. */
export interface MadeUpPod {
  readonly shape: PeerShape;
  readonly mesh: MeshPart;
  readonly pod: ClusterPod;
}

/** A cluster with pods that could exist. */
export interface ExtendedCluster {
  readonly cluster: Cluster;
  readonly madeUp: readonly MadeUpPod[];
}

const nameLabel = 'kubernetes.io/metadata.name';

/** No name in Kubernetes holds a star, so nothing that is made up hides or looks like something real. */
const sign = '*';

/**
 * Adds a pod for every shape and part in the mesh. What a shape does not ask for, the pod does not have: labels, ports, a Service, an account that somebody
 * names. A shape that contradicts itself has no pod.
 */
export function addMadeUpPods(
  cluster: Cluster,
  shapes: readonly PeerShape[],
  parts: readonly MeshPart[],
): ExtendedCluster {
  const namespaces = new Map(cluster.namespaces);
  const pods = new Map(cluster.pods);
  const workloads = new Map(cluster.workloads);
  const places = new Map<string, ClusterNamespace>();
  const madeUp: MadeUpPod[] = [];
  for (const shape of shapes) {
    const key = shapeKey({ ...shape, pods: undefined, account: undefined });
    const place = places.get(key) ?? placeOf(shape.where, cluster, places.size + 1);
    const labels = minimalLabels(shape.pods);
    if (place === undefined || labels === undefined) continue;
    places.set(key, place);
    namespaces.set(place.name, place);
    for (const mesh of parts) {
      // Outside the mesh nobody has an identity.
      if (shape.account !== undefined && mesh === 'none') continue;
      const name = `${sign}${madeUp.length + 1}`;
      const pod = makePod({ place, name, labels, account: shape.account ?? sign, mesh });
      pods.set(pod.key, pod);
      workloads.set(`${place.name}/Pod/${name}`, workloadOf(pod));
      madeUp.push({ shape, mesh, pod });
    }
  }
  return { cluster: { ...cluster, namespaces, pods, workloads }, madeUp };
}

function placeOf(where: NamespaceShape, cluster: Cluster, number: number): ClusterNamespace | undefined {
  switch (where.kind) {
    case 'any':
      return namespace(`${sign}${number}`, {});
    case 'pattern':
      return namespace(where.pattern, {});
    case 'named':
      return cluster.namespaces.get(where.name) ?? namespace(where.name, {});
    case 'labelled': {
      const labels = minimalLabels(where.selector);
      return labels === undefined ? undefined : namespace(labels[nameLabel] ?? `${sign}${number}`, labels);
    }
  }
}

function namespace(name: string, labels: Labels): ClusterNamespace {
  const known: KnownLabels = { labels: { ...labels, [nameLabel]: name }, complete: true };
  return { name, labels: known };
}

/** The fewest labels that a selector holds for; undefined where no labels do. */
export function minimalLabels(selector: LabelSelector | undefined): Labels | undefined {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  const labels: Record<string, string> = { ...matchLabels };
  for (const { key, operator, values = [] } of matchExpressions) {
    if (operator === 'NotIn' || operator === 'DoesNotExist' || key in labels) continue;
    const refused = new Set(
      matchExpressions.flatMap((other) =>
        other.key === key && other.operator === 'NotIn' ? (other.values ?? []) : [],
      ),
    );
    const value = operator === 'Exists' ? sign : values.find((each) => !refused.has(each));
    if (value === undefined) return undefined;
    labels[key] = value;
  }
  return selectsLabels(selector, labels) ? labels : undefined;
}

interface PodPlan {
  readonly place: ClusterNamespace;
  readonly name: string;
  readonly labels: Labels;
  readonly account: string;
  readonly mesh: MeshPart;
}

const membershipOf: Readonly<Record<MeshPart, Membership>> = {
  sidecar: { kind: 'sidecar', why: 'made up with a sidecar' },
  ambient: { kind: 'ambient', why: 'made up in ambient mode' },
  none: { kind: 'none', why: 'made up outside the mesh' },
};

function makePod({ place, name, labels, account, mesh }: PodPlan): ClusterPod {
  const namespace = place.name;
  const annotations: Labels = mesh === 'ambient' ? { 'ambient.istio.io/redirection': 'enabled' } : {};
  return {
    key: `${namespace}/${name}`,
    namespace,
    name,
    labels,
    annotations,
    serviceAccount: account,
    hostNetwork: false,
    node: undefined,
    addresses: [],
    ports: [],
    ready: true,
    services: [],
    owner: undefined,
    membership: membershipOf[mesh],
    enrolment: {
      namespace,
      labels,
      annotations,
      hostNetwork: false,
      containers: mesh === 'sidecar' ? [{ name: 'istio-proxy' }] : [],
      observed: true,
      gateway: false,
      waypoint: false,
    },
    policyTarget: { namespace, labels, waypoint: false, services: [] },
    object: objectOf(namespace, name, labels),
    view: { namespace, name, labels, namespaceLabels: place.labels, ports: [] },
  };
}

function objectOf(namespace: string, name: string, labels: Labels): KindedObject {
  const source = { name: 'made up', text: '' };
  const origin: Origin = { source, start: 0, end: 0, locate: () => ({ source, start: 0, end: 0 }) };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels, annotations: {} }, origin };
}

function workloadOf({ namespace, name, key, object }: ClusterPod): Workload {
  return { namespace, kind: object.kind, name, pods: [key], object };
}
