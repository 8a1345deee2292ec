import type { KnownLabels } from '../model/index.ts';
import { ChangedMap } from './changed-map.ts';
import type { Cluster, ClusterPod } from './cluster.ts';
import { membershipOf } from './membership.ts';
import { describeNamespace } from './namespaces.ts';

/** The same cluster with one more label of a namespace known: `value` undefined = the label is absent. */
export function assumeNamespaceLabel(
  cluster: Cluster,
  name: string,
  key: string,
  value: string | undefined,
): Cluster {
  const before = cluster.namespaces.get(name) ?? describeNamespace(name, undefined, []);
  const labels: Record<string, string> = Object.assign(Object.create(null), before.labels.labels);
  const absent = new Set(before.labels.absent);
  if (value === undefined) absent.add(key);
  else labels[key] = value;
  const known = { ...before.labels, labels, absent };
  const namespaces = new Map(cluster.namespaces).set(name, { ...before, labels: known });
  return {
    ...withPods(cluster, (pod) => (pod.namespace === name ? withNamespaceLabels(cluster, pod, known) : pod)),
    namespaces,
  };
}

function withNamespaceLabels(cluster: Cluster, pod: ClusterPod, known: KnownLabels): ClusterPod {
  return {
    ...pod,
    membership: membershipOf(pod.enrolment, known, cluster.mesh, cluster.traces),
    view: { ...pod.view, namespaceLabels: known },
  };
}

/** The same cluster with the address of a pod known. */
export function assumePodAddress(cluster: Cluster, key: string, address: string): Cluster {
  return withPods(cluster, (pod) => (pod.key === key ? { ...pod, addresses: [address] } : pod));
}

/** The same cluster with the node of a pod known. */
export function assumePodNode(cluster: Cluster, key: string, node: string): Cluster {
  return withPods(cluster, (pod) => (pod.key === key ? { ...pod, node } : pod));
}

/** The same cluster with what an external authorizer answers. */
export function assumeAuthorizerAnswer(
  cluster: Cluster,
  provider: string,
  answer: 'allow' | 'deny',
): Cluster {
  const authorizers = cluster.mesh.authorizers.map((a) => (a.name === provider ? { ...a, answer } : a));
  return { ...cluster, mesh: { ...cluster.mesh, authorizers } };
}

/** The same cluster with the address of a host outside known. */
export function assumeHostAddress(cluster: Cluster, host: string, address: string): Cluster {
  return { ...cluster, hosts: new Map(cluster.hosts).set(host, address) };
}

/** Whose an address in a request is stays as it was: nothing that is assumed may change what the request says. */
function withPods(cluster: Cluster, change: (pod: ClusterPod) => ClusterPod): Cluster {
  const pods = new ChangedMap(cluster.pods, change);
  const podsByAddress = new ChangedMap(cluster.podsByAddress, (pod) => pods.get(pod.key)!);
  return { ...cluster, pods, podsByAddress };
}
