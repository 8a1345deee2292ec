import { afterEach, describe, expect, it } from 'vitest';
import {
  type ControlledStore,
  controlledStore,
  deployment,
  edit,
  podTemplate,
} from '../../../test/support/controlled-store.ts';
import type { Deployment, ReplicaSet } from './types.ts';

let lab: ControlledStore;
afterEach(() => {
  lab.close();
  expect(lab.errors).toEqual([]);
});

const sets = (): readonly ReplicaSet[] => lab.store.list<ReplicaSet>('replicasets', 'default');
const web = (): Deployment => lab.store.get<Deployment>('deployments', 'web', 'default')!;
const image = (name: string) => (): Record<string, unknown> => ({ template: podTemplate('web', name) });

describe('a Deployment', () => {
  it('makes a ReplicaSet and pods with the usual names, events and status', async () => {
    lab = controlledStore();
    lab.create(deployment('web', { replicas: 3 }));
    await lab.settled();
    const [set] = sets();
    expect(set!.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{7,10}$/);
    expect(set!.metadata.labels).toEqual({
      app: 'web',
      'pod-template-hash': set!.metadata.name.slice('web-'.length),
    });
    expect(set!.metadata.annotations).toEqual({
      'deployment.kubernetes.io/desired-replicas': '3',
      'deployment.kubernetes.io/max-replicas': '4',
      'deployment.kubernetes.io/revision': '1',
    });
    const pods = lab.pods({ app: 'web' });
    expect(pods).toHaveLength(3);
    for (const pod of pods) {
      expect(pod.metadata.name).toMatch(
        new RegExp(`^${set!.metadata.name}-[bcdfghjklmnpqrstvwxz2456789]{5}$`),
      );
      expect(pod.metadata.generateName).toBe(`${set!.metadata.name}-`);
      expect(pod.spec.nodeName).toBe('portcullis-lab');
    }
    expect(web().status).toMatchObject({
      observedGeneration: web().metadata.generation,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    });
    expect(web().status?.unavailableReplicas).toBeUndefined();
    expect(web().status?.conditions).toMatchObject([
      { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
      {
        type: 'Progressing',
        status: 'True',
        reason: 'NewReplicaSetAvailable',
        message: `ReplicaSet "${set!.metadata.name}" has successfully progressed.`,
      },
    ]);
    expect(web().metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' });
    expect(lab.events('web')).toEqual([
      `Normal ScalingReplicaSet Scaled up replica set ${set!.metadata.name} from 0 to 3`,
    ]);
    expect(lab.events(set!.metadata.name).sort()).toEqual(
      pods.map(({ metadata }) => `Normal SuccessfulCreate Created pod: ${metadata.name}`).sort(),
    );
  });

  it('rolls over to a new template within maxSurge and maxUnavailable, and back to the old one', async () => {
    lab = controlledStore();
    lab.create(deployment('web', { replicas: 4 }));
    await lab.settled();
    const first = sets()[0]!.metadata.name;
    const most: number[] = [];
    const available: number[] = [];
    const stopSets = lab.store.subscribe('replicasets', () => {
      most.push(sets().reduce((sum, { spec }) => sum + spec.replicas!, 0));
    });
    const stop = lab.store.subscribe('pods', () => {
      const pods = lab
        .pods({ app: 'web' })
        .filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      available.push(
        pods.filter(({ status }) => status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'))
          .length,
      );
    });
    edit(lab.store, 'deployments', 'web', image('nginx:1.28'));
    await lab.settled();
    stop();
    stopSets();
    expect(Math.max(...most)).toBe(5);
    expect(Math.min(...available)).toBe(3);
    expect(
      sets()
        .map(({ spec }) => spec.replicas)
        .sort(),
    ).toEqual([0, 4]);
    const second = sets().find(({ spec }) => spec.replicas === 4)!.metadata.name;
    expect(web().metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
    expect(lab.events('web')).toContain(
      `Normal ScalingReplicaSet Scaled up replica set ${second} from 0 to 1`,
    );

    edit(lab.store, 'deployments', 'web', image('nginx:1.27'));
    await lab.settled();
    const back = lab.store.get<ReplicaSet>('replicasets', first, 'default')!;
    expect(back.spec.replicas).toBe(4);
    expect(back.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
    });
    expect(lab.pods({ app: 'web' })).toHaveLength(4);
  });

  it('with strategy Recreate starts no new pod before the last old one is gone', async () => {
    lab = controlledStore();
    lab.create(deployment('web', { replicas: 2, strategy: { type: 'Recreate' } }));
    await lab.settled();
    lab.kubelet.terminates = false;
    edit(lab.store, 'deployments', 'web', image('nginx:1.28'));
    await lab.settled();
    const old = lab.pods({ app: 'web' });
    expect(old.map(({ metadata }) => metadata.deletionTimestamp !== undefined)).toEqual([true, true]);
    expect(sets()).toHaveLength(1);
    for (const { metadata } of old)
      lab.store.delete('pods', metadata.name, 'default', { gracePeriodSeconds: 0 });
    await lab.settled();
    expect(sets()).toHaveLength(2);
    expect(lab.pods({ app: 'web' }).map(({ spec }) => spec.containers[0]!.image)).toEqual([
      'nginx:1.28',
      'nginx:1.28',
    ]);
  });

  it('paused, changes nothing but its size; resumed, rolls out', async () => {
    lab = controlledStore();
    lab.create(deployment('web', { replicas: 1 }));
    await lab.settled();
    edit(lab.store, 'deployments', 'web', () => ({ paused: true }));
    edit(lab.store, 'deployments', 'web', () => ({ ...image('nginx:1.28')(), replicas: 2 }));
    await lab.settled();
    expect(sets().map(({ spec }) => spec.replicas)).toEqual([2]);
    expect(web().status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused' }),
    );
    edit(lab.store, 'deployments', 'web', () => ({ paused: false }));
    await lab.settled();
    expect(sets()).toHaveLength(2);
    expect(lab.pods({ app: 'web' }).map(({ spec }) => spec.containers[0]!.image)).toEqual([
      'nginx:1.28',
      'nginx:1.28',
    ]);
  });

  it('keeps as many old ReplicaSets as revisionHistoryLimit says', async () => {
    lab = controlledStore();
    lab.create(deployment('web', { revisionHistoryLimit: 1 }));
    await lab.settled();
    for (const version of ['1.28', '1.29', '1.30']) {
      edit(lab.store, 'deployments', 'web', image(`nginx:${version}`));
      await lab.settled();
    }
    expect(
      sets()
        .map(({ metadata }) => metadata.annotations?.['deployment.kubernetes.io/revision'])
        .sort(),
    ).toEqual(['3', '4']);
  });

  it('keeps what works while a new template does not come up', async () => {
    lab = controlledStore();
    lab.create(deployment('web', { replicas: 4 }));
    await lab.settled();
    lab.kubelet.outcome = (pod) => ({
      phase: 'Running',
      ready: pod.spec.containers[0]!.image !== 'nginx:broken',
    });
    edit(lab.store, 'deployments', 'web', image('nginx:broken'));
    await lab.settled();
    expect(web().status).toMatchObject({ replicas: 5, updatedReplicas: 2, availableReplicas: 3 });
    expect(web().status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Progressing', reason: 'ReplicaSetUpdated' }),
    );
    edit(lab.store, 'deployments', 'web', image('nginx:1.27'));
    await lab.settled();
    expect(web().status).toMatchObject({ replicas: 4, updatedReplicas: 4, availableReplicas: 4 });
  });

  it('scaled in the middle of a rollout, scales old and new in proportion', async () => {
    lab = controlledStore();
    lab.create(
      deployment('web', {
        replicas: 10,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } },
      }),
    );
    await lab.settled();
    lab.kubelet.outcome = (pod) => ({
      phase: 'Running',
      ready: pod.spec.containers[0]!.image !== 'nginx:broken',
    });
    edit(lab.store, 'deployments', 'web', image('nginx:broken'));
    await lab.settled();
    expect(
      sets()
        .map(({ spec }) => spec.replicas)
        .sort(),
    ).toEqual([5, 8]);
    edit(lab.store, 'deployments', 'web', () => ({ replicas: 15 }));
    await lab.settled();
    expect(
      sets()
        .map(({ spec }) => spec.replicas)
        .sort((a, b) => a! - b!),
    ).toEqual([7, 11]);
  });

  it('deleted and made again at once, comes up as if nothing had been', async () => {
    lab = controlledStore();
    for (let i = 0; i < 3; i++) {
      lab.create(deployment('web', { replicas: 2 }));
      if (i === 1) await lab.settled();
      if (i < 2) lab.store.delete('deployments', 'web', 'default');
    }
    await lab.settled();
    expect(web().status).toMatchObject({ replicas: 2, availableReplicas: 2 });
    expect(lab.pods({ app: 'web' })).toHaveLength(2);
    expect(sets().every(({ metadata }) => metadata.ownerReferences?.[0]?.uid === web().metadata.uid)).toBe(
      true,
    );
  });

  it('says that it makes no progress when its deadline is over', async () => {
    lab = controlledStore();
    lab.kubelet.outcome = () => ({ phase: 'Running', ready: false });
    lab.create(deployment('web', { progressDeadlineSeconds: 1 }));
    await new Promise<void>((resolve) => {
      lab.store.subscribe('deployments', () => {
        const late = web().status?.conditions?.some(({ reason }) => reason === 'ProgressDeadlineExceeded');
        if (late) resolve();
      });
    });
    expect(web().status?.conditions).toContainEqual(
      expect.objectContaining({
        type: 'Progressing',
        status: 'False',
        message: `ReplicaSet "${sets()[0]!.metadata.name}" has timed out progressing.`,
      }),
    );
  });
});
