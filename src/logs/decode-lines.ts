/** Lines are decoded together, so many bytes at once: a record that is kept keeps no more than that in memory. */
const together = 4096;

/**
 * Gives the text of lines of these bytes, which end at `stop`, by their places. To decode one line takes longer than
 * to cut it from a text, and in ASCII the places are the same.
 */
export function decodeLines(bytes: Uint8Array, stop: number): (from: number, to: number) => string {
  let text = '';
  let begin = 0;
  let end = 0;
  return (from, to) => {
    if (from < begin || to > end) {
      begin = from;
      end = Math.min(stop, Math.max(to, from + together));
      text = decoder.decode(bytes.subarray(begin, end));
    }
    const ascii = text.length === end - begin;
    return ascii ? text.slice(from - begin, to - begin) : decoder.decode(bytes.subarray(from, to));
  };
}

const decoder = new TextDecoder();
