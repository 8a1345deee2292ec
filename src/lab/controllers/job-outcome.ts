import { type Condition, type Pod, sameValue, timestamp } from '../store/index.ts';
import { claim } from './claim.ts';
import { conditionOf, isTrue, newCondition, withCondition } from './conditions.ts';
import { type Context, recorder } from './context.ts';
import { completedIndexes, formatIndexes, isIndexed, type Tally } from './job-status.ts';
import { isActive, isReady, isTerminating } from './pod-state.ts';
import type { Job } from './types.ts';

/** Who speaks in the events of jobs. */
export const component = 'job-controller';

/** A job at one moment, and how its pods have ended so far. */
export interface JobScene {
  readonly context: Context;
  readonly job: Job;
  readonly tally: Tally;
}

export function podsOf({ context, job }: JobScene): readonly Pod[] {
  return job.spec.selector === undefined ? [] : claim<Pod>(context, job, job.spec.selector, 'pods');
}

/** Writes how far the job has come, and tells of what changed. `end`: the condition by which it ends now. */
export function writeJobStatus(
  scene: JobScene,
  startTime: string | undefined,
  end: Condition | undefined,
): void {
  const { context, job, tally } = scene;
  const pods = podsOf(scene);
  const active = pods.filter(isActive);
  const indexes = isIndexed(job) ? completedIndexes(job, tally) : undefined;
  const counts = {
    active: active.length,
    succeeded: indexes?.size ?? tally.succeeded.size,
    failed: tally.failed.size,
  };
  const conditions = conditionsOf(job, end);
  const status = {
    ...(conditions.length > 0 && { conditions }),
    ...(startTime !== undefined && { startTime }),
    ...(end?.type === 'Complete' && { completionTime: timestamp() }),
    ...Object.fromEntries(Object.entries(counts).filter(([, value]) => value > 0)),
    ...(indexes !== undefined && indexes.size > 0 && { completedIndexes: formatIndexes(indexes) }),
    uncountedTerminatedPods: {},
    ready: active.filter(isReady).length,
    terminating: pods.filter((pod) => isTerminating(pod)).length,
  };
  if (sameValue(status, job.status)) return;
  const { name, namespace, uid } = job.metadata;
  context.store.modify<Job>(
    'jobs',
    name,
    namespace,
    (current) => (current.metadata.uid === uid ? { ...current, status } : undefined),
    'status',
  );
  tell(scene, end);
}

function conditionsOf(job: Job, end: Condition | undefined): readonly Condition[] {
  const { conditions } = job.status ?? {};
  if (end !== undefined) {
    // What is going to be, before it is: kubectl wait and others look for the second.
    const type = end.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
    return withCondition(withCondition(conditions, { ...end, type }), end);
  }
  const suspended = job.spec.suspend === true;
  const current = conditionOf(conditions, 'Suspended');
  if (suspended) {
    return withCondition(conditions, newCondition('Suspended', 'True', 'JobSuspended', 'Job suspended'));
  }
  if (current === undefined) return conditions ?? [];
  return withCondition(conditions, newCondition('Suspended', 'False', 'JobResumed', 'Job resumed'));
}

function tell({ context, job }: JobScene, end: Condition | undefined): void {
  const record = recorder(context, component);
  if (end?.type === 'Complete') record(job, 'Normal', 'Completed', 'Job completed');
  else if (end !== undefined) record(job, 'Warning', end.reason!, end.message!);
  const was = isTrue(job.status?.conditions, 'Suspended');
  if (job.spec.suspend === true && !was) record(job, 'Normal', 'Suspended', 'Job suspended');
  if (job.spec.suspend !== true && was) record(job, 'Normal', 'Resumed', 'Job resumed');
}
