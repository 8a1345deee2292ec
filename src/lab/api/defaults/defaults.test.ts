import { describe, expect, it } from 'vitest';
import {
  type ApiObject,
  createStore,
  type NewObject,
  type StatusError,
  type Store,
} from '../../store/index.ts';
import { pullPolicy } from './container.ts';
import { checkImmutable, installDefaults } from './index.ts';

function storeWithDefaults(): Store {
  const store = createStore();
  installDefaults(store);
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  return store;
}

const template = (image = 'nginx') => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image }] },
});

function deployment(more: object = {}, image?: string): NewObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: { matchLabels: { app: 'web' } }, template: template(image), ...more },
  };
}

/** What an update is refused with. */
function refusal(
  store: Store,
  kind: string,
  object: NewObject,
  previous: ApiObject,
): StatusError | undefined {
  try {
    store.dryRun.update(object, (changed, before) => checkImmutable(store.resource(kind), changed, before!));
  } catch (error) {
    return error as StatusError;
  }
  expect(previous).toBeDefined();
  return undefined;
}

describe('defaults', () => {
  it('are filled in once: what is whole stays the same object', () => {
    const store = storeWithDefaults();
    const made = store.create(deployment());
    expect(made.spec).toMatchObject({
      replicas: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      template: { spec: { restartPolicy: 'Always', containers: [{ imagePullPolicy: 'Always' }] } },
    });
    const { metadata } = store.update(deployment());
    expect(metadata.resourceVersion).toBe(made.metadata.resourceVersion);
  });

  it('follow the tag of an image', () => {
    const tags = [
      ['nginx', 'Always'],
      ['nginx:latest', 'Always'],
      ['nginx:1.27', 'IfNotPresent'],
      ['localhost:5000/nginx', 'Always'],
      ['localhost:5000/nginx:1', 'IfNotPresent'],
      [`nginx@sha256:${'0'.repeat(64)}`, 'IfNotPresent'],
      ['NGINX', 'IfNotPresent'],
    ] as const;
    for (const [image, policy] of tags) expect([image, pullPolicy(image)]).toEqual([image, policy]);
  });

  it('of custom resources come from their schemas', () => {
    const store = storeWithDefaults();
    const gateway = store.create({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'edge', namespace: 'shop' },
      spec: { gatewayClassName: 'istio', listeners: [{ name: 'web', port: 80, protocol: 'HTTP' }] },
    });
    expect(gateway.spec).toMatchObject({
      listeners: [{ allowedRoutes: { namespaces: { from: 'Same' } } }],
    });
  });
});

describe('what no update may change', () => {
  it("is a Deployment's selector", () => {
    const store = storeWithDefaults();
    const made = store.create(deployment());
    const changed = deployment({ selector: { matchLabels: { app: 'other' } } });
    expect(refusal(store, 'deployments', changed, made)?.message).toBe(
      'Deployment.apps "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable',
    );
    expect(refusal(store, 'deployments', deployment({ replicas: 3 }, 'nginx:2'), made)).toBeUndefined();
  });

  it("is nearly all of a pod's spec", () => {
    const store = storeWithDefaults();
    const pod = (containers: readonly object[], more: object = {}): NewObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { containers, ...more },
    });
    const made = store.create(pod([{ name: 'a', image: 'x:1' }]));
    expect(refusal(store, 'pods', pod([{ name: 'a', image: 'x:2' }]), made)).toBeUndefined();
    const more = pod([
      { name: 'a', image: 'x:1' },
      { name: 'b', image: 'x:1' },
    ]);
    expect(refusal(store, 'pods', more, made)?.message).toBe(
      'Pod "web" is invalid: spec.containers: Forbidden: pod updates may not add or remove containers',
    );
    const moved = refusal(store, 'pods', pod([{ name: 'a', image: 'x:1' }], { hostname: 'h' }), made);
    expect(moved?.code).toBe(422);
    expect(moved?.message).toContain(
      'Pod "web" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,',
    );
    expect(moved?.message).toContain('\n+ "hostname": "h",\n');
  });

  it("is a Job's template, and most of a StatefulSet", () => {
    const store = storeWithDefaults();
    const job = (image: string): NewObject => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'j', namespace: 'shop' },
      spec: { template: { spec: { ...template(image).spec, restartPolicy: 'Never' } } },
    });
    const madeJob = store.create(job('a'));
    expect(refusal(store, 'jobs', job('b'), madeJob)?.message).toMatch(
      /^Job\.batch "j" is invalid: spec\.template: Invalid value: .*: field is immutable$/s,
    );
    const set = (more: object): NewObject => ({
      ...deployment({ serviceName: 'web', ...more }),
      kind: 'StatefulSet',
    });
    const madeSet = store.create(set({}));
    expect(refusal(store, 'statefulsets', set({ serviceName: 'other' }), madeSet)?.message).toContain(
      "StatefulSet.apps \"web\" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals',",
    );
    expect(refusal(store, 'statefulsets', set({ replicas: 3 }), madeSet)).toBeUndefined();
  });

  it('is the data of a ConfigMap that says so, and the type of a Secret', () => {
    const store = storeWithDefaults();
    const map = (value: string): NewObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'm', namespace: 'shop' },
      immutable: true,
      data: { value },
    });
    const made = store.create(map('1'));
    expect(refusal(store, 'configmaps', map('2'), made)?.message).toBe(
      'ConfigMap "m" is invalid: data: Forbidden: field is immutable when `immutable` is set',
    );
    const secret = (type: string): NewObject => ({ ...map('1'), kind: 'Secret', immutable: false, type });
    const madeSecret = store.create(secret(''));
    expect(refusal(store, 'secrets', secret('other'), madeSecret)?.message).toBe(
      'Secret "m" is invalid: type: Invalid value: "other": field is immutable',
    );
  });
});
