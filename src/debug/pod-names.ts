import type { Cluster, ClusterPod, Workload } from '../cluster/index.ts';

/** Pods by what logs name them by. */
export interface PodIndex {
  readonly byNamespace: ReadonlyMap<string, readonly ClusterPod[]>;
  /** By `namespace/serviceAccount`. */
  readonly byAccount: ReadonlyMap<string, readonly ClusterPod[]>;
  readonly byName: ReadonlyMap<string, readonly ClusterPod[]>;
  readonly workloads: ReadonlyMap<string, readonly Workload[]>;
  /** Pods off the host network whose address is not given. */
  readonly withoutAddress: readonly ClusterPod[];
}

const indexes = new WeakMap<Cluster['pods'], PodIndex>();

/** The index of a cluster, made once. */
export function indexPods({ pods, workloads }: Cluster): PodIndex {
  const known = indexes.get(pods);
  if (known !== undefined) return known;
  const all = [...pods.values()];
  const index: PodIndex = {
    byNamespace: Map.groupBy(all, ({ namespace }) => namespace),
    byAccount: Map.groupBy(all, ({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`),
    byName: Map.groupBy(all, ({ name }) => name),
    workloads: Map.groupBy([...workloads.values()], ({ name }) => name),
    withoutAddress: all.filter(({ addresses, hostNetwork }) => addresses.length === 0 && !hostNetwork),
  };
  indexes.set(pods, index);
  return index;
}

/** What ReplicaSets, Jobs and generated names have behind their owner's name. */
const hash = /^[a-z0-9]{1,10}$/;

/**
 * The pods that a name of a log may mean: a pod, a workload, a ReplicaSet (`web-6584ddcf65`), a pod of one
 * (`web-6584ddcf65-k78wz`), of a StatefulSet (`web-0`), or all with a prefix (`web-*`). Empty where nobody has that name.
 */
export function podsNamed(
  cluster: Cluster,
  name: string,
  namespace: string | undefined,
): readonly ClusterPod[] {
  const index = indexPods(cluster);
  const inside = <T extends { readonly namespace: string }>(items: readonly T[] = []): readonly T[] =>
    namespace === undefined ? items : items.filter((item) => item.namespace === namespace);
  const exact = inside(index.byName.get(name));
  if (exact.length > 0) return exact;
  const parts = name.replace(/-?\*$/, '').split('-');
  for (let cut = 0; cut <= 2 && cut < parts.length; cut += 1) {
    const rest = parts.slice(parts.length - cut);
    if (!rest.every((part) => hash.test(part))) break;
    const found = inside(index.workloads.get(parts.slice(0, parts.length - cut).join('-')));
    if (found.length > 0)
      return found.flatMap(({ pods }) => pods.flatMap((key) => cluster.pods.get(key) ?? []));
  }
  return name.length > 1 && name.endsWith('*') ? podsWithPrefix(cluster, name.slice(0, -1), namespace) : [];
}

/** Pods by the beginning of their names, where no workload is given; those first whose name has but one part more. */
function podsWithPrefix(
  { pods }: Cluster,
  prefix: string,
  namespace: string | undefined,
): readonly ClusterPod[] {
  const found = [...pods.values()].filter(
    (pod) => pod.name.startsWith(prefix) && (namespace === undefined || pod.namespace === namespace),
  );
  const own = found.filter(({ name }) => !name.slice(prefix.length).includes('-'));
  return own.length > 0 ? own : found;
}
