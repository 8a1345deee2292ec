const newline = 10;
const carriageReturn = 13;
const tab = 9;
const blank = 32;
const comma = 44;
const openBracket = 91;
const openBrace = 123;
const closeBrace = 125;
/** With what a line of an object that is spread over lines begins: a member, an end, a value. */
const beginnings: ReadonlySet<number> = new Set([...'"}]{[-0123456789tfn'].map((each) => each.charCodeAt(0)));

/** An object that was spread over lines is at most so many bytes long, and so many lines. */
const longestObject = 32 * 1024;
const mostLines = 1000;

/** A line without its indentation and what ends it. */
interface Line {
  readonly start: number;
  readonly indent: number;
  /** The first byte behind the indentation, and the last; 0 in an empty line. */
  readonly first: number;
  readonly last: number;
  readonly length: number;
}

/**
 * Where the object stands, spread over lines as jq does it, that holds the place `at`: the nearest one around it whose
 * brackets are lines of their own, at the top or in a list.
 */
export function spreadObject(
  bytes: Uint8Array,
  at: number,
  lowest: number,
  stop: number,
): { readonly from: number; readonly to: number } | undefined {
  const hit = lineAt(bytes, at);
  let limit = hit.indent;
  let open: Line | undefined;
  walkBack(bytes, hit.start, Math.max(lowest, at - longestObject), (line) => {
    if (line.length === 0) return false;
    if (line.indent >= limit) return true;
    limit = line.indent;
    if (line.length === 1 && line.first === openBrace) open = line;
    return open === undefined && (line.last === openBrace || line.last === openBracket);
  });
  if (open === undefined) return undefined;
  const to = endOf(bytes, open, Math.min(stop, at + longestObject));
  return to === undefined ? undefined : { from: open.start, to };
}

/** Where the outermost object begins in the last of the bytes that goes on behind them; `stop` where there is none. */
export function openObject(bytes: Uint8Array, start: number, stop: number): number {
  let limit = Number.POSITIVE_INFINITY;
  let from = stop;
  walkBack(bytes, stop, Math.max(start, stop - longestObject), (line) => {
    if (line.indent >= limit) return true;
    if (!beginnings.has(line.first)) return false;
    const closes = line.first === closeBrace && line.indent === 0;
    limit = line.indent;
    if (line.length === 1 && line.first === openBrace) from = line.start;
    return !closes && limit > 0;
  });
  return from;
}

/** Shows the lines before a place, the last one first, until one is refused. */
function walkBack(bytes: Uint8Array, before: number, lowest: number, show: (line: Line) => boolean): void {
  let start = before;
  for (let lines = 0; lines < mostLines && start > lowest; lines += 1) {
    const line = lineAt(bytes, start - 1);
    if (line.start < lowest || !show(line)) return;
    start = line.start;
  }
}

/** Behind the line that closes an object: a brace as far to the right as that which opens it. */
function endOf(bytes: Uint8Array, open: Line, stop: number): number | undefined {
  let at = bytes.indexOf(newline, open.start) + 1;
  for (let lines = 0; lines < mostLines && at > 0 && at < stop; lines += 1) {
    const line = lineAt(bytes, at);
    const end = bytes.indexOf(newline, at);
    if (line.length === 0 || line.indent < open.indent) return undefined;
    const closes = line.length === 1 || (line.length === 2 && line.last === comma);
    if (line.indent === open.indent) {
      return line.first === closeBrace && closes ? (end < 0 ? stop : end) : undefined;
    }
    at = end + 1;
  }
  return undefined;
}

/** The line in which a place lies; the place of its line break counts as its end. */
function lineAt(bytes: Uint8Array, at: number): Line {
  const start = at > 0 ? bytes.lastIndexOf(newline, at - 1) + 1 : 0;
  const found = bytes.indexOf(newline, at);
  let end = found < 0 ? bytes.length : found;
  if (end > start && bytes[end - 1] === carriageReturn) end -= 1;
  let first = start;
  while (first < end && (bytes[first] === blank || bytes[first] === tab)) first += 1;
  const length = end - first;
  return {
    start,
    indent: first - start,
    first: length === 0 ? 0 : bytes[first]!,
    last: length === 0 ? 0 : bytes[end - 1]!,
    length,
  };
}
