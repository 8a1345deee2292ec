import type { Demand, Filling, Slot } from './slot.ts';

/** The slot, which works out only once what meets the same demands. */
export function remembering(slot: Slot): Slot {
  const ids = new Map<Demand, number>();
  const known = new Map<string, Filling | undefined>();
  const idOf = (demand: Demand): number => {
    const id = ids.get(demand) ?? ids.size;
    ids.set(demand, id);
    return id;
  };
  return {
    fill: (demands) => {
      const key = demands.length < 2 ? demands.map(idOf).join() : demands.map(idOf).sort().join();
      if (known.has(key)) return known.get(key);
      const found = slot.fill(demands);
      known.set(key, found);
      return found;
    },
    write: slot.write,
  };
}
