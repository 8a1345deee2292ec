import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import { formatIdentity } from '../../model/index.ts';
import { podGroups } from './pod-groups.ts';

/** Pods that can send, one for each identity and for each workload without one. */
export interface Clients {
  /** In the mesh, by identity (`TD/ns/NS/sa/SA`), in the order of the cluster. */
  readonly inMesh: ReadonlyMap<string, ClusterPod>;
  /** Outside the mesh for certain; not on the host network. */
  readonly outside: readonly ClusterPod[];
  /** Namespaces with a pod whose place in the mesh nobody knows. */
  readonly unsure: ReadonlySet<string>;
}

const known = new WeakMap<Cluster, Clients>();

/** Who may call, as far as identities go; worked out once. */
export function clientsOf(cluster: Cluster): Clients {
  const found = known.get(cluster) ?? collect(cluster);
  known.set(cluster, found);
  return found;
}

function collect(cluster: Cluster): Clients {
  const inMesh = new Map<string, ClusterPod>();
  const outside: ClusterPod[] = [];
  const unsure = new Set<string>();
  for (const { pod } of podGroups(cluster)) {
    const { kind, facts = [] } = pod.membership;
    if (facts.length > 0) unsure.add(pod.namespace);
    else if (kind !== 'none') {
      const identity = identityOf(cluster, pod);
      if (!inMesh.has(identity)) inMesh.set(identity, pod);
    } else if (!pod.hostNetwork) outside.push(pod);
  }
  return { inMesh, outside, unsure };
}

/** The identity that a pod has where it is in the mesh. */
export function identityOf({ mesh }: Cluster, { namespace, serviceAccount }: ClusterPod): string {
  return formatIdentity({ trustDomain: mesh.trustDomain, namespace, serviceAccount });
}
