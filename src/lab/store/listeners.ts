import type { ResourceName, StoreEvent } from './types.ts';

type Listener = (event: StoreEvent) => void;

/** Who hears of which changes. */
export interface Listeners {
  add(resource: ResourceName | '*', listener: Listener): () => void;
  /** Tells everybody. What a listener writes is told after the event that it heard, so that all hear all events in one order. */
  tell(event: StoreEvent): void;
}

/** A listener that throws keeps nobody else from hearing; `onError` gets what it threw. */
export function createListeners(onError: (error: unknown) => void): Listeners {
  const listeners = new Set<{ readonly resource: ResourceName | '*'; readonly hear: Listener }>();
  const waiting: StoreEvent[] = [];
  let telling = false;

  function tellOne(event: StoreEvent): void {
    for (const entry of [...listeners]) {
      if (entry.resource !== '*' && entry.resource !== event.resource.name) continue;
      if (!listeners.has(entry)) continue;
      try {
        entry.hear(event);
      } catch (error) {
        onError(error);
      }
    }
  }

  return {
    add(resource, hear) {
      const entry = { resource, hear };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    tell(event) {
      waiting.push(event);
      if (telling) return;
      telling = true;
      try {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) tellOne(next);
      } finally {
        telling = false;
      }
    },
  };
}
