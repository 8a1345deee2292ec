import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ControlledStore,
  controlledStore,
  deployment,
  edit,
  podTemplate,
} from '../../../test/support/controlled-store.ts';
import { controllerOf } from './object-index.ts';
import { isReady } from './pod-state.ts';
import type { Deployment, ReplicaSet, StatefulSet } from './types.ts';

const name = fc.constantFrom('a', 'b');
const deletion = fc.constantFrom('Background', 'Foreground', 'Orphan');
const step = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), name, replicas: fc.nat(4), recreate: fc.boolean() }),
  fc.record({ kind: fc.constant('delete' as const), name, policy: deletion }),
  fc.record({ kind: fc.constant('scale' as const), name, replicas: fc.nat(5) }),
  fc.record({ kind: fc.constant('image' as const), name, image: fc.constantFrom('x:1', 'x:2', 'x:3') }),
  fc.record({ kind: fc.constant('pause' as const), name, paused: fc.boolean() }),
  fc.record({ kind: fc.constant('kill' as const), nth: fc.nat(9) }),
  fc.record({ kind: fc.constant('turns' as const), count: fc.nat(6) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function play(lab: ControlledStore, each: Step): Promise<void> {
  const { store } = lab;
  if (each.kind === 'turns') {
    for (let i = 0; i < each.count; i++) await new Promise((resolve) => setImmediate(resolve));
    return;
  }
  if (each.kind === 'kill') {
    const pod = lab.pods()[each.nth];
    if (pod !== undefined) store.delete('pods', pod.metadata.name, 'default');
    return;
  }
  const there = store.get('deployments', each.name, 'default') !== undefined;
  if (each.kind === 'create') {
    const strategy = each.recreate ? { strategy: { type: 'Recreate' } } : {};
    if (!there) lab.create(deployment(each.name, { replicas: each.replicas, ...strategy }));
  } else if (!there) return;
  else if (each.kind === 'delete') {
    store.delete('deployments', each.name, 'default', { propagationPolicy: each.policy });
  } else if (each.kind === 'scale') {
    edit(store, 'deployments', each.name, () => ({ replicas: each.replicas }));
  } else if (each.kind === 'pause') {
    edit(store, 'deployments', each.name, () => ({ paused: each.paused }));
  } else {
    edit(store, 'deployments', each.name, () => ({ template: podTemplate(each.name, each.image) }));
  }
}

/** What must be true when nothing happens any more, whatever happened before. */
function check({ store, pods, errors }: ControlledStore): void {
  expect(errors).toEqual([]);
  const sets = store.list<ReplicaSet>('replicasets', 'default');
  for (const object of [...sets, ...pods()]) {
    for (const owner of object.metadata.ownerReferences ?? []) {
      const resource = owner.kind === 'Deployment' ? 'deployments' : 'replicasets';
      expect(store.get(resource, owner.name, 'default')?.metadata.uid).toBe(owner.uid);
    }
    expect(object.metadata.deletionTimestamp).toBeUndefined();
  }
  for (const { metadata, spec, status } of store.list<Deployment>('deployments', 'default')) {
    const own = sets.filter((set) => controllerOf(set)?.uid === metadata.uid).map((set) => set.metadata.uid);
    const made = pods().filter((pod) => own.includes(controllerOf(pod)?.uid ?? ''));
    if (!spec.paused || own.length > 0) expect(made).toHaveLength(spec.replicas!);
    expect(made.every(isReady)).toBe(true);
    expect(status?.availableReplicas ?? 0).toBe(made.length);
    expect(status?.observedGeneration).toBe(metadata.generation);
    if (spec.paused) continue;
    const { image } = spec.template.spec.containers[0]!;
    for (const pod of made) expect(pod.spec.containers[0]!.image).toBe(image);
  }
}

describe('whatever is done to Deployments', () => {
  it('they come to what they ask for, and nothing is left of those that are gone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        const lab = controlledStore();
        try {
          for (const each of steps) await play(lab, each);
          await lab.settled();
          check(lab);
        } finally {
          lab.close();
        }
      }),
      { numRuns: 150, seed: 20_261_121 },
    );
  });
});

const setStep = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), replicas: fc.nat(4), parallel: fc.boolean() }),
  fc.record({ kind: fc.constant('delete' as const), policy: deletion }),
  fc.record({ kind: fc.constant('scale' as const), replicas: fc.nat(5) }),
  fc.record({ kind: fc.constant('image' as const), image: fc.constantFrom('x:1', 'x:2', 'x:3') }),
  fc.record({ kind: fc.constant('kill' as const), nth: fc.nat(5) }),
  fc.record({ kind: fc.constant('turns' as const), count: fc.nat(6) }),
);

type SetStep = typeof setStep extends fc.Arbitrary<infer T> ? T : never;

async function playSet(lab: ControlledStore, each: SetStep): Promise<void> {
  const { store } = lab;
  if (each.kind === 'turns' || each.kind === 'kill') return play(lab, each);
  const there = store.get('statefulsets', 'db', 'default') !== undefined;
  if (each.kind === 'create' && !there) {
    lab.create({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db' },
      spec: {
        replicas: each.replicas,
        serviceName: 'db',
        selector: { matchLabels: { app: 'db' } },
        template: podTemplate('db'),
        podManagementPolicy: each.parallel ? 'Parallel' : 'OrderedReady',
      },
    });
  }
  if (!there) return;
  if (each.kind === 'delete') {
    store.delete('statefulsets', 'db', 'default', { propagationPolicy: each.policy });
  } else if (each.kind === 'scale') {
    edit(store, 'statefulsets', 'db', () => ({ replicas: each.replicas }));
  } else if (each.kind === 'image') {
    edit(store, 'statefulsets', 'db', () => ({ template: podTemplate('db', each.image) }));
  }
}

describe('whatever is done to a StatefulSet', () => {
  it('its pods come to be those of its numbers, all of its template', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(setStep, { minLength: 3, maxLength: 14 }), async (steps) => {
        const lab = controlledStore();
        try {
          for (const each of steps) await playSet(lab, each);
          await lab.settled();
          expect(lab.errors).toEqual([]);
          const set = lab.store.get<StatefulSet>('statefulsets', 'db', 'default');
          const owned = lab.pods().filter(({ metadata }) => metadata.ownerReferences !== undefined);
          const names = Array.from({ length: set?.spec.replicas ?? 0 }, (_, i) => `db-${i}`);
          expect(owned.map(({ metadata }) => metadata.name)).toEqual(names);
          for (const pod of owned) {
            expect(controllerOf(pod)?.uid).toBe(set!.metadata.uid);
            expect(pod.spec.containers[0]!.image).toBe(set!.spec.template.spec.containers[0]!.image);
            expect(isReady(pod)).toBe(true);
          }
        } finally {
          lab.close();
        }
      }),
      { numRuns: 150, seed: 20_261_121 },
    );
  });
});
