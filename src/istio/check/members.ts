import type { ClusterPod } from '../../cluster/index.ts';
import { labelOf } from '../../model/index.ts';
import type { Scene } from './scene.ts';

/** The pods of the cluster by their part in the mesh, less those of components. */
export interface Members {
  readonly sidecars: readonly ClusterPod[];
  readonly ambient: readonly ClusterPod[];
  /** Gateways that no component is: those of the Gateway API, and injected ones. */
  readonly gateways: readonly ClusterPod[];
  readonly waypoints: readonly ClusterPod[];
  /** Namespaces of which nobody said whether their pods are in the mesh, sorted. */
  readonly undecided: readonly string[];
  /** Control planes that no component is, by namespace and revision. */
  readonly istiods: readonly (readonly ClusterPod[])[];
  /** Node agents that no component is, by namespace and workload. */
  readonly cnis: readonly (readonly ClusterPod[])[];
  readonly ztunnels: readonly (readonly ClusterPod[])[];
}

/** Nobody puts these into a mesh. */
const systemNamespaces = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']);

/** Sorts the pods of a cluster by their part in the mesh. */
export function membersOf({ cluster, components, peers, coming }: Scene): Members {
  const taken = new Set([
    ...(coming === undefined ? [] : [coming.key]),
    ...components.flatMap(({ pods }) => pods.map(({ key }) => key)),
    ...peers.filter(({ member }) => !member).map(({ namespace, name }) => `${namespace}/${name}`),
  ]);
  const sidecars: ClusterPod[] = [];
  const ambient: ClusterPod[] = [];
  const gateways: ClusterPod[] = [];
  const waypoints: ClusterPod[] = [];
  const istiods: ClusterPod[] = [];
  const cnis: ClusterPod[] = [];
  const ztunnels: ClusterPod[] = [];
  const undecided = new Set<string>();
  for (const pod of cluster.pods.values()) {
    if (taken.has(pod.key)) continue;
    if (isIstiod(pod)) istiods.push(pod);
    else if (isCni(pod)) cnis.push(pod);
    // Its container is called istio-proxy, too.
    else if (isZtunnel(pod)) ztunnels.push(pod);
    else if (isInstalledGateway(pod)) gateways.push(pod);
    else if (pod.membership.facts !== undefined && pod.membership.facts.length > 0)
      undecided.add(pod.namespace);
    else
      ({ sidecar: sidecars, ambient, gateway: gateways, waypoint: waypoints, none: undefined })[
        pod.membership.kind
      ]?.push(pod);
  }
  const planes = Map.groupBy(istiods, (pod) => `${pod.namespace} ${revisionLabel(pod)}`);
  return {
    sidecars,
    ambient,
    gateways,
    waypoints,
    undecided: [...undecided].filter((name) => !systemNamespaces.has(name)).sort(),
    istiods: [...planes.values()],
    cnis: byWorkload(cnis),
    ztunnels: byWorkload(ztunnels),
  };
}

/** True where the cluster shows who needs a control plane, gateways aside. */
export function hasProxies({ sidecars, ambient, waypoints }: Members): boolean {
  return sidecars.length + ambient.length + waypoints.length > 0;
}

function isIstiod({ labels }: ClusterPod): boolean {
  return labelOf(labels, 'app') === 'istiod';
}

function isCni({ labels }: ClusterPod): boolean {
  return labelOf(labels, 'k8s-app') === 'istio-cni-node';
}

function isZtunnel({ labels }: ClusterPod): boolean {
  return labelOf(labels, 'app.kubernetes.io/name') === 'ztunnel' || labelOf(labels, 'app') === 'ztunnel';
}

function byWorkload(pods: readonly ClusterPod[]): readonly (readonly ClusterPod[])[] {
  return [...Map.groupBy(pods, workloadName).values()];
}

/** `istio-system/istiod`: a pod's workload, or the pod itself. */
export function workloadName({ namespace, owner, name }: ClusterPod): string {
  return `${namespace}/${owner?.name ?? name}`;
}

/** A gateway of istioctl has a container istio-proxy, and is no sidecar. */
function isInstalledGateway({ labels }: ClusterPod): boolean {
  const component = labelOf(labels, 'operator.istio.io/component');
  return component === 'IngressGateways' || component === 'EgressGateways';
}

/** Revision of a pod of Istio's own; `default` where it says none. ztunnel's chart has it as an annotation. */
export function revisionLabel({ labels, annotations }: ClusterPod): string {
  return labelOf(labels, 'istio.io/rev') ?? labelOf(annotations, 'istio.io/rev') ?? 'default';
}

/**
 * The revision (or tag) whose control plane a proxy has: what a running pod was given, else what the labels of its namespace ask for, else its own.
 * Source: Istio, injection: the order of the webhooks' selectors.
 */
export function revisionOf(scene: Scene, pod: ClusterPod): string {
  const own = labelOf(pod.labels, 'istio.io/rev');
  if (pod.enrolment.observed && own !== undefined) return own;
  const labels = scene.cluster.namespaces.get(pod.namespace)?.labels.labels ?? {};
  if (labelOf(labels, 'istio-injection') === 'enabled') return 'default';
  return labelOf(labels, 'istio.io/rev') ?? own ?? 'default';
}
