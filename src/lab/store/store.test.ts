import { describe, expect, it } from 'vitest';
import { createStore, type Pod, type Store, type StoreEvent } from './index.ts';

function withNamespace(name = 'shop'): Store {
  const store = createStore();
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return store;
}

const map = (name: string, data: Record<string, string> = {}, namespace = 'shop') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});

const pod = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop' },
  spec: { containers: [{ name: 'web', image: 'nginx' }], nodeName: 'n1', ...more },
});

describe('createStore', () => {
  it('stamps what the server writes, and freezes it', () => {
    const store = withNamespace();
    const made = store.create({ ...map('a'), metadata: { name: 'a', namespace: 'shop', labels: {} } });
    expect(made.metadata).toMatchObject({ name: 'a', namespace: 'shop', resourceVersion: '2' });
    expect(made.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(made.metadata.labels).toBeUndefined();
    expect(Object.isFrozen(made.data)).toBe(true);
  });

  it('labels a Namespace with its name, also against an update', () => {
    const store = withNamespace();
    const space = store.get('namespaces', 'shop')!;
    expect(space.metadata.labels).toEqual({ 'kubernetes.io/metadata.name': 'shop' });
    expect(space.status).toEqual({ phase: 'Active' });
    const updated = store.update({ ...space, metadata: { ...space.metadata, labels: { team: 'a' } } });
    expect(updated.metadata.labels).toEqual({ team: 'a', 'kubernetes.io/metadata.name': 'shop' });
  });

  it('makes names with the letters of Kubernetes', () => {
    const store = withNamespace();
    const metadata = { generateName: `${'x'.repeat(70)}-`, namespace: 'shop' };
    const made = store.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
    expect(made.metadata.name).toMatch(/^x{58}[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  it("refuses in the API server's words", () => {
    const store = withNamespace();
    store.create(map('a'));
    expect(() => store.create(map('a'))).toThrow('configmaps "a" already exists');
    expect(() => store.create(map('b', {}, 'none'))).toThrow('namespaces "none" not found');
    expect(() => store.update(map('b'))).toThrow('configmaps "b" not found');
    expect(() => store.delete('deployments', 'd', 'shop')).toThrow('deployments.apps "d" not found');
    expect(() => store.resource('ingresses')).toThrow('the server could not find the requested resource');
    const stale = store.get('configmaps', 'a', 'shop')!;
    store.update({ ...stale, data: { x: '1' } });
    expect(() => store.update({ ...stale, data: { x: '2' } })).toThrow(
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    );
  });

  it('writes nothing where nothing changes', () => {
    const store = withNamespace();
    const a = store.create(map('a', { x: '1' }));
    const before = store.revision;
    expect(store.update(map('a', { x: '1' }))).toBe(a);
    expect(store.modify('configmaps', 'a', 'shop', () => undefined)).toBe(a);
    expect(store.revision).toBe(before);
  });

  it('keeps status and spec apart, and counts generations of the spec', () => {
    const store = withNamespace();
    const made = store.create({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd', namespace: 'shop' },
      spec: { replicas: 1 },
    });
    const ready = store.updateStatus({ ...made, spec: { replicas: 9 }, status: { readyReplicas: 1 } });
    expect(ready).toMatchObject({ spec: { replicas: 1 }, status: { readyReplicas: 1 } });
    expect(ready.metadata.generation).toBe(1);
    const scaled = store.update({ ...ready, spec: { replicas: 2 }, status: {} });
    expect(scaled).toMatchObject({ spec: { replicas: 2 }, status: { readyReplicas: 1 } });
    expect(scaled.metadata.generation).toBe(2);
    expect(() => store.updateStatus(store.create(map('a')))).toThrow('could not find');
  });

  it('stores the preferred version of a kind', () => {
    const store = withNamespace();
    const made = store.create({
      apiVersion: 'security.istio.io/v1beta1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'a', namespace: 'shop' },
      spec: {},
    });
    expect(made.apiVersion).toBe('security.istio.io/v1');
  });

  it('ends pods gracefully: the node has the last word', () => {
    const store = withNamespace();
    store.create(pod('a', { terminationGracePeriodSeconds: 7 }));
    const going = store.delete<Pod>('pods', 'a', 'shop');
    expect(going.metadata).toMatchObject({ deletionGracePeriodSeconds: 7 });
    expect(store.delete('pods', 'a', 'shop')).toBe(going);
    expect(store.delete('pods', 'a', 'shop', { gracePeriodSeconds: 20 })).toBe(going);
    const shorter = store.delete('pods', 'a', 'shop', { gracePeriodSeconds: 2 });
    expect(shorter.metadata.deletionGracePeriodSeconds).toBe(2);
    store.delete('pods', 'a', 'shop', { gracePeriodSeconds: 0 });
    expect(store.get('pods', 'a', 'shop')).toBeUndefined();
    store.create(pod('unbound', { nodeName: '' }));
    store.delete('pods', 'unbound', 'shop');
    expect(store.get('pods', 'unbound', 'shop')).toBeUndefined();
  });

  it('keeps what finalizers keep', () => {
    const store = withNamespace();
    store.create({ ...map('a'), metadata: { name: 'a', namespace: 'shop', finalizers: ['x.io/y'] } });
    const marked = store.delete('configmaps', 'a', 'shop', { propagationPolicy: 'Foreground' });
    expect(marked.metadata.finalizers).toEqual(['x.io/y', 'foregroundDeletion']);
    store.update({ ...marked, metadata: { ...marked.metadata, finalizers: [] } });
    expect(store.get('configmaps', 'a', 'shop')).toBeUndefined();
  });

  it('keeps a Namespace until its content is gone', () => {
    const store = withNamespace();
    store.create(map('a'));
    store.delete('namespaces', 'shop');
    expect(store.get('namespaces', 'shop')).toMatchObject({ status: { phase: 'Terminating' } });
    expect(() => store.create(map('b'))).toThrow(
      'configmaps "b" is forbidden: unable to create new content in namespace shop because it is being terminated',
    );
    store.delete('namespaces', 'shop', undefined, { gracePeriodSeconds: 0 });
    expect(store.get('namespaces', 'shop')).toBeDefined();
    store.delete('configmaps', 'a', 'shop');
    store.delete('namespaces', 'shop', undefined, { gracePeriodSeconds: 0 });
    expect(store.get('namespaces', 'shop')).toBeUndefined();
  });

  it('heeds preconditions', () => {
    const store = withNamespace();
    const { uid } = store.create(map('a')).metadata;
    expect(() => store.delete('configmaps', 'a', 'shop', { preconditions: { uid: 'other' } })).toThrow(
      `Operation cannot be fulfilled on configmaps "a": Precondition failed: UID in precondition: other, UID in object meta: ${uid}`,
    );
  });

  it('tells everybody of all events in one order, also of those written by listeners', () => {
    const store = createStore({ onListenerError: () => undefined });
    const heard: string[] = [];
    const word = ({ type, object }: StoreEvent) => `${type} ${object.kind} ${object.metadata.name}`;
    store.subscribe('namespaces', ({ type, object }) => {
      const { name: namespace } = object.metadata;
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } };
      if (type === 'ADDED') store.create(account);
    });
    store.subscribe('*', () => {
      throw new Error('a listener at fault');
    });
    const stop = store.subscribe('*', (event) => heard.push(word(event)));
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    stop();
    store.create(map('a'));
    expect(heard).toEqual(['ADDED Namespace shop', 'ADDED ServiceAccount default']);
  });

  it('runs admission hooks in order, with what was there before', () => {
    const store = withNamespace();
    const seen: unknown[] = [];
    store.admit('configmaps', (object, previous) => {
      seen.push(previous?.data);
      return { ...object, data: { ...(object.data as object), one: '1' } };
    });
    store.admit('*', (object) => ({ ...object, immutable: false }));
    store.create(map('a'));
    const made = store.update(map('a', { x: '1' }));
    expect(made).toMatchObject({ data: { x: '1', one: '1' }, immutable: false });
    expect(seen).toEqual([undefined, { one: '1' }]);
  });

  it('rehearses writes', () => {
    const store = withNamespace();
    store.admit('configmaps', (object) => ({ ...object, immutable: false }));
    const { revision } = store;
    expect(store.dryRun.create(map('a'))).toMatchObject({
      metadata: { name: 'a', resourceVersion: '' },
      immutable: false,
    });
    expect(store.get('configmaps', 'a', 'shop')).toBeUndefined();
    expect(() => store.dryRun.delete('configmaps', 'a', 'shop')).toThrow('configmaps "a" not found');
    expect(store.revision).toBe(revision);
  });

  it('gives events since a version, and says where they are no longer kept', () => {
    const store = createStore({ history: 3 });
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    const from = store.revision;
    for (const name of ['a', 'b']) store.create(map(name));
    store.delete('configmaps', 'a', 'shop');
    expect(store.since('configmaps', from)?.map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'DELETED']);
    expect(store.since('configmaps', store.revision)).toEqual([]);
    for (const name of ['c', 'd', 'e', 'f']) store.create(map(name));
    expect(store.since('configmaps', from)).toBeUndefined();
    expect(store.since('configmaps', '7')?.length).toBe(1);
  });

  it('lists by namespace and name', () => {
    const store = withNamespace();
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'app' } });
    for (const name of ['b', 'a']) store.create(map(name));
    store.create(map('z', {}, 'app'));
    const names = (namespace?: string) =>
      store.list('configmaps', namespace).map(({ metadata }) => metadata.name);
    expect(names()).toEqual(['z', 'a', 'b']);
    expect(names('shop')).toEqual(['a', 'b']);
  });
});
