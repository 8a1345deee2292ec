import { type Pod, StatusError } from '../store/index.ts';
import { withCondition } from './conditions.ts';
import { type Context, recorder } from './context.ts';
import { scaleSet } from './deployment-scale.ts';
import {
  activeSets,
  allSets,
  isRolling,
  limits,
  newSet,
  nextRevision,
  replicasOf,
  type Sets,
  totalReplicas,
  writeRevision,
} from './deployment-sets.ts';
import { deploymentCondition, hasDeadline, writeDeploymentStatus } from './deployment-status.ts';
import { isLeaving } from './object-index.ts';
import { isFinished } from './pod-state.ts';
import { isNamespaceTerminating, messageOf } from './pods.ts';
import type { Deployment, DeploymentCondition, ReplicaSet } from './types.ts';

/** One step of a rollout. Gives the ReplicaSets that there are then; what the step sets off calls for the next one. */
export function rollOut(context: Context, deployment: Deployment, sets: Sets): Sets {
  return isRolling(deployment) ? rollOver(context, deployment, sets) : recreate(context, deployment, sets);
}

/** Source: rolling.go. */
function rollOver(context: Context, deployment: Deployment, found: Sets): Sets {
  const sets = withCurrent(context, deployment, found);
  const { current } = sets;
  if (current === undefined) return sets;
  if (growCurrent(context, deployment, sets, current)) return sets;
  if (!shrinkOld(context, deployment, sets, current)) cleanUp(context, deployment, sets.old);
  return sets;
}

/** Source: recreate.go: no new pod before the last old one is gone. */
function recreate(context: Context, deployment: Deployment, found: Sets): Sets {
  const active = activeSets(found.old);
  for (const set of active) scaleSet(context, deployment, set, 0);
  if (active.length > 0) return found;
  const running = found.old.some((set) =>
    context.index.controlled<Pod>(set.metadata.uid, 'pods').some((pod) => !isFinished(pod)),
  );
  if (running) return found;
  const sets = withCurrent(context, deployment, found);
  const { current } = sets;
  if (current === undefined) return sets;
  const wanted = replicasOf(deployment);
  if (replicasOf(current) === wanted || !scaleSet(context, deployment, current, wanted)) {
    cleanUp(context, deployment, sets.old);
  }
  return sets;
}

function growCurrent(context: Context, deployment: Deployment, sets: Sets, current: ReplicaSet): boolean {
  const wanted = replicasOf(deployment);
  const size = replicasOf(current);
  if (size === wanted) return false;
  const target = size > wanted ? wanted : currentSize(deployment, sets);
  return target !== size && scaleSet(context, deployment, current, target);
}

/** How large the current ReplicaSet may be now. Source: NewRSNewReplicas. */
function currentSize(deployment: Deployment, sets: Sets): number {
  const wanted = replicasOf(deployment);
  if (!isRolling(deployment)) return wanted;
  const size = sets.current === undefined ? 0 : replicasOf(sets.current);
  const room = wanted + limits(deployment).surge - totalReplicas(allSets(sets));
  return room <= 0 ? size : size + Math.min(room, wanted - size);
}

/** Takes pods from the old ReplicaSets: first those that are unhealthy, then as many as availability allows. */
function shrinkOld(context: Context, deployment: Deployment, sets: Sets, current: ReplicaSet): boolean {
  const old = activeSets(sets.old);
  if (old.length === 0) return false;
  const least = replicasOf(deployment) - limits(deployment).unavailable;
  const unavailable = replicasOf(current) - (current.status?.availableReplicas ?? 0);
  let room = totalReplicas(allSets(sets)) - least - unavailable;
  if (room <= 0) return false;
  const sizes = new Map(old.map((set) => [set, replicasOf(set)]));
  let scaled = false;
  const shrink = (set: ReplicaSet, by: number): void => {
    if (by <= 0) return;
    const newest = context.store.get<ReplicaSet>('replicasets', set.metadata.name, set.metadata.namespace);
    sizes.set(set, sizes.get(set)! - by);
    scaled = scaleSet(context, deployment, newest ?? set, sizes.get(set)!) || scaled;
  };
  for (const set of old) {
    const unhealthy = Math.min(room, sizes.get(set)! - (set.status?.availableReplicas ?? 0));
    shrink(set, unhealthy);
    room -= Math.max(0, unhealthy);
  }
  const available = [...old, current].reduce((sum, set) => sum + (set.status?.availableReplicas ?? 0), 0);
  let surplus = available - least;
  for (const set of old) {
    const by = Math.min(sizes.get(set)!, surplus);
    shrink(set, by);
    surplus -= Math.max(0, by);
  }
  return scaled;
}

/** Deletes old ReplicaSets that nobody keeps for going back to. */
export function cleanUp({ store }: Context, deployment: Deployment, old: readonly ReplicaSet[]): void {
  const { revisionHistoryLimit = 10 } = deployment.spec;
  const cleanable = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  for (const set of cleanable.slice(0, Math.max(0, cleanable.length - revisionHistoryLimit))) {
    const { status, metadata } = set;
    const settled = (metadata.generation ?? 1) <= (status?.observedGeneration ?? 0);
    if ((status?.replicas ?? 0) !== 0 || replicasOf(set) !== 0 || !settled) continue;
    store.delete('replicasets', metadata.name, metadata.namespace, { propagationPolicy: 'Background' });
  }
}

/** Makes the current ReplicaSet where there is none. */
function withCurrent(context: Context, deployment: Deployment, sets: Sets): Sets {
  if (sets.current !== undefined) return sets;
  const { store } = context;
  const size = currentSize(deployment, sets);
  const wanted = newSet(deployment, sets, size);
  try {
    const current = store.create<ReplicaSet>(wanted);
    const { name } = current.metadata;
    if (size > 0) {
      const message = `Scaled up replica set ${name} from 0 to ${size}`;
      recorder(context, 'deployment-controller')(deployment, 'Normal', 'ScalingReplicaSet', message);
    }
    writeRevision(context, deployment, String(nextRevision(sets.old)));
    if (hasDeadline(deployment)) {
      const message = `Created new replica set "${name}"`;
      progress(
        context,
        deployment,
        deploymentCondition('Progressing', 'True', 'NewReplicaSetCreated', message),
      );
    }
    return { ...sets, current };
  } catch (error) {
    if (isNamespaceTerminating(error)) return sets;
    const clash =
      error instanceof StatusError && error.reason === 'AlreadyExists'
        ? store.get<ReplicaSet>('replicasets', wanted.metadata.name!, wanted.metadata.namespace)
        : undefined;
    if (clash !== undefined) {
      countCollision(context, deployment, clash);
      return sets;
    }
    const message = `Failed to create new replica set "${wanted.metadata.name}": ${messageOf(error)}`;
    progress(
      context,
      deployment,
      deploymentCondition('Progressing', 'False', 'ReplicaSetCreateError', message),
    );
    recorder(context, 'deployment-controller')(deployment, 'Warning', 'ReplicaSetCreateError', message);
    throw error;
  }
}

/** Another ReplicaSet has the name. One that is about to go calls for the next try by going; else the hash is taken anew with a number, which the change of the status calls for. */
function countCollision(context: Context, deployment: Deployment, clash: ReplicaSet): void {
  if (isLeaving(context.index, clash)) return;
  const { status = {} } = deployment;
  const collisionCount = (status.collisionCount ?? 0) + 1;
  writeDeploymentStatus(context, deployment, { ...status, collisionCount });
}

function progress(context: Context, deployment: Deployment, condition: DeploymentCondition): void {
  const { name, namespace } = deployment.metadata;
  const { status } = context.store.get<Deployment>('deployments', name, namespace) ?? deployment;
  const conditions = withCondition(status?.conditions, condition);
  writeDeploymentStatus(context, deployment, { ...status, conditions });
}
