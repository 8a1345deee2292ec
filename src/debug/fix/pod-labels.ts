import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import { hasLabels, type Labels } from '../../model/index.ts';

/** Labels that somebody else than the author of a workload sets, and sets anew. */
const made =
  /^(?:pod-template-hash|pod-template-generation|controller-revision-hash|controller-uid|job-name|(?:.*\.)?(?:batch|apps|statefulset)\.kubernetes\.io\/.*|(?:.*\.)?istio\.io\/.*|topology\.kubernetes\.io\/.*)$/;

/** Labels by which people name what they mean, the usual ones first. */
const usual = ['app.kubernetes.io/name', 'app', 'k8s-app', 'name', 'app.kubernetes.io/instance'];

/**
 * The labels that tell a pod's workload: one label where it selects no other pods than all of them do, else all. Empty for a pod that has none: nothing tells it from its
 * neighbours.
 */
export function labelsNaming({ pods }: Cluster, pod: ClusterPod): Labels {
  const own = Object.fromEntries(Object.entries(pod.labels).filter(([key]) => !made.test(key)));
  const neighbours = [...pods.values()].filter(({ namespace }) => namespace === pod.namespace);
  const count = (wanted: Labels): number =>
    neighbours.filter(({ labels }) => hasLabels(labels, wanted)).length;
  const least = count(own);
  const keys = Object.keys(own).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const only = keys.find((key) => count({ [key]: own[key]! }) === least);
  return only === undefined ? own : { [only]: own[only]! };
}

function rank(key: string): number {
  const at = usual.indexOf(key);
  return at < 0 ? usual.length : at;
}
