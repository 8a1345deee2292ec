import { type ApiObject, type EventNote, recordEvent, type Store } from '../store/index.ts';
import type { ObjectIndex } from './object-index.ts';
import type { WorkQueue } from './queue.ts';

/** What every controller works with. */
export interface Context {
  readonly store: Store;
  readonly index: ObjectIndex;
  readonly queue: WorkQueue;
}

/** `namespace/name`, or the name alone for kinds that live in no namespace. */
export function keyOf({ metadata }: ApiObject): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

/** Takes a key of `keyOf` apart. */
export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: slash < 0 ? '' : key.slice(0, slash), name: key.slice(slash + 1) };
}

/** Records an Event in the name of one component. */
export function recorder(
  { store }: Context,
  component: string,
): (about: ApiObject, type: EventNote['type'], reason: string, message: string) => void {
  return (about, type, reason, message) => recordEvent(store, about, { type, reason, message, component });
}
