import { type Glance, glanceAt } from './glance.ts';

/** Lines are decoded together, so many bytes at once: a record that is kept keeps no more than that in memory. */
const together = 4096;

/** The text of a line, and what a look at it says. */
export interface Decoded {
  readonly text: string;
  readonly seen: Glance;
}

/** Gives the line that stands at these places. */
export type LineDecoder = (from: number, to: number) => Decoded;

/**
 * Gives the text of lines of these bytes, which end at `stop`, by their places. To decode one line takes longer than
 * to cut it from a text, and in ASCII the places are the same; to look at one takes longer than to look at many.
 */
export function decodeLines(bytes: Uint8Array, stop: number): LineDecoder {
  let text = '';
  let seen = glanceAt(text);
  let begin = 0;
  let end = 0;
  return (from, to) => {
    if (from < begin || to > end) {
      begin = from;
      end = Math.min(stop, Math.max(to, from + together));
      text = decoder.decode(bytes.subarray(begin, end));
      seen = glanceAt(text);
    }
    const ascii = text.length === end - begin;
    const line = ascii ? text.slice(from - begin, to - begin) : decoder.decode(bytes.subarray(from, to));
    return { text: line, seen: seen.mayHoldSecret || seen.hasBrace ? glanceAt(line, seen) : seen };
  };
}

const decoder = new TextDecoder();
