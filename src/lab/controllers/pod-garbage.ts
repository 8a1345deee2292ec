import type { Pod } from '../store/index.ts';
import { type Context, keyOf, splitKey } from './context.ts';
import { isTerminating } from './pod-state.ts';
import { isGone } from './pods.ts';

/** Ends terminating pods whose node is not there, and with it no kubelet that would. Source: pkg/controller/podgc. */
export function startPodGarbage({ store, queue }: Context): () => void {
  const worker = queue.worker('podgc', (key) => {
    const { namespace, name } = splitKey(key);
    const pod = store.get<Pod>('pods', name, namespace);
    if (pod === undefined || !isLost(pod)) return;
    const { uid } = pod.metadata;
    try {
      store.delete('pods', name, namespace, { gracePeriodSeconds: 0, preconditions: { uid } });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  });
  const isLost = (pod: Pod): boolean =>
    isTerminating(pod) && Boolean(pod.spec.nodeName) && store.get('nodes', pod.spec.nodeName!) === undefined;
  const stops = [
    store.subscribe('pods', ({ type, object }) => {
      if (type !== 'DELETED' && isLost(object as Pod)) worker.add(keyOf(object));
    }),
    store.subscribe('nodes', ({ type }) => {
      if (type !== 'DELETED') return;
      for (const pod of store.list<Pod>('pods')) if (isLost(pod)) worker.add(keyOf(pod));
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
