/** How long a container has to wait before it's started again. The kubelet's: at once the first time, then 10 s, doubled each time, at most 5 min; from the start again after 10 min without a fall. */
export interface BackOff {
  /** Milliseconds to wait from now for a container that ended just now; counts the start that follows. */
  next(now: number): number;
}

const first = 10_000;
const longest = 300_000;
const forgotten = 600_000;

export function createBackOff(): BackOff {
  let wait = 0;
  let last = Number.NEGATIVE_INFINITY;
  return {
    next(now) {
      if (now - last > forgotten) wait = 0;
      const current = wait;
      wait = Math.min(wait === 0 ? first : wait * 2, longest);
      last = now + current;
      return current;
    },
  };
}

/** `10s`, `1m20s`, `5m0s`: a duration as Go writes it. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
