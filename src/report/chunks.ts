/** Characters of a piece: few enough to be nothing, many enough that writing one costs nothing. */
const pieceLength = 1 << 16;

/** Joins texts into pieces that are worth writing one at a time, so that a long result is never one string. */
export function* inChunks(texts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
