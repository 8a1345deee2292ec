import type { ApiObject } from '../store/index.ts';
import { type Context, keyOf, splitKey } from './context.ts';

const keptMilliseconds = 3_600_000;

/** Forgets Events an hour after they were last written, as a cluster does. */
export function startEventExpiry({ store, queue }: Context): () => void {
  const written = new Map<string, number>();
  const worker = queue.worker('event-expiry', (key) => {
    const last = written.get(key);
    if (last === undefined) return;
    const left = last + keptMilliseconds - Date.now();
    const { namespace, name } = splitKey(key);
    if (left > 0) worker.addAfter(key, left);
    else if (store.get('events', name, namespace) !== undefined) store.delete('events', name, namespace);
  });
  const note = (event: ApiObject): void => {
    const key = keyOf(event);
    if (!written.has(key)) worker.addAfter(key, keptMilliseconds);
    written.set(key, Date.now());
  };
  for (const event of store.list('events')) note(event);
  return store.subscribe('events', ({ type, object }) => {
    if (type === 'DELETED') written.delete(keyOf(object));
    else note(object);
  });
}
