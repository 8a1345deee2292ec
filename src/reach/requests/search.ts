import type { Placed, Placing } from './placing.ts';
import { type Demand, type Draft, type Filling, meets, type Slot } from './slot.ts';
import type { Conjunction, Piece } from './types.ts';

type Located = Exclude<Placed, boolean>;

/** What has been demanded so far, and what each slot holds to meet it. */
interface State {
  readonly demands: ReadonlyMap<Slot, readonly Demand[]>;
  readonly fillings: ReadonlyMap<Slot, Filling>;
}

/**
 * A draft of a request in the piece; undefined where there is none. For each conjunction of `any` it puts the plainest request together, and as long as that
 * meets an exception tries the ways to break it: one condition of it must fail. So only exceptions that come into question cost anything.
 */
export function searchPiece(
  { any, none }: Piece,
  placing: Placing,
  accept: (draft: Draft) => boolean,
): Draft | undefined {
  const exceptions = locateAll(none, placing);
  if (exceptions === undefined) return undefined;
  for (const conjunction of any) {
    const wanted = locate(conjunction, placing);
    const state = wanted === undefined ? undefined : demandAll(wanted);
    const found = state === undefined ? undefined : avoid(state, exceptions, placing, accept);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The conditions that turn on what is sent; undefined where another one fails whatever is sent. */
function locate(conjunction: Conjunction, placing: Placing): readonly Located[] | undefined {
  const located: Located[] = [];
  for (const condition of conjunction) {
    const placed = placing.place(condition);
    if (placed === false) return undefined;
    if (placed !== true) located.push(placed);
  }
  return located;
}

/** Exceptions that can hold at all; undefined where one always does. */
function locateAll(
  conjunctions: readonly Conjunction[],
  placing: Placing,
): readonly (readonly Located[])[] | undefined {
  const all: (readonly Located[])[] = [];
  for (const conjunction of conjunctions) {
    const located = locate(conjunction, placing);
    if (located?.length === 0) return undefined;
    if (located !== undefined) all.push(located);
  }
  return all;
}

function demandAll(wanted: readonly Located[]): State | undefined {
  const demands = new Map<Slot, Demand[]>();
  for (const { slot, held } of wanted) {
    const list = demands.get(slot);
    if (list === undefined) demands.set(slot, [held]);
    else list.push(held);
  }
  const fillings = new Map<Slot, Filling>();
  for (const [slot, list] of demands) {
    const filling = slot.fill(list);
    if (filling === undefined) return undefined;
    fillings.set(slot, filling);
  }
  return { demands, fillings };
}

function avoid(
  state: State,
  exceptions: readonly (readonly Located[])[],
  placing: Placing,
  accept: (draft: Draft) => boolean,
): Draft | undefined {
  const fillings = new Map(state.fillings);
  const holds = ({ slot, held }: Located): boolean => {
    const filling = fillings.get(slot) ?? slot.fill([]);
    if (filling === undefined) return true;
    fillings.set(slot, filling);
    return meets(filling, held);
  };
  const met = shortest(exceptions.filter((exception) => exception.every(holds)));
  if (met === undefined) {
    const draft = writeDraft(fillings, placing);
    return draft !== undefined && accept(draft) ? draft : undefined;
  }
  let demands = state.demands;
  for (const { slot, held, broken } of met) {
    const next = demandMore({ demands, fillings }, slot, broken);
    const found = next === undefined ? undefined : avoid(next, exceptions, placing, accept);
    if (found !== undefined) return found;
    // Whatever breaks this condition has been tried: from here on it holds, as it does now.
    demands = addDemand(demands, slot, held);
  }
  return undefined;
}

function shortest<T>(lists: readonly (readonly T[])[]): readonly T[] | undefined {
  return lists.reduce<readonly T[] | undefined>(
    (best, list) => (best === undefined || list.length < best.length ? list : best),
    undefined,
  );
}

function demandMore(state: State, slot: Slot, demand: Demand): State | undefined {
  const demands = addDemand(state.demands, slot, demand);
  const filling = slot.fill(demands.get(slot)!);
  if (filling === undefined) return undefined;
  return { demands, fillings: new Map(state.fillings).set(slot, filling) };
}

function addDemand(demands: State['demands'], slot: Slot, demand: Demand): State['demands'] {
  const list = demands.get(slot) ?? [];
  return list.includes(demand) ? demands : new Map(demands).set(slot, [...list, demand]);
}

function writeDraft(fillings: Map<Slot, Filling>, { always }: Placing): Draft | undefined {
  const draft: Draft = { method: 'GET', path: '/', host: '', headers: new Map(), claims: {} };
  for (const slot of always) {
    const filling = fillings.get(slot) ?? slot.fill([]);
    if (filling === undefined) return undefined;
    fillings.set(slot, filling);
  }
  for (const [slot, filling] of fillings) if (!slot.write(draft, filling)) return undefined;
  return draft;
}
