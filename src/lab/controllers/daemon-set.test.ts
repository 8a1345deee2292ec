import { afterEach, describe, expect, it } from 'vitest';
import {
  type ControlledStore,
  controlledStore,
  edit,
  podTemplate,
} from '../../../test/support/controlled-store.ts';
import type { DaemonSet } from './types.ts';

let lab: ControlledStore;
afterEach(() => {
  lab.close();
  expect(lab.errors).toEqual([]);
});

const daemonSet = (spec: Record<string, unknown> = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'agent' },
  spec: {
    selector: { matchLabels: { app: 'agent' } },
    template: podTemplate('agent'),
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    revisionHistoryLimit: 10,
    ...spec,
  },
});
const agent = (): DaemonSet => lab.store.get<DaemonSet>('daemonsets', 'agent', 'default')!;

describe('a DaemonSet', () => {
  it('has one pod on the node, bound by affinity, and a new one for a new template', async () => {
    lab = controlledStore();
    lab.create(daemonSet());
    await lab.settled();
    const [pod] = lab.pods({ app: 'agent' });
    expect(pod!.metadata.name).toMatch(/^agent-\w{5}$/);
    expect(pod!.metadata.labels).toMatchObject({ 'pod-template-generation': '1' });
    expect(pod!.spec).toMatchObject({
      nodeName: 'portcullis-lab',
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['portcullis-lab'] }] },
            ],
          },
        },
      },
    });
    expect(agent().status).toEqual({
      currentNumberScheduled: 1,
      numberMisscheduled: 0,
      desiredNumberScheduled: 1,
      numberReady: 1,
      observedGeneration: 1,
      updatedNumberScheduled: 1,
      numberAvailable: 1,
    });
    edit(lab.store, 'daemonsets', 'agent', () => ({ template: podTemplate('agent', 'nginx:1.28') }));
    await lab.settled();
    expect(lab.pods({ app: 'agent' }).map(({ spec }) => spec.containers[0]!.image)).toEqual(['nginx:1.28']);
    expect(lab.pods({ app: 'agent' })[0]!.metadata.labels).toMatchObject({ 'pod-template-generation': '2' });
    expect(agent().status).toMatchObject({ observedGeneration: 2, updatedNumberScheduled: 1 });
  });

  it('goes where its nodeSelector holds, as soon as it does, and leaves where it no longer does', async () => {
    lab = controlledStore();
    const template = podTemplate('agent') as { spec: object };
    lab.create(
      daemonSet({ template: { ...template, spec: { ...template.spec, nodeSelector: { disk: 'ssd' } } } }),
    );
    await lab.settled();
    expect(lab.pods({ app: 'agent' })).toEqual([]);
    expect(agent().status).toMatchObject({ desiredNumberScheduled: 0 });
    const label = (labels: Record<string, string>): void => {
      lab.store.modify('nodes', 'portcullis-lab', undefined, (node) => ({
        ...node,
        metadata: { ...node.metadata, labels: { ...node.metadata.labels, ...labels } },
      }));
    };
    label({ disk: 'ssd' });
    await lab.settled();
    expect(lab.pods({ app: 'agent' })).toHaveLength(1);
    label({ disk: 'hdd' });
    await lab.settled();
    expect(lab.pods({ app: 'agent' })).toEqual([]);
  });

  it('stays on a cordoned node, and comes back there', async () => {
    lab = controlledStore();
    lab.create(daemonSet());
    await lab.settled();
    lab.store.modify('nodes', 'portcullis-lab', undefined, (node) => ({
      ...node,
      spec: { ...(node.spec as object), unschedulable: true },
    }));
    await lab.settled();
    lab.store.delete('pods', lab.pods({ app: 'agent' })[0]!.metadata.name, 'default');
    await lab.settled();
    expect(lab.pods({ app: 'agent' }).map(({ spec }) => spec.nodeName)).toEqual(['portcullis-lab']);
  });
});
