import type { MapEnd, Passage, ReachMap } from '../reach/index.ts';

/** What an end may be reached by, and what it may reach. */
export interface Contacts {
  readonly callers: readonly Contact[];
  readonly callees: readonly Contact[];
}

/** An end at the other side, and what comes through for certain or perhaps. */
export interface Contact {
  readonly end: MapEnd;
  readonly passages: readonly Passage[];
}

/** The contacts of an end with all other ends of its map; what a workload that is new or gone means for the others. */
export function contactsOf(map: ReachMap, end: MapEnd): Contacts {
  const others = map.ends.filter((other) => other !== end);
  const open = (other: MapEnd, passages: readonly Passage[] | undefined): readonly Contact[] =>
    passages === undefined || passages.length === 0 ? [] : [{ end: other, passages }];
  return {
    callers: others.flatMap((other) => open(other, map.passages(other, end))),
    callees: others.flatMap((other) => open(other, map.passages(end, other))),
  };
}
