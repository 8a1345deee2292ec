/** One number of a proxy: a counter only grows, a gauge goes both ways. */
export interface Stat {
  readonly name: string;
  readonly value: number;
  readonly kind: 'counter' | 'gauge';
  /** Whether it ever was anything but 0. */
  readonly used: boolean;
}

/** Counters and gauges by name, as Envoy's `/stats` has them. */
export interface Stats {
  /** Adds to a counter. With 0 it is listed from now on, as Envoy lists the counters that stand beside one. */
  readonly add: (name: string, amount?: number) => void;
  /** Moves a gauge up or down. */
  readonly move: (name: string, amount: number) => void;
  readonly list: () => readonly Stat[];
  /** Sets all counters to 0; gauges stay. */
  readonly reset: () => void;
}

/** Makes the counters of one proxy. */
export function createStats(): Stats {
  const values = { counter: new Map<string, number>(), gauge: new Map<string, number>() };
  const used = new Set<string>();
  const change = (kind: Stat['kind'], name: string, amount: number): void => {
    values[kind].set(name, (values[kind].get(name) ?? 0) + amount);
    if (amount !== 0) used.add(name);
  };
  return {
    add: (name, amount = 1) => change('counter', name, amount),
    move: (name, amount) => change('gauge', name, amount),
    list: () =>
      (['counter', 'gauge'] as const)
        .flatMap((kind) =>
          [...values[kind]].map(([name, value]) => ({ name, value, kind, used: used.has(name) })),
        )
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    reset: () => {
      for (const name of values.counter.keys()) values.counter.set(name, 0);
    },
  };
}
