import { afterEach, describe, expect, it } from 'vitest';
import {
  type ControlledStore,
  controlledStore,
  deployment,
  edit,
  podTemplate,
} from '../../../test/support/controlled-store.ts';
import type { ReplicaSet } from './types.ts';

let lab: ControlledStore;
afterEach(() => lab.close());

const replicaSet = (spec: Record<string, unknown> = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web' },
  spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: podTemplate('web'), ...spec },
});
const web = (): ReplicaSet => lab.store.get<ReplicaSet>('replicasets', 'web', 'default')!;

describe('a ReplicaSet', () => {
  it('replaces a pod that is deleted, and takes pods away when it is made smaller, unready ones first', async () => {
    lab = controlledStore();
    lab.kubelet.outcome = ({ metadata }) => ({ phase: 'Running', ready: !metadata.labels?.broken });
    lab.create(replicaSet({ replicas: 3 }));
    await lab.settled();
    const [gone, broken] = lab.pods();
    lab.store.delete('pods', gone!.metadata.name, 'default');
    lab.store.modify('pods', broken!.metadata.name, 'default', (pod) => ({
      ...pod,
      metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, broken: 'yes' } },
    }));
    await lab.settled();
    expect(lab.pods().map(({ metadata }) => metadata.name)).not.toContain(gone!.metadata.name);
    expect(web().status).toEqual({
      replicas: 3,
      fullyLabeledReplicas: 3,
      readyReplicas: 2,
      availableReplicas: 2,
      observedGeneration: 1,
    });
    edit(lab.store, 'replicasets', 'web', () => ({ replicas: 2 }));
    await lab.settled();
    expect(lab.pods().map(({ metadata }) => metadata.name)).not.toContain(broken!.metadata.name);
    expect(lab.events('web')).toContain(`Normal SuccessfulDelete Deleted pod: ${broken!.metadata.name}`);
  });

  it('takes in pods that match and have no controller, and lets go of those that no longer match', async () => {
    lab = controlledStore();
    lab.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'bare', labels: { app: 'web' } },
      spec: podTemplate('web').spec as object,
      status: { phase: 'Pending' },
    });
    lab.create(replicaSet());
    await lab.settled();
    expect(lab.pods()).toHaveLength(2);
    expect(lab.store.get('pods', 'bare', 'default')?.metadata.ownerReferences).toMatchObject([
      { kind: 'ReplicaSet', name: 'web', controller: true, blockOwnerDeletion: true },
    ]);
    lab.store.modify('pods', 'bare', 'default', (pod) => ({
      ...pod,
      metadata: { ...pod.metadata, labels: { app: 'quarantine' } },
    }));
    await lab.settled();
    expect(lab.store.get('pods', 'bare', 'default')?.metadata.ownerReferences).toBeUndefined();
    expect(lab.pods({ app: 'web' })).toHaveLength(2);
  });

  it('says why it cannot make pods, and makes them when it can', async () => {
    lab = controlledStore();
    const template = podTemplate('web') as { spec: object };
    lab.create(
      deployment('web', {
        template: { ...template, spec: { ...template.spec, serviceAccountName: 'robot' } },
      }),
    );
    await lab.settled();
    const why =
      /^pods "web-\w+-" is forbidden: error looking up service account default\/robot: serviceaccount "robot" not found$/;
    const [set] = lab.store.list<ReplicaSet>('replicasets', 'default');
    expect(set!.status?.conditions).toMatchObject([
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: expect.stringMatching(why) },
    ]);
    expect(lab.events(set!.metadata.name)[0]).toMatch(/^Warning FailedCreate Error creating: pods "web-/);
    const made = lab.store.get<ReplicaSet>('deployments', 'web', 'default')!;
    expect(made.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'ReplicaFailure', reason: 'FailedCreate' }),
    );
    lab.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } });
    await lab.settled();
    expect(lab.pods()).toHaveLength(1);
    expect(lab.store.list<ReplicaSet>('replicasets', 'default')[0]!.status?.conditions).toBeUndefined();
  });

  it('counts a pod as available when it has been ready for minReadySeconds', async () => {
    lab = controlledStore();
    lab.create(replicaSet({ replicas: 1, minReadySeconds: 1 }));
    await lab.settled();
    expect(web().status).toMatchObject({ readyReplicas: 1 });
    expect(web().status?.availableReplicas).toBeUndefined();
    await new Promise<void>((resolve) => {
      const stop = lab.store.subscribe('replicasets', () => {
        if (web().status?.availableReplicas !== 1) return;
        stop();
        resolve();
      });
    });
  });

  it('makes many pods without slowing down as they grow more', async () => {
    lab = controlledStore();
    lab.create(replicaSet({ replicas: 300 }));
    await lab.settled();
    expect(web().status).toMatchObject({ replicas: 300, availableReplicas: 300 });
  });
});
