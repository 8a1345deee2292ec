/** What a runtime's pieces of one line come to. */
export interface Joined {
  readonly text: string;
  /** The line of its first piece, and how many pieces there are. */
  readonly first: number;
  readonly pieces: number;
}

/** Joins what CRI's runtimes cut: long lines are written in pieces, `TIME stdout P …`, of which the last has an F. */
export interface PartialLines {
  /** Whether pieces wait for more: then every line has to be shown. */
  readonly wait: (line: number) => boolean;
  /** Takes a line: `held` where more must come, the whole where it is the last; undefined where it is no such piece. */
  readonly take: (text: string, line: number) => 'held' | Joined | undefined;
}

/** Texts of which one stands in every piece that is not the last. */
export const partialHints: readonly string[] = [' stdout P ', ' stderr P '];

const piece =
  /^([^{}]{0,300}?)(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:\d\d)) (stdout|stderr) ([PF]) (.*)$/s;

/** A line whose end does not come within so many others is forgotten. */
const patience = 1000;
const mostStreams = 64;

interface Held {
  text: string;
  readonly first: number;
  last: number;
  pieces: number;
}

/** Makes a joiner of pieces; of a line longer than `longest` characters only the beginning is kept. */
export function partialLines(longest: number): PartialLines {
  const held = new Map<string, Held>();

  return {
    wait: (line) => {
      if (held.size === 0) return false;
      for (const [key, { last }] of held) {
        if (line - last > patience) held.delete(key);
      }
      return held.size > 0;
    },
    take: (text, line) => {
      const [, head = '', time, output, flag, rest = ''] = piece.exec(text) ?? [];
      if (time === undefined) return undefined;
      const key = `${head.replace(/\d+[:-]$/, '')}\n${output}`;
      const begun = held.get(key);
      if (flag === 'F' && begun === undefined) return undefined;
      const whole = begun ?? { text: `${head}${time} ${output} F `, first: line, last: line, pieces: 0 };
      if (whole.text.length < longest) whole.text += rest.slice(0, longest - whole.text.length);
      whole.last = line;
      whole.pieces += 1;
      held.delete(key);
      if (flag === 'F') return whole;
      held.set(key, whole);
      if (held.size > mostStreams) held.delete(held.keys().next().value!);
      return 'held';
    },
  };
}
