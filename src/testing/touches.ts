import {
  attaches,
  type Cluster,
  type ClusterPod,
  ownerOfAddress,
  type ReplaceablePolicy,
  selectsLabels,
} from '../cluster/index.ts';
import type { Endpoint, ServiceReference } from '../model/index.ts';
import type { Asked } from './results.ts';

/** Can the policy have a say in the request? Never false where it has; rules may be any, the policy's subject is as it is. */
export function touches(policy: ReplaceablePolicy, { request, verdict }: Asked, cluster: Cluster): boolean {
  const isWaypointPolicy = policy.kind === 'AuthorizationPolicy' && policy.spec.targetRefs.length > 0;
  if (isWaypointPolicy) {
    return verdict.steps.some(({ at }) => at.kind === 'waypoint' || at.kind === 'gateway');
  }
  const pods = [...podsOf(request.source, cluster), ...podsOf(request.destination, cluster)];
  return pods.some((pod) => touchesPod(policy, pod, cluster));
}

/** Can the policy have a say in what the pod sends or receives? Of a policy for waypoints nobody knows. */
export function touchesPod(policy: ReplaceablePolicy, pod: ClusterPod, cluster: Cluster): boolean {
  if (policy.kind === 'NetworkPolicy') {
    return policy.metadata.namespace === pod.namespace && selectsLabels(policy.spec.podSelector, pod.labels);
  }
  if (policy.kind !== 'AuthorizationPolicy') return true;
  if (policy.spec.targetRefs.length > 0) return true;
  const { namespace } = policy.metadata;
  const isLookedUp = namespace === pod.namespace || namespace === cluster.mesh.rootNamespace;
  return isLookedUp && attaches(cluster.mesh, policy, pod.policyTarget);
}

/** A Service leads to one of its pods, an address of it or of a node to who knows which. */
function podsOf(end: Endpoint | ServiceReference, cluster: Cluster): Iterable<ClusterPod> {
  switch (end.kind) {
    case 'pod':
      return podsWithKeys([`${end.namespace}/${end.name}`], cluster);
    case 'service': {
      const keys = cluster.podsByService.get(`${end.namespace}/${end.name}`) ?? [];
      return keys.length === 0 ? cluster.pods.values() : podsWithKeys(keys, cluster);
    }
    case 'address': {
      const owner = ownerOfAddress(cluster, end.address);
      if (owner.kind === 'pod') return [owner.pod];
      return owner.kind === 'outside' ? [] : cluster.pods.values();
    }
    case 'node':
    case 'host':
      return cluster.pods.values();
  }
}

function podsWithKeys(keys: readonly string[], { pods }: Cluster): readonly ClusterPod[] {
  return keys.flatMap((key) => pods.get(key) ?? []);
}
