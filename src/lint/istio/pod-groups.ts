import type { Cluster, ClusterPod } from '../../cluster/index.ts';

/** Pods that no policy of Istio's tells apart: same namespace, labels, account, ports and place in the mesh. */
export interface PodGroup {
  /** One of them, which stands for all. */
  readonly pod: ClusterPod;
  readonly pods: readonly ClusterPod[];
  /** `shop/web`: the workload's name, or the pod's where it has none. */
  readonly label: string;
}

const known = new WeakMap<Cluster, readonly PodGroup[]>();

/** The pods of a cluster in groups, in the order of the cluster; worked out once. */
export function podGroups(cluster: Cluster): readonly PodGroup[] {
  const found = known.get(cluster) ?? groupPods(cluster);
  known.set(cluster, found);
  return found;
}

function groupPods(cluster: Cluster): readonly PodGroup[] {
  const groups = Map.groupBy(cluster.pods.values(), keyOf);
  return [...groups.values()].map((pods) => {
    const [pod] = pods as [ClusterPod, ...ClusterPod[]];
    return { pod, pods, label: labelOfPod(pod) };
  });
}

function keyOf(pod: ClusterPod): string {
  const { namespace, owner, name, labels, annotations, serviceAccount, hostNetwork, membership, ports } = pod;
  const workload = owner === undefined ? name : `${owner.kind}/${owner.name}`;
  return JSON.stringify([
    namespace,
    workload,
    labels,
    annotations,
    serviceAccount,
    hostNetwork,
    membership.kind,
    ports,
  ]);
}

/** `NAMESPACE/NAME` of the workload that a pod belongs to, or of the pod itself. */
export function labelOfPod({ namespace, name, owner }: ClusterPod): string {
  return `${namespace}/${owner?.name ?? name}`;
}
