/** Finds the first of many texts in bytes; built once, asked for every chunk. */
export interface HintFinder {
  /** The place of the next text at or behind `from`, and which it is; undefined where there is none. */
  readonly next: (bytes: Uint8Array, from: number, to: number) => Hit | undefined;
}

/** Where a text stands, and which. */
export interface Hit {
  readonly at: number;
  readonly hint: number;
}

/**
 * Builds a finder for ASCII texts after Wu and Manber: pairs of bytes say how far the window may jump, so most bytes
 * of a log are never looked at. Throws on a text shorter than two letters.
 */
export function hintFinder(hints: readonly string[]): HintFinder {
  const patterns = hints.map((hint) => new TextEncoder().encode(hint));
  const window = Math.min(...patterns.map(({ length }) => length));
  if (window < 2) throw new RangeError('a hint needs two letters');
  const jumps = new Uint8Array(65536).fill(window - 1);
  /** For each pair that ends a window, which texts may stand there. */
  const ending: number[][] = [[]];
  const endingOf = new Uint16Array(65536);
  patterns.forEach((pattern, hint) => {
    for (let end = 1; end < window; end += 1) {
      const pair = (pattern[end - 1]! << 8) | pattern[end]!;
      jumps[pair] = Math.min(jumps[pair]!, window - 1 - end);
    }
    const last = (pattern[window - 2]! << 8) | pattern[window - 1]!;
    if (endingOf[last] === 0) endingOf[last] = ending.push([]) - 1;
    ending[endingOf[last]!]!.push(hint);
  });

  const hintAt = (bytes: Uint8Array, at: number, to: number, pair: number): number | undefined => {
    for (const hint of ending[endingOf[pair]!]!) {
      const pattern = patterns[hint]!;
      if (at + pattern.length <= to && standsAt(bytes, at, pattern)) return hint;
    }
    return undefined;
  };

  return {
    next: (bytes, from, to) => {
      let end = from + window - 1;
      while (end < to) {
        const pair = (bytes[end - 1]! << 8) | bytes[end]!;
        const jump = jumps[pair]!;
        if (jump > 0) {
          end += jump;
          continue;
        }
        const at = end - window + 1;
        const hint = hintAt(bytes, at, to, pair);
        if (hint !== undefined) return { at, hint };
        end += 1;
      }
      return undefined;
    },
  };
}

function standsAt(bytes: Uint8Array, at: number, pattern: Uint8Array): boolean {
  for (let index = 0; index < pattern.length; index += 1) {
    if (bytes[at + index] !== pattern[index]) return false;
  }
  return true;
}
