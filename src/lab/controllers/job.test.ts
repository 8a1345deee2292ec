import { afterEach, describe, expect, it } from 'vitest';
import { type ControlledStore, controlledStore, edit } from '../../../test/support/controlled-store.ts';
import { type ApiObject, type NewObject, type Pod, timestamp } from '../store/index.ts';
import type { CronJob, Job } from './types.ts';

let lab: ControlledStore;
afterEach(() => {
  lab.close();
  expect(lab.errors).toEqual([]);
});

const template = {
  spec: { containers: [{ name: 'work', image: 'busybox' }], restartPolicy: 'Never' },
};
const job = (spec: Record<string, unknown> = {}): NewObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'count' },
  spec: { parallelism: 1, completions: 1, backoffLimit: 6, template, ...spec },
});
const found = (): Job => lab.store.get<Job>('jobs', 'count', 'default')!;
const ended = (phase: Pod['status']['phase']) => () => ({ phase, ready: false });

describe('a Job', () => {
  it('runs to its end', async () => {
    lab = controlledStore();
    lab.kubelet.outcome = ended('Succeeded');
    lab.create(job());
    await lab.settled();
    const [pod] = lab.pods();
    expect(pod!.metadata.name).toMatch(/^count-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    const { uid } = found().metadata;
    expect(pod!.metadata.labels).toEqual({
      'batch.kubernetes.io/controller-uid': uid,
      'batch.kubernetes.io/job-name': 'count',
      'controller-uid': uid,
      'job-name': 'count',
    });
    expect(found().spec.selector).toEqual({ matchLabels: { 'batch.kubernetes.io/controller-uid': uid } });
    expect(found().status).toMatchObject({ succeeded: 1, ready: 0, terminating: 0 });
    expect(found().status?.conditions).toMatchObject([
      { type: 'SuccessCriteriaMet', status: 'True', reason: 'CompletionsReached' },
      { type: 'Complete', status: 'True', message: 'Reached expected number of succeeded pods' },
    ]);
    expect(found().status?.completionTime).toBeDefined();
    expect(lab.events('count')).toEqual([
      `Normal SuccessfulCreate Created pod: ${pod!.metadata.name}`,
      'Normal Completed Job completed',
    ]);
  });

  it('runs as many pods at once as parallelism says, until there are enough completions', async () => {
    lab = controlledStore();
    lab.kubelet.outcome = () => undefined;
    lab.create(job({ parallelism: 2, completions: 5 }));
    await lab.settled();
    expect(lab.pods()).toHaveLength(2);
    const most: number[] = [];
    lab.store.subscribe('pods', () => {
      most.push(lab.pods().filter(({ status }) => status.phase !== 'Succeeded').length);
    });
    lab.kubelet.outcome = ended('Succeeded');
    for (const { metadata } of lab.pods()) {
      lab.store.modify('pods', metadata.name, 'default', (pod) => ({
        ...pod,
        metadata: { ...pod.metadata, annotations: { poked: 'yes' } },
      }));
    }
    await lab.settled();
    expect(Math.max(...most)).toBe(2);
    expect(found().status).toMatchObject({ succeeded: 5 });
    expect(lab.pods()).toHaveLength(5);
  });

  it('gives each pod of an Indexed job its number', async () => {
    lab = controlledStore();
    lab.kubelet.outcome = ended('Succeeded');
    lab.create(job({ parallelism: 3, completions: 3, completionMode: 'Indexed' }));
    await lab.settled();
    expect(
      lab
        .pods()
        .map(({ metadata, spec }) => [
          metadata.name.slice(0, 'count-0-'.length),
          metadata.annotations?.['batch.kubernetes.io/job-completion-index'],
          spec.hostname,
        ]),
    ).toEqual([0, 1, 2].map((i) => [`count-${i}-`, `${i}`, `count-${i}`]));
    expect(found().status).toMatchObject({ succeeded: 3, completedIndexes: '0-2' });
  });

  it('gives up when more pods failed than backoffLimit', async () => {
    lab = controlledStore();
    lab.kubelet.outcome = ended('Failed');
    lab.create(job({ backoffLimit: 0 }));
    await lab.settled();
    expect(found().status).toMatchObject({ failed: 1 });
    expect(found().status?.conditions).toMatchObject([
      { type: 'FailureTarget', status: 'True', reason: 'BackoffLimitExceeded' },
      { type: 'Failed', status: 'True', message: 'Job has reached the specified backoff limit' },
    ]);
    expect(lab.events('count')).toContain(
      'Warning BackoffLimitExceeded Job has reached the specified backoff limit',
    );
  });

  it('waits before it tries again, and counts pods that somebody deleted', async () => {
    lab = controlledStore();
    lab.kubelet.outcome = ended('Failed');
    lab.create(job());
    await lab.settled();
    expect(lab.pods()).toHaveLength(1);
    lab.store.delete('pods', lab.pods()[0]!.metadata.name, 'default');
    await lab.settled();
    expect(lab.pods()).toHaveLength(0);
    expect(found().status).toMatchObject({ failed: 1 });
  });

  it('stops its pods while it is suspended, and goes on', async () => {
    lab = controlledStore();
    lab.create(job());
    await lab.settled();
    edit(lab.store, 'jobs', 'count', () => ({ suspend: true }));
    await lab.settled();
    expect(lab.pods()).toEqual([]);
    expect(found().status).not.toHaveProperty('failed');
    expect(found().status?.conditions).toMatchObject([{ type: 'Suspended', status: 'True' }]);
    edit(lab.store, 'jobs', 'count', () => ({ suspend: false }));
    await lab.settled();
    expect(lab.pods()).toHaveLength(1);
    expect(lab.events('count').filter((text) => /Job (suspended|resumed)/.test(text))).toHaveLength(2);
  });

  it('ends after activeDeadlineSeconds', async () => {
    lab = controlledStore();
    lab.create(job({ activeDeadlineSeconds: 1 }));
    await new Promise<void>((resolve) => {
      lab.store.subscribe('jobs', () => {
        if (found().status?.conditions?.some(({ type }) => type === 'Failed')) resolve();
      });
    });
    await lab.settled();
    expect(found().status?.conditions).toContainEqual(
      expect.objectContaining({
        reason: 'DeadlineExceeded',
        message: 'Job was active longer than specified deadline',
      }),
    );
    expect(lab.pods()).toEqual([]);
  });

  it('goes after ttlSecondsAfterFinished', async () => {
    lab = controlledStore();
    lab.kubelet.outcome = ended('Succeeded');
    lab.create(job({ ttlSecondsAfterFinished: 0 }));
    await lab.settled();
    expect(found()).toBeUndefined();
    expect(lab.pods()).toEqual([]);
  });
});

describe('a CronJob', () => {
  const cronJob = (spec: Record<string, unknown> = {}): NewObject => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'tick' },
    spec: {
      schedule: '* * * * *',
      concurrencyPolicy: 'Allow',
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: { metadata: { labels: { from: 'tick' } }, spec: job().spec as object },
      ...spec,
    },
  });

  const due = (): void => {
    const lastScheduleTime = timestamp(new Date(Date.now() - 150_000));
    const status = (cron: ApiObject): ApiObject => ({ ...cron, status: { lastScheduleTime } });
    lab.store.modify('cronjobs', 'tick', 'default', status, 'status');
  };
  const tick = (): CronJob => lab.store.get<CronJob>('cronjobs', 'tick', 'default')!;

  it('starts a job when one is due, under the minute for which it is', async () => {
    lab = controlledStore();
    lab.create(cronJob());
    await lab.settled();
    expect(lab.store.list('jobs', 'default')).toEqual([]);
    due();
    await lab.settled();
    const [made, ...more] = lab.store.list<Job>('jobs', 'default');
    expect(more).toEqual([]);
    const { lastScheduleTime } = tick().status!;
    expect(made!.metadata).toMatchObject({
      name: `tick-${Date.parse(lastScheduleTime!) / 60_000}`,
      labels: { from: 'tick' },
      annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': lastScheduleTime },
      ownerReferences: [{ kind: 'CronJob', name: 'tick', controller: true }],
    });
    expect(tick().status?.active).toMatchObject([{ kind: 'Job', name: made!.metadata.name }]);
    expect(lab.events('tick')).toEqual([`Normal SuccessfulCreate Created job ${made!.metadata.name}`]);
  });

  it('keeps as many finished jobs as it is told, and says when the last one succeeded', async () => {
    lab = controlledStore();
    lab.kubelet.outcome = ended('Succeeded');
    lab.create(cronJob({ successfulJobsHistoryLimit: 0 }));
    due();
    await lab.settled();
    expect(lab.store.list('jobs', 'default')).toEqual([]);
    expect(tick().status?.active).toBeUndefined();
    expect(tick().status?.lastSuccessfulTime).toBeDefined();
    expect(lab.events('tick').map((text) => text.split(' ')[1])).toEqual([
      'SuccessfulCreate',
      'SawCompletedJob',
      'SuccessfulDelete',
    ]);
  });

  it('with Forbid waits for the job that runs', async () => {
    lab = controlledStore();
    lab.create(cronJob({ concurrencyPolicy: 'Forbid' }));
    due();
    await lab.settled();
    const { active } = tick().status!;
    const lastScheduleTime = timestamp(new Date(Date.now() - 150_000));
    lab.store.modify(
      'cronjobs',
      'tick',
      'default',
      (cron) => ({ ...cron, status: { active, lastScheduleTime } }),
      'status',
    );
    await lab.settled();
    expect(lab.store.list('jobs', 'default')).toHaveLength(1);
    expect(lab.events('tick').at(-1)).toBe(
      'Normal JobAlreadyActive Not starting job because prior execution is running and concurrency policy is Forbid',
    );
  });

  it('does nothing while suspended, and says what it cannot read', async () => {
    lab = controlledStore();
    lab.create(cronJob({ suspend: true }));
    lab.create({ ...cronJob({ schedule: '61 * * * *' }), metadata: { name: 'odd' } });
    await lab.settled();
    expect(lab.store.list('jobs', 'default')).toEqual([]);
    expect(lab.events('odd')).toEqual([
      'Warning UnparseableSchedule unparseable schedule: "61 * * * *" : end of range (61) above maximum (59): 61',
    ]);
  });
});
