import { StatusError, sameValue, timestamp } from '../store/index.ts';
import { controllerReference } from './claim.ts';
import { type Context, keyOf, recorder, splitKey } from './context.ts';
import { parseSchedule, type Schedule } from './cron-schedule.ts';
import { finishedBy, isJobFinished } from './job-status.ts';
import { controllerOf } from './object-index.ts';
import { isGone, isNamespaceTerminating, messageOf } from './pods.ts';
import type { CronJob, Job, ObjectReference } from './types.ts';

const component = 'cronjob-controller';
const mostMissed = 100;
const dayMilliseconds = 86_400_000;

/** Starts Jobs when their time comes. Source: pkg/controller/cronjob. */
export function startCronJobs(context: Context): () => void {
  const { store } = context;
  const worker = context.queue.worker('cronjob', (key) => {
    const { namespace, name } = splitKey(key);
    const cron = store.get<CronJob>('cronjobs', name, namespace);
    if (cron === undefined) return;
    const wait = reconcile(context, cron, new Date());
    if (wait !== undefined) worker.addAfter(key, wait);
  });
  const stops = [
    store.subscribe('cronjobs', ({ object }) => worker.add(keyOf(object))),
    store.subscribe('jobs', ({ object }) => {
      const owner = controllerOf(object);
      if (owner?.kind === 'CronJob') worker.add(`${object.metadata.namespace}/${owner.name}`);
    }),
  ];
  for (const cron of store.list('cronjobs')) worker.add(keyOf(cron));
  return () => {
    for (const stop of stops) stop();
  };
}

/** Gives back in how many milliseconds the schedule falls due again. */
function reconcile(context: Context, cron: CronJob, now: Date): number | undefined {
  const seen = lookAtJobs(context, cron);
  cleanUp(context, cron);
  if (cron.metadata.deletionTimestamp !== undefined || cron.spec.suspend === true) {
    writeStatus(context, cron, seen);
    return undefined;
  }
  let schedule: Schedule;
  try {
    schedule = parseSchedule(cron.spec.schedule, cron.spec.timeZone);
  } catch (error) {
    const message = `unparseable schedule: "${cron.spec.schedule}" : ${messageOf(error)}`;
    recorder(context, component)(cron, 'Warning', 'UnparseableSchedule', message);
    writeStatus(context, cron, seen);
    return undefined;
  }
  const due = lastDue(cron, schedule, now);
  const status = due === undefined ? seen : start(context, cron, seen, due, now);
  writeStatus(context, cron, status);
  const next = schedule.next(now);
  return next === undefined ? undefined : next.getTime() - Date.now() + 100;
}

type Status = NonNullable<CronJob['status']>;

function jobsOf({ index }: Context, { metadata }: CronJob): readonly Job[] {
  return index.controlled<Job>(metadata.uid, 'jobs');
}

/** The status as the jobs have it: which run, when the last one succeeded. */
function lookAtJobs(context: Context, cron: CronJob): Status {
  const record = recorder(context, component);
  const jobs = new Map(jobsOf(context, cron).map((job) => [job.metadata.uid, job]));
  const active: ObjectReference[] = [];
  for (const reference of cron.status?.active ?? []) {
    const job = jobs.get(reference.uid);
    if (job === undefined) {
      record(cron, 'Normal', 'MissingJob', `Active job went missing: ${reference.name}`);
    } else if (isJobFinished(job)) {
      const condition = finishedBy(job)!.type;
      record(
        cron,
        'Normal',
        'SawCompletedJob',
        `Saw completed job: ${reference.name}, condition: ${condition}`,
      );
    } else active.push(reference);
  }
  const successes = [...jobs.values()].map(({ status }) => status?.completionTime ?? '');
  const last = [cron.status?.lastSuccessfulTime ?? '', ...successes].sort().at(-1)!;
  return {
    ...(active.length > 0 && { active }),
    ...(cron.status?.lastScheduleTime !== undefined && { lastScheduleTime: cron.status.lastScheduleTime }),
    ...(last !== '' && { lastSuccessfulTime: last }),
  };
}

/** The latest time that has passed without a job; undefined where none has. */
function lastDue({ metadata, status, spec }: CronJob, schedule: Schedule, now: Date): Date | undefined {
  let from = new Date(status?.lastScheduleTime ?? metadata.creationTimestamp);
  if (spec.startingDeadlineSeconds !== undefined) {
    from = new Date(Math.max(from.getTime(), now.getTime() - spec.startingDeadlineSeconds * 1000));
  }
  let due: Date | undefined;
  let missed = 0;
  for (let at = schedule.next(from); at !== undefined && at <= now; at = schedule.next(at)) {
    due = at;
    // After a long pause only the last day is looked through.
    if (++missed === mostMissed) at = new Date(Math.max(at.getTime(), now.getTime() - dayMilliseconds));
  }
  return due;
}

function start(context: Context, cron: CronJob, status: Status, due: Date, now: Date): Status {
  const { store } = context;
  const record = recorder(context, component);
  const { concurrencyPolicy, startingDeadlineSeconds } = cron.spec;
  if (
    startingDeadlineSeconds !== undefined &&
    due.getTime() + startingDeadlineSeconds * 1000 < now.getTime()
  ) {
    const message = `Missed scheduled time to start a job: ${due.toUTCString()}`;
    record(cron, 'Warning', 'MissSchedule', message);
    return status;
  }
  const running = status.active ?? [];
  if (concurrencyPolicy === 'Forbid' && running.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    record(cron, 'Normal', 'JobAlreadyActive', message);
    return status;
  }
  const replaces = concurrencyPolicy === 'Replace';
  if (replaces) for (const { name } of running) removeJob(context, cron, name);
  try {
    const job = store.create<Job>(newJob(cron, due));
    record(cron, 'Normal', 'SuccessfulCreate', `Created job ${job.metadata.name}`);
    const { name, namespace, uid, resourceVersion } = job.metadata;
    const reference = {
      kind: 'Job',
      namespace: namespace!,
      name,
      uid,
      apiVersion: 'batch/v1',
      resourceVersion,
    };
    return { ...status, active: [...(replaces ? [] : running), reference], lastScheduleTime: timestamp(due) };
  } catch (error) {
    if (isNamespaceTerminating(error)) return status;
    if (error instanceof StatusError && error.reason === 'AlreadyExists') {
      return { ...status, lastScheduleTime: timestamp(due) };
    }
    record(cron, 'Warning', 'FailedCreate', `Error creating job: ${messageOf(error)}`);
    throw error;
  }
}

function newJob(cron: CronJob, due: Date): Parameters<Context['store']['create']>[0] {
  const { metadata = {}, spec } = cron.spec.jobTemplate;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${cron.metadata.name}-${Math.floor(due.getTime() / 60_000)}`,
      namespace: cron.metadata.namespace!,
      ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
      annotations: {
        ...metadata.annotations,
        'batch.kubernetes.io/cronjob-scheduled-timestamp': timestamp(due),
      },
      ownerReferences: [controllerReference(cron)],
    },
    spec,
  };
}

/** Deletes the oldest finished jobs beyond the limits. */
function cleanUp(context: Context, cron: CronJob): void {
  const { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1 } = cron.spec;
  const jobs = [...jobsOf(context, cron)]
    .filter((job) => isJobFinished(job) && job.metadata.deletionTimestamp === undefined)
    .sort((a, b) => ((a.status?.startTime ?? '') < (b.status?.startTime ?? '') ? -1 : 1));
  for (const [type, limit] of [
    ['Complete', successfulJobsHistoryLimit],
    ['Failed', failedJobsHistoryLimit],
  ] as const) {
    const ended = jobs.filter((job) => finishedBy(job)?.type === type);
    for (const { metadata } of ended.slice(0, Math.max(0, ended.length - limit))) {
      removeJob(context, cron, metadata.name);
    }
  }
}

function removeJob(context: Context, cron: CronJob, name: string): void {
  try {
    const { namespace } = cron.metadata;
    context.store.delete('jobs', name, namespace, { propagationPolicy: 'Background' });
    recorder(context, component)(cron, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function writeStatus({ store }: Context, { metadata, status: before = {} }: CronJob, status: Status): void {
  if (sameValue(status, before)) return;
  store.modify<CronJob>(
    'cronjobs',
    metadata.name,
    metadata.namespace,
    (current) => (current.metadata.uid === metadata.uid ? { ...current, status } : undefined),
    'status',
  );
}
