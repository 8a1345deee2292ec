import type { Cluster, LabelAssumption } from '../cluster/index.ts';
import { inputError } from './exit.ts';

/** Throws an input error for an assumption about an object that the cluster does not have: it would silently change nothing. */
export function checkAssumptions(cluster: Cluster, assumptions: readonly LabelAssumption[]): void {
  for (const assumption of assumptions) {
    if (isThere(cluster, assumption)) continue;
    const { kind, namespace, name } = assumption;
    const object = namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
    throw inputError(
      `the assumption about ${object} changes nothing: there is no such object in the manifests`,
    );
  }
}

function isThere(cluster: Cluster, { kind, namespace, name }: LabelAssumption): boolean {
  if (kind === 'Namespace') return cluster.namespaces.has(name);
  if (kind === 'Node') return cluster.nodes.has(name);
  if (kind === 'Pod') return cluster.pods.has(`${namespace}/${name}`);
  return cluster.workloads.has(`${namespace}/${kind}/${name}`);
}
