import { afterEach, describe, expect, it } from 'vitest';
import { type ControlledStore, controlledStore } from '../../../test/support/controlled-store.ts';
import type { NewObject, Pod } from '../store/index.ts';

let lab: ControlledStore;
afterEach(() => {
  lab.close();
  expect(lab.errors).toEqual([]);
});

const pod = (name: string, spec: Record<string, unknown> = {}): NewObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'web' } },
  spec: { containers: [{ name: 'app', image: 'nginx' }], ...spec },
  status: { phase: 'Pending' },
});
const found = (name: string): Pod => lab.store.get<Pod>('pods', name, 'default')!;
const scheduled = (name: string): unknown =>
  found(name).status.conditions?.find(({ type }) => type === 'PodScheduled');
const onlyNode = (spec: Record<string, unknown>): void => {
  lab.store.modify('nodes', 'portcullis-lab', undefined, (node) => ({
    ...node,
    spec: { ...(node.spec as object), ...spec },
  }));
};
const apart = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' },
      ],
    },
  },
};
const unhelpful = 'preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.';
const noVictims = 'preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.';

describe('the scheduler', () => {
  it('gives a pod the node and says so', async () => {
    lab = controlledStore();
    lab.create(pod('web'));
    await lab.settled();
    expect(found('web').spec.nodeName).toBe('portcullis-lab');
    expect(scheduled('web')).toMatchObject({ status: 'True' });
    expect(lab.events('web')).toEqual([
      'Normal Scheduled Successfully assigned default/web to portcullis-lab',
    ]);
  });

  it.each([
    ['nodeSelector', { nodeSelector: { disk: 'ssd' } }],
    [
      'required node affinity',
      {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'cpus', operator: 'Gt', values: ['4'] }] }],
            },
          },
        },
      },
    ],
  ])('leaves a pod Pending whose %s does not hold, until it does', async (_, spec) => {
    lab = controlledStore();
    lab.create(pod('web', spec));
    await lab.settled();
    const message = `0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. ${unhelpful}`;
    expect(found('web').spec.nodeName).toBeUndefined();
    expect(scheduled('web')).toMatchObject({ status: 'False', reason: 'Unschedulable', message });
    expect(lab.events('web')).toEqual([`Warning FailedScheduling ${message}`]);
    lab.store.modify('nodes', 'portcullis-lab', undefined, (node) => ({
      ...node,
      metadata: { ...node.metadata, labels: { ...node.metadata.labels, disk: 'ssd', cpus: '8' } },
    }));
    await lab.settled();
    expect(found('web').spec.nodeName).toBe('portcullis-lab');
  });

  it('keeps pods off a cordoned or tainted node that do not tolerate it', async () => {
    lab = controlledStore();
    onlyNode({ unschedulable: true });
    lab.create(pod('web'));
    await lab.settled();
    expect(scheduled('web')).toMatchObject({
      message: `0/1 nodes are available: 1 node(s) were unschedulable. ${unhelpful}`,
    });
    onlyNode({ unschedulable: false, taints: [{ key: 'team', value: 'shop', effect: 'NoSchedule' }] });
    lab.create(pod('shop', { tolerations: [{ key: 'team', operator: 'Exists' }] }));
    await lab.settled();
    expect(found('shop').spec.nodeName).toBe('portcullis-lab');
    expect(scheduled('web')).toMatchObject({
      message: `0/1 nodes are available: 1 node(s) had untolerated taint {team: shop}. ${unhelpful}`,
    });
  });

  it('keeps pods apart that must not be beside each other, until one goes', async () => {
    lab = controlledStore();
    lab.create(pod('a', apart), pod('b', apart), pod('c'));
    await lab.settled();
    expect(scheduled('b')).toMatchObject({
      message: `0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules. ${noVictims}`,
    });
    expect(scheduled('c')).toMatchObject({
      message: `0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules. ${noVictims}`,
    });
    lab.store.delete('pods', 'a', 'default');
    await lab.settled();
    expect([found('b'), found('c')].filter(({ spec }) => spec.nodeName !== undefined)).toHaveLength(1);
  });

  it('lets a pod whose affinity is to its like be the first', async () => {
    lab = controlledStore();
    const together = {
      affinity: { podAffinity: apart.affinity.podAntiAffinity },
    };
    const toOthers = {
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: { app: 'db' } }, topologyKey: 'kubernetes.io/hostname' },
          ],
        },
      },
    };
    lab.create(pod('a', together), pod('b', together), pod('c', toOthers));
    await lab.settled();
    expect(found('b').spec.nodeName).toBe('portcullis-lab');
    expect(scheduled('c')).toMatchObject({
      message: `0/1 nodes are available: 1 node(s) didn't match pod affinity rules. ${unhelpful}`,
    });
  });

  it('gives a host port once', async () => {
    lab = controlledStore();
    const containers = [{ name: 'app', image: 'x', ports: [{ containerPort: 80, hostPort: 80 }] }];
    lab.create(pod('a', { containers }), pod('b', { containers }));
    await lab.settled();
    expect(scheduled('b')).toMatchObject({
      message: `0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. ${noVictims}`,
    });
  });

  it('leaves alone what is not for it: gates, other schedulers, nodes that are not there', async () => {
    lab = controlledStore();
    lab.create(
      pod('gated', { schedulingGates: [{ name: 'example.com/wait' }] }),
      pod('other', { schedulerName: 'mine' }),
      pod('lost', { nodeName: 'elsewhere' }),
    );
    await lab.settled();
    expect(scheduled('gated')).toMatchObject({ status: 'False', reason: 'SchedulingGated' });
    expect([found('gated'), found('other')].map(({ spec }) => spec.nodeName)).toEqual([undefined, undefined]);
    expect(lab.events('lost')).toEqual([]);
    // Nobody would ever end it.
    lab.store.delete('pods', 'lost', 'default');
    await lab.settled();
    expect(found('lost')).toBeUndefined();
  });
});
