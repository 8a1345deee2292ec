/** What kept a rule of peers and ports from matching. */
export interface Miss<R> {
  readonly rule: R;
  /** Index of the peer that failed least; -1 where the peers are not what kept the rule from matching. */
  readonly peer: number;
  /** Did the ports fail? */
  readonly ports: boolean;
  /** How many conditions failed. */
  readonly failures: number;
}

/** Weighs how far a rule is from matching: one of its peers has to hold, and the ports. `failuresOf` counts the conditions of a peer that fail. */
export function weighMiss<R, P>(
  rule: R,
  peers: readonly P[],
  failuresOf: (peer: P) => number,
  ports: boolean,
): Miss<R> {
  let peer = -1;
  let fewest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < peers.length && fewest > 0; i++) {
    const failures = failuresOf(peers[i]!);
    if (failures < fewest) {
      peer = i;
      fewest = failures;
    }
  }
  const held = peer < 0 || fewest === 0;
  return { rule, peer: held ? -1 : peer, ports, failures: (held ? 0 : fewest) + (ports ? 1 : 0) };
}

const most = 3;

/** The misses with the fewest failed conditions first, then in the order given; at most three. */
export function closestMisses<R>(misses: readonly Miss<R>[]): readonly Miss<R>[] {
  return misses.toSorted((a, b) => a.failures - b.failures).slice(0, most);
}
