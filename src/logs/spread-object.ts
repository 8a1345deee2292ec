const newline = 10;
const carriageReturn = 13;
const openBrace = 123;
const closeBrace = 125;

/** An object that was spread over lines is at most so many bytes long. */
const longestObject = 32 * 1024;

/** Where the object stands, spread over lines as jq does it, that holds the place `at`: its brackets are lines of their own. */
export function spreadObject(
  bytes: Uint8Array,
  at: number,
  lowest: number,
  stop: number,
): { readonly from: number; readonly to: number } | undefined {
  const from = lineWith(openBrace, bytes, at, Math.max(lowest, at - longestObject), -1);
  if (from === undefined) return undefined;
  const close = lineWith(closeBrace, bytes, at, Math.min(stop, at + longestObject) - 1, 1);
  // Between the two nothing else ends or begins.
  if (close === undefined || lineWith(closeBrace, bytes, at, from, -1) !== undefined) return undefined;
  return { from, to: close + 1 };
}

/** Where an object begins in the last of the bytes that ends behind them; `stop` where there is none. */
export function openObject(bytes: Uint8Array, start: number, stop: number): number {
  const lowest = Math.max(start, stop - longestObject);
  const from = lineWith(openBrace, bytes, stop - 1, lowest, -1);
  if (from === undefined) return stop;
  return lineWith(closeBrace, bytes, from, stop - 1, 1) === undefined ? from : stop;
}

/** The next place up to `end`, in either direction, of a line that is this one letter. */
function lineWith(
  letter: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  step: 1 | -1,
): number | undefined {
  for (let at = start; step > 0 ? at <= end : at >= end; at += step) {
    if (bytes[at] !== letter || (at > 0 && bytes[at - 1] !== newline)) continue;
    const next = bytes[at + 1];
    if (next === undefined || next === newline || next === carriageReturn) return at;
  }
  return undefined;
}
