import { afterEach, describe, expect, it } from 'vitest';
import {
  type ControlledStore,
  controlledStore,
  edit,
  podTemplate,
} from '../../../test/support/controlled-store.ts';
import type { StatefulSet } from './types.ts';

let lab: ControlledStore;
afterEach(() => {
  lab.close();
  expect(lab.errors).toEqual([]);
});

const statefulSet = (spec: Record<string, unknown> = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db' },
  spec: {
    replicas: 3,
    serviceName: 'db',
    selector: { matchLabels: { app: 'db' } },
    template: podTemplate('db'),
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    revisionHistoryLimit: 10,
    ...spec,
  },
});
const db = (): StatefulSet => lab.store.get<StatefulSet>('statefulsets', 'db', 'default')!;
const names = (): readonly string[] => lab.pods({ app: 'db' }).map(({ metadata }) => metadata.name);
const images = (): readonly string[] => lab.pods({ app: 'db' }).map(({ spec }) => spec.containers[0]!.image);

describe('a StatefulSet', () => {
  it('makes its pods one after the other, each when the one before is ready', async () => {
    lab = controlledStore();
    let held = 'db-1';
    lab.kubelet.outcome = ({ metadata }) => ({ phase: 'Running', ready: metadata.name !== held });
    lab.create(statefulSet());
    await lab.settled();
    expect(names()).toEqual(['db-0', 'db-1']);
    held = '';
    lab.store.modify('pods', 'db-1', 'default', (pod) => ({
      ...pod,
      metadata: { ...pod.metadata, annotations: { poked: 'yes' } },
    }));
    await lab.settled();
    expect(names()).toEqual(['db-0', 'db-1', 'db-2']);
    const revision = db().status!.updateRevision!;
    expect(revision).toMatch(/^db-[bcdfghjklmnpqrstvwxz2456789]{7,10}$/);
    expect(db().status).toEqual({
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: revision,
      updateRevision: revision,
      collisionCount: 0,
      availableReplicas: 3,
    });
    expect(lab.pods({ app: 'db' })[1]).toMatchObject({
      metadata: {
        labels: {
          app: 'db',
          'apps.kubernetes.io/pod-index': '1',
          'controller-revision-hash': revision,
          'statefulset.kubernetes.io/pod-name': 'db-1',
        },
      },
      spec: { hostname: 'db-1', subdomain: 'db' },
    });
    expect(lab.events('db')).toEqual(
      [0, 1, 2].map((i) => `Normal SuccessfulCreate create Pod db-${i} in StatefulSet db successful`),
    );
  });

  it('with Parallel makes them all at once', async () => {
    lab = controlledStore();
    lab.kubelet.outcome = () => undefined;
    lab.create(statefulSet({ podManagementPolicy: 'Parallel' }));
    await lab.settled();
    expect(names()).toEqual(['db-0', 'db-1', 'db-2']);
  });

  it('shrinks from the highest number on, and gives a deleted pod its name again', async () => {
    lab = controlledStore();
    lab.create(statefulSet());
    await lab.settled();
    const before = lab.store.get('pods', 'db-0', 'default')!.metadata.uid;
    lab.store.delete('pods', 'db-0', 'default');
    await lab.settled();
    expect(names()).toEqual(['db-0', 'db-1', 'db-2']);
    expect(lab.store.get('pods', 'db-0', 'default')!.metadata.uid).not.toBe(before);
    edit(lab.store, 'statefulsets', 'db', () => ({ replicas: 1 }));
    await lab.settled();
    expect(names()).toEqual(['db-0']);
    expect(lab.events('db').filter((text) => text.includes('delete'))).toEqual([
      'Normal SuccessfulDelete delete Pod db-2 in StatefulSet db successful',
      'Normal SuccessfulDelete delete Pod db-1 in StatefulSet db successful',
    ]);
  });

  it('rolls out a new template from the highest number down to the partition, and keeps revisions', async () => {
    lab = controlledStore();
    lab.create(statefulSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }));
    await lab.settled();
    edit(lab.store, 'statefulsets', 'db', () => ({ template: podTemplate('db', 'nginx:1.28') }));
    await lab.settled();
    expect(images()).toEqual(['nginx:1.27', 'nginx:1.27', 'nginx:1.28']);
    expect(db().status).toMatchObject({ currentReplicas: 2, updatedReplicas: 1 });
    // A pod below the partition comes back as it was.
    lab.store.delete('pods', 'db-0', 'default');
    await lab.settled();
    expect(images()).toEqual(['nginx:1.27', 'nginx:1.27', 'nginx:1.28']);
    edit(lab.store, 'statefulsets', 'db', () => ({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    }));
    await lab.settled();
    expect(images()).toEqual(['nginx:1.28', 'nginx:1.28', 'nginx:1.28']);
    expect(db().status!.currentRevision).toBe(db().status!.updateRevision);
    expect(
      lab.store
        .list('controllerrevisions', 'default')
        .map(({ revision }) => revision)
        .sort(),
    ).toEqual([1, 2]);
  });

  it('makes emptyDirs of its claims and says so', async () => {
    lab = controlledStore();
    lab.create(
      statefulSet({ replicas: 1, volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] }),
    );
    await lab.settled();
    expect(lab.pods({ app: 'db' })[0]!.spec.volumes).toEqual([{ name: 'data', emptyDir: {} }]);
    expect(lab.events('db')[0]).toMatch(/^Warning ClaimIsEmptyDir .*volume "data" is an emptyDir/);
  });

  it('deleted and made again while its pods are going, waits for their names', async () => {
    lab = controlledStore();
    lab.create(statefulSet({ replicas: 2 }));
    await lab.settled();
    const before = lab.pods().map(({ metadata }) => metadata.uid);
    lab.store.delete('statefulsets', 'db', 'default');
    lab.create(statefulSet({ replicas: 2 }));
    await lab.settled();
    expect(names()).toEqual(['db-0', 'db-1']);
    expect(lab.pods().some(({ metadata }) => before.includes(metadata.uid))).toBe(false);
  });
});
