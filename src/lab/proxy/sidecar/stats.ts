/** Counters by name, as Envoy's `/stats` has them. */
export interface Stats {
  readonly add: (name: string, amount?: number) => void;
  readonly list: () => readonly (readonly [string, number])[];
}

/** Makes the counters of one proxy. */
export function createStats(): Stats {
  const counters = new Map<string, number>();
  return {
    add: (name, amount = 1) => void counters.set(name, (counters.get(name) ?? 0) + amount),
    list: () => [...counters].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}
