import { CoreV1Api, KubeConfig, makeInformer, Watch } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiUnderTest, idle, startApiUnderTest } from '../../../test/support/api-server.ts';

const path = '/api/v1/namespaces/default/configmaps';
const map = (name: string, value = '1') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data: { value },
});

/** Waits until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('@kubernetes/client-node', () => {
  let api: ApiUnderTest;
  const config = new KubeConfig();
  beforeAll(async () => {
    api = await startApiUnderTest(idle);
    config.loadFromFile(api.kubeconfig);
  });
  afterAll(() => api.close());
  const core = () => config.makeApiClient(CoreV1Api);

  it('lists in pieces that show one state', async () => {
    for (const name of ['a', 'b', 'c']) api.store.create(map(name));
    const first = await core().listNamespacedConfigMap({ namespace: 'default', limit: 2 });
    expect(first.items.map(({ metadata }) => metadata?.name)).toEqual(['a', 'b']);
    expect(first.metadata?.remainingItemCount).toBe(1);
    api.store.delete('configmaps', 'c', 'default');
    api.store.create(map('d'));
    const next = await core().listNamespacedConfigMap({
      namespace: 'default',
      limit: 2,
      _continue: first.metadata!._continue!,
    });
    expect(next.items.map(({ metadata }) => metadata?.name)).toEqual(['c']);
    expect(next.metadata?.resourceVersion).toBe(first.metadata?.resourceVersion);
  });

  it('is told of all changes by an informer', async () => {
    const heard: string[] = [];
    const informer = makeInformer(config, path, () =>
      core().listNamespacedConfigMap({ namespace: 'default' }),
    );
    for (const event of ['add', 'update', 'delete'] as const) {
      informer.on(event, ({ metadata }) => heard.push(`${event} ${metadata?.name}`));
    }
    await informer.start();
    await until(() => heard.length === 3);
    await core().createNamespacedConfigMap({ namespace: 'default', body: map('e') });
    await core().replaceNamespacedConfigMap({ namespace: 'default', name: 'e', body: map('e', '2') });
    await core().deleteNamespacedConfigMap({ namespace: 'default', name: 'e' });
    await until(() => heard.length === 6);
    await informer.stop();
    expect(heard).toEqual(['add a', 'add b', 'add d', 'add e', 'update e', 'delete e']);
  });

  it('watches from a version on, and is told where that is too old', async () => {
    const from = api.store.revision;
    api.store.create(map('f'));
    api.store.delete('configmaps', 'f', 'default');
    const watch = async (resourceVersion: string) => {
      const told: string[] = [];
      let done = false;
      const query = { resourceVersion, timeoutSeconds: 1 };
      await new Watch(config).watch(
        path,
        query,
        (type, object) => told.push(`${type} ${object.metadata?.name ?? object.message}`),
        () => {
          done = true;
        },
      );
      await until(() => done);
      return told;
    };
    expect(await watch(from)).toEqual(['ADDED f', 'DELETED f']);
    // More changes than the store keeps.
    for (let i = 0; i < 20_001; i++)
      api.store.modify('configmaps', 'a', 'default', () => map('a', String(i)) as never);
    expect((await watch(from))[0]).toMatch(/^ERROR too old resource version: \d+ \(\d+\)$/);
  });

  it('gets a Status with the code that the API server gives', async () => {
    const refusal = await core()
      .readNamespacedConfigMap({ namespace: 'default', name: 'none' })
      .catch((error: { readonly code: number; readonly body: string }) => error);
    expect(refusal).toMatchObject({ code: 404 });
    expect(JSON.parse((refusal as { readonly body: string }).body)).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'configmaps "none" not found',
      reason: 'NotFound',
      details: { name: 'none', kind: 'configmaps' },
      code: 404,
    });
  });
});
