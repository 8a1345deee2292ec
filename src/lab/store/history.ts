import type { ResourceName, StoreEvent } from './types.ts';

/** The newest events, for watches that start in the past. */
export interface History {
  add(event: StoreEvent): void;
  /** Events of a kind after a resourceVersion, oldest first; undefined where some of them are no longer kept. */
  since(resource: ResourceName, revision: number): readonly StoreEvent[] | undefined;
}

/** Keeps `limit` events at least, twice as many at most. */
export function createHistory(limit: number): History {
  let events: StoreEvent[] = [];
  let dropped = 0;
  return {
    add(event) {
      events.push(event);
      if (events.length < 2 * limit) return;
      dropped = revisionOf(events[events.length - limit - 1]!);
      events = events.slice(-limit);
    },
    since(resource, revision) {
      if (revision < dropped) return undefined;
      let first = events.length;
      while (first > 0 && revisionOf(events[first - 1]!) > revision) first--;
      return events.slice(first).filter((event) => event.resource.name === resource);
    },
  };
}

function revisionOf({ object }: StoreEvent): number {
  return Number(object.metadata.resourceVersion);
}
