/** The lines of a stream that were read last, by their number. */
export interface LineWindow {
  readonly push: (bytes: Uint8Array) => void;
  /** The line with this number, from 1; undefined where it is too long ago. */
  readonly line: (number: number) => string | undefined;
}

/** A chunk with what is before it: its first bytes belong to the line with the number `newlines + 1`. */
interface Piece {
  readonly bytes: Buffer;
  readonly newlines: number;
  readonly ends: readonly number[];
}

/** So many chunks are kept: records come at most a few behind their lines. */
const mostPieces = 8;
const newline = 10;

/** Starts a window; what is pushed is kept, not copied. */
export function openLineWindow(): LineWindow {
  const pieces: Piece[] = [];
  let newlines = 0;
  return {
    push: (chunk) => {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const ends: number[] = [];
      for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) ends.push(at);
      pieces.push({ bytes, newlines, ends });
      newlines += ends.length;
      if (pieces.length > mostPieces) pieces.shift();
    },
    line: (number) => {
      const first = pieces.findIndex(({ newlines: before, ends }, i) => {
        const starts = number - 1 > before && number - 1 <= before + ends.length;
        return starts || (number === 1 && i === 0 && before === 0);
      });
      if (first < 0) return undefined;
      const { bytes, newlines: before, ends } = pieces[first]!;
      const start = number === 1 ? 0 : ends[number - 2 - before]! + 1;
      const end = ends[number - 1 - before];
      if (end !== undefined) return bytes.toString('utf8', start, end);
      const rest: string[] = [bytes.toString('utf8', start)];
      for (const piece of pieces.slice(first + 1)) {
        rest.push(piece.bytes.toString('utf8', 0, piece.ends[0] ?? piece.bytes.length));
        if (piece.ends.length > 0) break;
      }
      return rest.join('');
    },
  };
}
