import { afterEach, describe, expect, it } from 'vitest';
import { type ControlledStore, controlledStore, deployment } from '../../../test/support/controlled-store.ts';
import type { Namespace } from './types.ts';

let lab: ControlledStore;
afterEach(() => {
  lab.close();
  expect(lab.errors).toEqual([]);
});

const names = (resource: string, namespace = 'default'): readonly string[] =>
  lab.store.list(resource, namespace).map(({ metadata }) => metadata.name);

async function withWeb(): Promise<void> {
  lab = controlledStore();
  lab.create(deployment('web', { replicas: 2 }));
  await lab.settled();
}

describe('deleting an owner', () => {
  it('in the background takes its dependants afterwards', async () => {
    await withWeb();
    lab.store.delete('deployments', 'web', 'default', { propagationPolicy: 'Background' });
    expect(names('deployments')).toEqual([]);
    expect(names('replicasets')).toHaveLength(1);
    await lab.settled();
    expect(names('replicasets')).toEqual([]);
    expect(names('pods')).toEqual([]);
  });

  it('in the foreground takes its dependants first', async () => {
    await withWeb();
    const order: string[] = [];
    const stop = lab.store.subscribe('*', ({ type, object }) => {
      if (type === 'DELETED' && object.kind !== 'Event') order.push(object.kind);
    });
    lab.kubelet.terminates = false;
    lab.store.delete('deployments', 'web', 'default', { propagationPolicy: 'Foreground' });
    await lab.settled();
    expect(lab.store.get('deployments', 'web', 'default')?.metadata.finalizers).toEqual([
      'foregroundDeletion',
    ]);
    expect(lab.store.list('replicasets', 'default')[0]?.metadata.finalizers).toEqual(['foregroundDeletion']);
    for (const { metadata } of lab.pods()) {
      lab.store.delete('pods', metadata.name, 'default', { gracePeriodSeconds: 0 });
    }
    await lab.settled();
    stop();
    expect(order).toEqual(['Pod', 'Pod', 'ReplicaSet', 'Deployment']);
  });

  it('leaves orphans that live on, and that a new owner takes in', async () => {
    await withWeb();
    const before = [names('replicasets'), names('pods')];
    lab.store.delete('deployments', 'web', 'default', { propagationPolicy: 'Orphan' });
    await lab.settled();
    expect(names('deployments')).toEqual([]);
    expect([names('replicasets'), names('pods')]).toEqual(before);
    expect(lab.store.list('replicasets', 'default')[0]?.metadata.ownerReferences).toBeUndefined();
    lab.create(deployment('web', { replicas: 2 }));
    await lab.settled();
    expect([names('replicasets'), names('pods')]).toEqual(before);
    expect(lab.store.get('deployments', 'web', 'default')?.status).toMatchObject({ availableReplicas: 2 });
  });

  it('keeps what has another owner, and takes what names an owner that never was', async () => {
    await withWeb();
    const { uid } = lab.store.get('deployments', 'web', 'default')!.metadata;
    const owner = (name: string, id: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', name, uid: id });
    lab.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other' } });
    const other = lab.store.get('configmaps', 'other', 'default')!.metadata.uid;
    const web = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid };
    lab.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'shared', ownerReferences: [web, owner('other', other)] },
    });
    lab.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'astray',
        ownerReferences: [owner('nobody', '00000000-0000-0000-0000-000000000000')],
      },
    });
    lab.store.delete('deployments', 'web', 'default');
    await lab.settled();
    expect(lab.store.get('configmaps', 'astray', 'default')).toBeUndefined();
    expect(lab.store.get('configmaps', 'shared', 'default')?.metadata.ownerReferences).toEqual([
      owner('other', other),
    ]);
  });
});

describe('a namespace', () => {
  it('has its account and its roots from the start, and gets them back', async () => {
    lab = controlledStore(undefined, { cluster: 'CLUSTER', mesh: 'MESH' });
    lab.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    expect(names('serviceaccounts', 'shop')).toEqual(['default']);
    const roots = {
      'istio-ca-root-cert': { 'root-cert.pem': 'MESH' },
      'kube-root-ca.crt': { 'ca.crt': 'CLUSTER' },
    };
    const found = (namespace: string): unknown =>
      Object.fromEntries(
        lab.store.list('configmaps', namespace).map(({ metadata, data }) => [metadata.name, data]),
      );
    expect(found('shop')).toEqual(roots);
    expect(found('kube-system')).toEqual({ 'kube-root-ca.crt': { 'ca.crt': 'CLUSTER' } });
    lab.store.delete('serviceaccounts', 'default', 'shop');
    lab.store.delete('configmaps', 'istio-ca-root-cert', 'shop');
    lab.store.modify('configmaps', 'kube-root-ca.crt', 'shop', (map) => ({ ...map, data: {} }));
    await lab.settled();
    expect(names('serviceaccounts', 'shop')).toEqual(['default']);
    expect(found('shop')).toEqual(roots);
  });

  it('that is deleted waits for its pods, says so, and goes with all its content', async () => {
    lab = controlledStore();
    lab.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    lab.create({ ...deployment('web', { replicas: 2 }), metadata: { name: 'web', namespace: 'shop' } });
    await lab.settled();
    lab.kubelet.terminates = false;
    lab.store.delete('namespaces', 'shop');
    await lab.settled();
    const shop = lab.store.get<Namespace>('namespaces', 'shop')!;
    expect(shop.status?.phase).toBe('Terminating');
    expect(shop.status?.conditions).toContainEqual(
      expect.objectContaining({
        type: 'NamespaceContentRemaining',
        status: 'True',
        reason: 'SomeResourcesRemain',
        message: 'Some resources are remaining: pods. has 2 resource instances',
      }),
    );
    expect(names('deployments', 'shop')).toEqual([]);
    for (const { metadata } of lab.pods({}, 'shop')) {
      lab.store.delete('pods', metadata.name, 'shop', { gracePeriodSeconds: 0 });
    }
    await lab.settled();
    expect(lab.store.get('namespaces', 'shop')).toBeUndefined();
    for (const { name, namespaced } of lab.store.resources) {
      if (namespaced) expect(names(name, 'shop')).toEqual([]);
    }
    lab.kubelet.terminates = true;
    lab.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    lab.create({ ...deployment('web'), metadata: { name: 'web', namespace: 'shop' } });
    await lab.settled();
    expect(lab.pods({}, 'shop')).toHaveLength(1);
  });
});
