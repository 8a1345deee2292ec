import type { Context } from './context.ts';
import { recorder } from './context.ts';
import {
  activeSets,
  allSets,
  byAge,
  countAnnotations,
  desiredAnnotation,
  isRolling,
  limits,
  mostAnnotation,
  replicasOf,
  type Sets,
  totalReplicas,
} from './deployment-sets.ts';
import type { Deployment, ReplicaSet } from './types.ts';

/** Scales one ReplicaSet. True where its size changed. */
export function scaleSet(
  context: Context,
  deployment: Deployment,
  set: ReplicaSet,
  replicas: number,
): boolean {
  const before = replicasOf(set);
  const { name, namespace } = set.metadata;
  context.store.modify<ReplicaSet>('replicasets', name, namespace, (current) => ({
    ...current,
    metadata: {
      ...current.metadata,
      annotations: { ...current.metadata.annotations, ...countAnnotations(deployment) },
    },
    spec: { ...current.spec, replicas },
  }));
  if (before === replicas) return false;
  const direction = before < replicas ? 'up' : 'down';
  recorder(context, 'deployment-controller')(
    deployment,
    'Normal',
    'ScalingReplicaSet',
    `Scaled ${direction} replica set ${name} from ${before} to ${replicas}`,
  );
  return true;
}

/** True where somebody changed the number of replicas since the ReplicaSets were last sized. */
export function isScalingEvent(deployment: Deployment, sets: Sets): boolean {
  return activeSets(allSets(sets)).some((set) => {
    const desired = set.metadata.annotations?.[desiredAnnotation];
    return desired !== undefined && Number(desired) !== replicasOf(deployment);
  });
}

/** Sizes the ReplicaSets of a Deployment that is paused or was scaled: in proportion, so that a rollout goes neither faster nor slower for it. Source: sync.go, scale. */
export function scaleDeployment(context: Context, deployment: Deployment, sets: Sets): void {
  const wanted = replicasOf(deployment);
  const only = activeOrLatest(sets);
  if (only !== undefined) {
    if (replicasOf(only) !== wanted) scaleSet(context, deployment, only, wanted);
    return;
  }
  if (isSaturated(deployment, sets.current)) {
    for (const set of activeSets(sets.old)) scaleSet(context, deployment, set, 0);
    return;
  }
  if (isRolling(deployment)) scaleInProportion(context, deployment, activeSets(allSets(sets)));
}

function scaleInProportion(context: Context, deployment: Deployment, active: readonly ReplicaSet[]): void {
  const wanted = replicasOf(deployment);
  const allowed = wanted > 0 ? wanted + limits(deployment).surge : 0;
  const toAdd = allowed - totalReplicas(active);
  const newerFirst = toAdd > 0 ? -1 : 1;
  const sets = [...active].sort((a, b) => replicasOf(b) - replicasOf(a) || newerFirst * byAge(a, b));
  let added = 0;
  const sizes = sets.map((set) => {
    const share = proportion(deployment, set, toAdd, added);
    added += share;
    return replicasOf(set) + share;
  });
  if (sizes.length > 0 && toAdd !== 0) sizes[0] = Math.max(0, sizes[0]! + toAdd - added);
  for (const [i, set] of sets.entries()) scaleSet(context, deployment, set, sizes[i]!);
}

function proportion(deployment: Deployment, set: ReplicaSet, toAdd: number, added: number): number {
  const size = replicasOf(set);
  if (size === 0 || toAdd === 0 || toAdd === added) return 0;
  const fraction = fractionOf(deployment, set, size);
  return toAdd > 0 ? Math.min(fraction, toAdd - added) : Math.max(fraction, toAdd - added);
}

function fractionOf(deployment: Deployment, set: ReplicaSet, size: number): number {
  const wanted = replicasOf(deployment);
  if (wanted === 0) return -size;
  const annotated = Number(set.metadata.annotations?.[mostAnnotation]);
  const most = annotated > 0 ? annotated : (deployment.status?.replicas ?? wanted);
  return Math.round((size * (wanted + limits(deployment).surge)) / most) - size;
}

/** The only ReplicaSet that asks for pods, or the newest where none does; undefined where several do. */
function activeOrLatest(sets: Sets): ReplicaSet | undefined {
  const active = activeSets(allSets(sets));
  if (active.length > 1) return undefined;
  return active[0] ?? sets.current ?? sets.old.at(-1);
}

function isSaturated(deployment: Deployment, set: ReplicaSet | undefined): boolean {
  if (set === undefined) return false;
  const wanted = replicasOf(deployment);
  return (
    replicasOf(set) === wanted &&
    Number(set.metadata.annotations?.[desiredAnnotation]) === wanted &&
    (set.status?.availableReplicas ?? 0) === wanted
  );
}
