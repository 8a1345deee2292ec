import type { Pod } from '../store/index.ts';
import { selectsAll } from './claim.ts';
import { conditionOf, withCondition } from './conditions.ts';
import { type Context, keyOf, recorder, splitKey } from './context.ts';
import { cleanUp, rollOut } from './deployment-rollout.ts';
import { isScalingEvent, scaleDeployment } from './deployment-scale.ts';
import { findSets, type Sets, syncRevision } from './deployment-sets.ts';
import {
  countedStatus,
  deploymentCondition,
  hasDeadline,
  rolloutStatus,
  writeDeploymentStatus,
} from './deployment-status.ts';
import { controllerOf } from './object-index.ts';
import type { Deployment, ReplicaSet } from './types.ts';

/** Turns Deployments into ReplicaSets, one rollout step at a time. Source: pkg/controller/deployment. */
export function startDeployments(context: Context): () => void {
  const { store } = context;
  const worker = context.queue.worker('deployment', (key) => {
    const { namespace, name } = splitKey(key);
    const deployment = store.get<Deployment>('deployments', name, namespace);
    if (deployment === undefined) return;
    const wait = reconcile(context, deployment);
    if (wait !== undefined) worker.addAfter(key, wait);
  });
  const wake = (namespace: string | undefined, owner: { kind: string; name: string } | undefined): void => {
    if (owner?.kind === 'Deployment') worker.add(`${namespace}/${owner.name}`);
  };
  const stops = [
    store.subscribe('deployments', ({ object }) => worker.add(keyOf(object))),
    store.subscribe('replicasets', (event) => {
      const { object } = event;
      const { namespace } = object.metadata;
      wake(namespace, controllerOf(object));
      if (event.type === 'MODIFIED') wake(namespace, controllerOf(event.previous));
      if (event.type === 'DELETED' || controllerOf(object) !== undefined) return;
      for (const each of store.list('deployments', namespace)) worker.add(keyOf(each));
    }),
    // With strategy Recreate the last old pod's end starts the new ones.
    store.subscribe('pods', (event) => {
      if (event.type === 'ADDED') return;
      if (event.type === 'MODIFIED' && (event.object as Pod).status === (event.previous as Pod).status)
        return;
      const owner = controllerOf(event.object);
      if (owner?.kind !== 'ReplicaSet') return;
      const { namespace } = event.object.metadata;
      const set = store.get<ReplicaSet>('replicasets', owner.name, namespace);
      const maker = set === undefined ? undefined : controllerOf(set);
      if (maker?.kind !== 'Deployment') return;
      const deployment = store.get<Deployment>('deployments', maker.name, namespace);
      if (deployment?.spec.strategy?.type === 'Recreate') worker.add(keyOf(deployment));
    }),
  ];
  for (const deployment of store.list('deployments')) worker.add(keyOf(deployment));
  return () => {
    for (const stop of stops) stop();
  };
}

/** Gives back after how many milliseconds the deadline for progress has to be looked at. */
function reconcile(context: Context, deployment: Deployment): number | undefined {
  if (selectsAll(deployment.spec.selector)) {
    const message = 'This deployment is selecting all pods. A non-empty selector is required.';
    recorder(context, 'deployment-controller')(deployment, 'Warning', 'SelectingAll', message);
    return undefined;
  }
  const sets = findSets(context, deployment);
  if (deployment.metadata.deletionTimestamp !== undefined) {
    writeDeploymentStatus(context, deployment, countedStatus(deployment, sets));
    return undefined;
  }
  const paused = withPausedCondition(context, deployment);
  const synced: Sets = { ...sets, current: syncRevision(context, paused, sets) };
  const checked = withFoundCondition(context, refreshed(context, paused), synced.current);
  if (checked.spec.paused || isScalingEvent(checked, synced)) {
    scaleDeployment(context, checked, synced);
    if (checked.spec.paused) cleanUp(context, checked, synced.old);
    const newest = refreshed(context, checked);
    writeDeploymentStatus(context, newest, countedStatus(newest, findSets(context, newest)));
    return undefined;
  }
  rollOut(context, checked, synced);
  const newest = refreshed(context, checked);
  const { status, recheck } = rolloutStatus(newest, findSets(context, newest));
  writeDeploymentStatus(context, newest, status);
  return recheck;
}

/** Says in the condition Progressing that a Deployment is paused, or goes on. */
function withPausedCondition(context: Context, deployment: Deployment): Deployment {
  if (!hasDeadline(deployment)) return deployment;
  const { paused = false } = deployment.spec;
  const current = conditionOf(deployment.status?.conditions, 'Progressing');
  if (current?.reason === 'ProgressDeadlineExceeded') return deployment;
  if (paused === (current?.reason === 'DeploymentPaused')) return deployment;
  const condition = paused
    ? deploymentCondition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused')
    : deploymentCondition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed');
  const conditions = withCondition(deployment.status?.conditions, condition);
  writeDeploymentStatus(context, deployment, { ...deployment.status, conditions });
  return refreshed(context, deployment);
}

/** A ReplicaSet that was there before the Deployment is progress, too. */
function withFoundCondition(
  context: Context,
  deployment: Deployment,
  current: ReplicaSet | undefined,
): Deployment {
  const { conditions } = deployment.status ?? {};
  if (current === undefined || !hasDeadline(deployment)) return deployment;
  if (conditionOf(conditions, 'Progressing') !== undefined) return deployment;
  const message = `Found new replica set "${current.metadata.name}"`;
  const condition = deploymentCondition('Progressing', 'True', 'FoundNewReplicaSet', message);
  const found = { ...deployment.status, conditions: withCondition(conditions, condition) };
  writeDeploymentStatus(context, deployment, found);
  return refreshed(context, deployment);
}

function refreshed({ store }: Context, deployment: Deployment): Deployment {
  const { name, namespace } = deployment.metadata;
  return store.get<Deployment>('deployments', name, namespace) ?? deployment;
}
