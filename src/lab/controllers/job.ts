import { type Condition, type Pod, timestamp } from '../store/index.ts';
import { newCondition } from './conditions.ts';
import { type Context, splitKey } from './context.ts';
import { component, type JobScene, podsOf, writeJobStatus } from './job-outcome.ts';
import { jobPod } from './job-pod.ts';
import {
  completedIndexes,
  count,
  emptyTally,
  finishedBy,
  indexOf,
  isIndexed,
  isJobFinished,
  type Tally,
} from './job-status.ts';
import { controllerOf } from './object-index.ts';
import { isActive } from './pod-state.ts';
import { followPods, isGone, type PodControl, podControl } from './pods.ts';
import type { Job } from './types.ts';

const firstBackOffMilliseconds = 10_000;
const longestBackOffMilliseconds = 600_000;

/**
 * Runs Jobs to their end. How pods ended is kept in the controller's own memory, so that pods that are deleted count: in a cluster the finalizer `batch.kubernetes.io/job-tracking` is for that,
 * whose controllers may die. Source: pkg/controller/job.
 */
export function startJobs(context: Context): () => void {
  const { store } = context;
  const control = podControl(context, component);
  const tallies = new Map<string, Tally>();
  const tallyOf = (uid: string): Tally => {
    const tally = tallies.get(uid) ?? emptyTally();
    tallies.set(uid, tally);
    return tally;
  };
  const worker = context.queue.worker('job', (key) => {
    const { namespace, name } = splitKey(key);
    const job = store.get<Job>('jobs', name, namespace);
    if (job === undefined) return;
    const wait = reconcile({ context, control, job, tally: tallyOf(job.metadata.uid), now: Date.now() });
    if (wait !== undefined) worker.addAfter(key, wait);
  });
  const note = (pod: Pod, gone: boolean): void => {
    const owner = controllerOf(pod);
    if (owner?.kind !== 'Job' || context.index.byUid(owner.uid) === undefined) return;
    count(tallyOf(owner.uid), pod, gone);
  };
  for (const pod of store.list<Pod>('pods')) note(pod, false);
  const stops = [
    store.subscribe('pods', ({ type, object }) => note(object as Pod, type === 'DELETED')),
    ...followPods(context, { resource: 'jobs', kind: 'Job' }, worker),
    store.subscribe('jobs', ({ type, object }) => {
      if (type === 'DELETED') tallies.delete(object.metadata.uid);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

interface Scene extends JobScene {
  readonly control: PodControl;
  readonly now: number;
}

/** Gives back after how many milliseconds something is due: a deadline, a retry, the end of what is finished. */
function reconcile(scene: Scene): number | undefined {
  const { job } = scene;
  if (isJobFinished(job)) return expire(scene);
  if (job.metadata.deletionTimestamp !== undefined) return undefined;
  const started = withStart(scene);
  const end = endOf(scene, started);
  const suspended = job.spec.suspend === true;
  let wait: number | undefined;
  if (end !== undefined || suspended) withdraw(scene, podsOf(scene).filter(isActive));
  else wait = resize(scene);
  writeJobStatus(scene, started, end);
  if (end !== undefined) return expire(scene);
  const deadline = untilDeadline(scene, started);
  return [wait, deadline].reduce((a, b) => (a === undefined ? b : b === undefined ? a : Math.min(a, b)));
}

function withStart({ job }: Scene): string | undefined {
  if (job.spec.suspend === true) return undefined;
  return job.status?.startTime ?? timestamp();
}

/** The condition by which the job ends now, if it does. */
function endOf(scene: Scene, started: string | undefined): Condition | undefined {
  const { job, tally } = scene;
  const { spec } = job;
  const succeeded = isIndexed(job) ? completedIndexes(job, tally).size : tally.succeeded.size;
  const active = podsOf(scene).filter(isActive);
  const { backoffLimit = 6 } = spec;
  const restarts = spec.template.spec.restartPolicy === 'OnFailure' ? restartsOf(active) : 0;
  if (tally.failed.size > backoffLimit || (restarts > 0 && restarts >= backoffLimit)) {
    const message = 'Job has reached the specified backoff limit';
    return newCondition('Failed', 'True', 'BackoffLimitExceeded', message);
  }
  if (started !== undefined && (untilDeadline(scene, started) ?? 1) <= 0) {
    const message = 'Job was active longer than specified deadline';
    return newCondition('Failed', 'True', 'DeadlineExceeded', message);
  }
  const wanted = spec.completions;
  const complete =
    wanted === undefined
      ? succeeded > 0 && active.length === 0
      : succeeded >= wanted && spec.suspend !== true;
  if (!complete) return undefined;
  return newCondition('Complete', 'True', 'CompletionsReached', 'Reached expected number of succeeded pods');
}

function restartsOf(pods: readonly Pod[]): number {
  const statuses = pods.flatMap(({ status }) => [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
  ]);
  return statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
}

/** Makes or takes away pods, so that as many work as may. Gives back how long a retry has to wait. */
function resize(scene: Scene): number | undefined {
  const { control, job, tally, now } = scene;
  const { parallelism = 1, completions } = job.spec;
  const pods = podsOf(scene);
  const active = pods.filter(isActive);
  if (active.length > parallelism) {
    withdraw(scene, active.slice(parallelism));
    return undefined;
  }
  const done = completions === undefined && tally.succeeded.size > 0;
  const left = completions === undefined ? parallelism : completions - tally.succeeded.size;
  const indexes = isIndexed(job) ? freeIndexes(scene, active) : undefined;
  const missing = Math.min(parallelism, left, indexes === undefined ? left : indexes.length + active.length);
  const create = done ? 0 : missing - active.length;
  if (create <= 0) return undefined;
  const wait = backOff(tally) - now;
  if (wait > 0) return wait;
  for (let i = 0; i < create; i++) control.create(job, jobPod(job, indexes?.[i]));
  return undefined;
}

function freeIndexes({ job, tally }: Scene, active: readonly Pod[]): readonly number[] {
  const taken = new Set([...completedIndexes(job, tally), ...active.map(indexOf)]);
  const all = Array.from({ length: job.spec.completions ?? 0 }, (_, i) => i);
  return all.filter((index) => !taken.has(index));
}

/** When the next pod may start after pods failed: 10 s, 20 s, 40 s … after the last. */
function backOff({ failed }: Tally): number {
  if (failed.size === 0) return 0;
  const pause = Math.min(firstBackOffMilliseconds * 2 ** (failed.size - 1), longestBackOffMilliseconds);
  return Math.max(...failed.values()) + pause;
}

function withdraw({ control, job, tally }: Scene, pods: readonly Pod[]): void {
  for (const pod of pods) {
    tally.withdrawn.add(pod.metadata.uid);
    control.delete(job, pod);
  }
}

function untilDeadline({ job, now }: Scene, started: string | undefined): number | undefined {
  const { activeDeadlineSeconds } = job.spec;
  if (activeDeadlineSeconds === undefined || started === undefined) return undefined;
  return Date.parse(started) + activeDeadlineSeconds * 1000 - now;
}

/** Deletes a finished job when its time is up. */
function expire({ context, job, now }: Scene): number | undefined {
  const { ttlSecondsAfterFinished } = job.spec;
  const { name, namespace, uid } = job.metadata;
  const finished = context.store.get<Job>('jobs', name, namespace);
  const end = finished === undefined ? undefined : finishedBy(finished);
  if (ttlSecondsAfterFinished === undefined || end?.lastTransitionTime === undefined) return undefined;
  const wait = Date.parse(end.lastTransitionTime) + ttlSecondsAfterFinished * 1000 - now;
  if (wait > 0) return wait;
  try {
    context.store.delete('jobs', name, namespace, {
      propagationPolicy: 'Foreground',
      preconditions: { uid },
    });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  return undefined;
}
