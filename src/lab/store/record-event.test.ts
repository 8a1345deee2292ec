import { describe, expect, it } from 'vitest';
import { type ApiObject, createStore, recordEvent, type Store } from './index.ts';

function storeWithMap(): { readonly store: Store; readonly map: ApiObject } {
  const store = createStore();
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  const map = store.create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'web', namespace: 'shop' },
  });
  return { store, map };
}
const note = { type: 'Warning', reason: 'BackOff', message: 'Back-off', component: 'kubelet' } as const;

describe('an event', () => {
  it('says about whom, by whom and when', () => {
    const { store, map } = storeWithMap();
    recordEvent(store, map, { ...note, host: 'portcullis-lab', fieldPath: 'spec.containers{app}' });
    expect(store.list('events', 'shop')).toMatchObject([
      {
        metadata: { name: expect.stringMatching(/^web\.[0-9a-f]{16}$/), namespace: 'shop' },
        involvedObject: {
          kind: 'ConfigMap',
          namespace: 'shop',
          name: 'web',
          uid: map.metadata.uid,
          apiVersion: 'v1',
          fieldPath: 'spec.containers{app}',
        },
        source: { component: 'kubelet', host: 'portcullis-lab' },
        count: 1,
        firstTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        reportingComponent: 'kubelet',
        reportingInstance: 'portcullis-lab',
      },
    ]);
  });

  it('that comes again is counted', () => {
    const { store, map } = storeWithMap();
    for (let i = 0; i < 3; i++) recordEvent(store, map, note);
    expect(store.list('events', 'shop').map(({ count }) => count)).toEqual([3]);
  });

  it('is combined with those that differ in their message alone, from the tenth on', () => {
    const { store, map } = storeWithMap();
    for (let i = 1; i <= 12; i++) recordEvent(store, map, { ...note, message: `no ${i}` });
    const events = store.list('events', 'shop');
    expect(events).toHaveLength(10);
    expect(events.find(({ count }) => count === 3)?.message).toBe('(combined from similar events): no 12');
  });

  it('is not heard from a source that says too much about one object', () => {
    const { store, map } = storeWithMap();
    for (let i = 0; i < 40; i++) recordEvent(store, map, note);
    expect(store.list('events', 'shop').map(({ count }) => count)).toEqual([25]);
    recordEvent(store, map, { ...note, component: 'scheduler' });
    expect(store.list('events', 'shop')).toHaveLength(2);
  });

  it('about an object without a namespace is in default; where there is no namespace it is lost', () => {
    const { store } = storeWithMap();
    const node = store.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'one' } });
    recordEvent(store, node, note);
    expect(store.list('events')).toEqual([]);
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
    recordEvent(store, node, { ...note, reason: 'Ready' });
    expect(store.list('events', 'default')).toHaveLength(1);
  });
});
