import { sameValue, timestamp } from '../store/index.ts';
import { conditionOf, newCondition, withCondition, withoutCondition } from './conditions.ts';
import type { Context } from './context.ts';
import { allSets, limits, replicasOf, type Sets, totalReplicas } from './deployment-sets.ts';
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from './types.ts';

/** Deployments have no deadline where it is as long as an int32 goes. */
const noDeadline = 2 ** 31 - 1;

export function hasDeadline({ spec }: Deployment): boolean {
  return spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== noDeadline;
}

/** A condition of a Deployment that begins now. */
export function deploymentCondition(
  type: string,
  status: DeploymentCondition['status'],
  reason: string,
  message: string,
): DeploymentCondition {
  return { ...newCondition(type, status, reason, message), lastUpdateTime: timestamp() };
}

/** What can be counted. */
export function countedStatus(deployment: Deployment, sets: Sets): DeploymentStatus {
  const all = allSets(sets);
  const sum = (of: (set: ReplicaSet) => number | undefined): number =>
    all.reduce((total, set) => total + (of(set) ?? 0), 0);
  const available = sum((set) => set.status?.availableReplicas);
  const counts = {
    replicas: sum((set) => set.status?.replicas),
    updatedReplicas: sets.current?.status?.replicas ?? 0,
    readyReplicas: sum((set) => set.status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, totalReplicas(all) - available),
  };
  const enough = available >= replicasOf(deployment) - limits(deployment).unavailable;
  const condition = enough
    ? deploymentCondition(
        'Available',
        'True',
        'MinimumReplicasAvailable',
        'Deployment has minimum availability.',
      )
    : deploymentCondition(
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
      );
  const { collisionCount, conditions } = deployment.status ?? {};
  return {
    observedGeneration: deployment.metadata.generation ?? 1,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    conditions: withCondition(conditions, condition),
    ...(collisionCount === undefined ? {} : { collisionCount }),
  };
}

/**
 * The status during a rollout: with how it goes. `recheck` says in how many milliseconds the deadline for progress is over. Source: progress.go.
 */
export function rolloutStatus(
  deployment: Deployment,
  sets: Sets,
): { readonly status: DeploymentStatus; readonly recheck: number | undefined } {
  const counted = countedStatus(deployment, sets);
  const current = conditionOf(deployment.status?.conditions, 'Progressing');
  const done =
    (counted.replicas ?? 0) === (counted.updatedReplicas ?? 0) &&
    current?.reason === 'NewReplicaSetAvailable';
  let conditions = counted.conditions ?? [];
  if (!hasDeadline(deployment)) conditions = withoutCondition(conditions, 'Progressing');
  else if (!done) conditions = withProgress(deployment, sets, counted, conditions);
  const failure = failureOf(sets);
  conditions =
    failure === undefined
      ? withoutCondition(conditions, 'ReplicaFailure')
      : withCondition(conditions, failure);
  const status = { ...counted, conditions };
  return { status, recheck: untilDeadline(deployment, status) };
}

/** Writes the status where it changed. */
export function writeDeploymentStatus(
  { store }: Context,
  { metadata, status: before }: Deployment,
  status: DeploymentStatus,
): void {
  if (sameValue(status, before)) return;
  store.modify<Deployment>(
    'deployments',
    metadata.name,
    metadata.namespace,
    (current) => (current.metadata.uid === metadata.uid ? { ...current, status } : undefined),
    'status',
  );
}

function withProgress(
  deployment: Deployment,
  { current }: Sets,
  status: DeploymentStatus,
  conditions: readonly DeploymentCondition[],
): readonly DeploymentCondition[] {
  const before = conditionOf(deployment.status?.conditions, 'Progressing');
  const subject =
    current === undefined
      ? `Deployment "${deployment.metadata.name}"`
      : `ReplicaSet "${current.metadata.name}"`;
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`;
    const condition = deploymentCondition('Progressing', 'True', 'NewReplicaSetAvailable', message);
    return withCondition(conditions, condition);
  }
  if (madeProgress(deployment.status, status)) {
    const message = `${subject} is progressing.`;
    const condition = deploymentCondition('Progressing', 'True', 'ReplicaSetUpdated', message);
    const since = before?.status === 'True' ? before.lastTransitionTime : undefined;
    return [
      ...withoutCondition(conditions, 'Progressing'),
      { ...condition, ...(since === undefined ? {} : { lastTransitionTime: since }) },
    ];
  }
  if (isTimedOut(deployment, before)) {
    const message = `${subject} has timed out progressing.`;
    const condition = deploymentCondition('Progressing', 'False', 'ProgressDeadlineExceeded', message);
    return withCondition(conditions, condition);
  }
  return conditions;
}

function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const wanted = replicasOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 1)
  );
}

function madeProgress(before: DeploymentStatus = {}, now: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (now.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(now) < old(before) ||
    (now.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (now.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function isTimedOut(deployment: Deployment, condition: DeploymentCondition | undefined): boolean {
  if (condition === undefined || condition.reason === 'NewReplicaSetAvailable') return false;
  if (condition.reason === 'ProgressDeadlineExceeded') return true;
  return Date.now() >= deadline(deployment, condition);
}

function untilDeadline(deployment: Deployment, status: DeploymentStatus): number | undefined {
  const condition = conditionOf(status.conditions, 'Progressing');
  if (!hasDeadline(deployment) || condition === undefined || deployment.spec.paused) return undefined;
  if (isComplete(deployment, status) || condition.reason === 'ProgressDeadlineExceeded') return undefined;
  return Math.max(1000, deadline(deployment, condition) - Date.now() + 1000);
}

function deadline({ spec }: Deployment, { lastUpdateTime }: DeploymentCondition): number {
  return Date.parse(lastUpdateTime ?? '') + (spec.progressDeadlineSeconds ?? 0) * 1000;
}

function failureOf(sets: Sets): DeploymentCondition | undefined {
  const { current, old } = sets;
  for (const set of current === undefined ? old : [current, ...old]) {
    const failure = conditionOf(set.status?.conditions, 'ReplicaFailure');
    if (failure === undefined) continue;
    const { lastTransitionTime } = failure;
    return {
      ...failure,
      ...(lastTransitionTime === undefined ? {} : { lastUpdateTime: lastTransitionTime }),
    };
  }
  return undefined;
}
