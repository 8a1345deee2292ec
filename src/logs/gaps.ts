/** Lines that no reader understands, until it is known whether a record goes over them. */
export interface Gaps {
  /** Takes so many lines, the first of which is `first`. */
  readonly add: (first: number, lines: number) => void;
  /** Gives how many lines from `first` to `last` no record went over before. */
  readonly cover: (first: number, last: number) => number;
}

/** Records are given soon behind their lines: of gaps so far back nothing is kept. */
const most = 8192;

/** Starts without any; what it holds is bounded. The ends of a record are never in a gap. */
export function openGaps(): Gaps {
  let starts: number[] = [];
  let counts: number[] = [];

  return {
    add: (first, lines) => {
      starts.push(first);
      counts.push(lines);
      if (starts.length < 2 * most) return;
      starts = starts.slice(most);
      counts = counts.slice(most);
    },
    cover: (first, last) => {
      let low = 0;
      for (let high = starts.length; low < high; ) {
        const middle = (low + high) >>> 1;
        if (starts[middle]! < first) low = middle + 1;
        else high = middle;
      }
      let covered = 0;
      for (; low < starts.length && starts[low]! < last; low += 1) {
        covered += counts[low]!;
        counts[low] = 0;
      }
      return covered;
    },
  };
}
