import { labelOf } from '../model/index.ts';
import type { ClusterPod } from './cluster.ts';

/** The name of what makes a pod, of its owner reference where the owner itself is not given; else its own. */
export function workloadOf({ name, owner, object, labels }: ClusterPod): string {
  if (owner !== undefined) return owner.name;
  const maker = object.metadata.ownerReferences?.find(({ controller }) => controller);
  if (maker === undefined) return name;
  const hash = labelOf(labels, 'pod-template-hash');
  const isOfDeployment = maker.kind === 'ReplicaSet' && hash !== undefined && maker.name.endsWith(`-${hash}`);
  return isOfDeployment ? maker.name.slice(0, -hash.length - 1) : maker.name;
}
