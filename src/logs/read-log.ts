import { dialects } from './dialects/index.ts';
import { hintFinder } from './find-hints.ts';
import { joiner } from './join-readings.ts';
import { parseLine, unwrapLine } from './parse-line.ts';
import { openObject, spreadObject } from './spread-object.ts';
import type { Dialect, LogLine, LogRecord, LogTally, Reading } from './types.ts';

/** A log that is being read: bytes go in, records come out. */
export interface LogReading {
  /** Takes the next bytes, cut anywhere, and gives the records that they complete. */
  readonly push: (bytes: Uint8Array) => readonly LogRecord[];
  /** Gives the records that are held back for a line that could still belong to them: for a stream that pauses. */
  readonly release: () => readonly LogRecord[];
  /** The end of the log: gives all that is left. */
  readonly end: () => readonly LogRecord[];
  readonly tally: Readonly<LogTally>;
}

/** Of a longer line only so many bytes are read. */
const longestLine = 16 * 1024 * 1024;
const newline = 10;
const blank = 32;

/**
 * Starts reading a log. Lines that hold a decision are found in a chunk's bytes before it is cut into lines; only they
 * are decoded. Memory does not grow with the log.
 */
export function startReading(): LogReading {
  const tally: LogTally = { lines: 0, unknown: 0, records: 0, cut: 0 };
  const decoder = new TextDecoder();
  const join = joiner();
  let tail: Uint8Array[] = [];
  let tailLength = 0;
  /** Lines of an object that goes on in the next chunk. */
  let held: Uint8Array | undefined;

  const scan = (bytes: Uint8Array, start: number, stop: number): void => {
    let at = start;
    while (at < stop) {
      const hit = finder.next(bytes, at, stop);
      if (hit === undefined) break;
      const from = bytes.lastIndexOf(newline, hit.at) + 1;
      const to = lineEnd(bytes, hit.at, stop);
      const found = readLine(decoder.decode(bytes.subarray(from, to)), bytes, hit.at, to, hit.hint);
      const member = found === undefined && bytes[from] === blank;
      const spread = member ? spreadObject(bytes, hit.at, at, stop) : undefined;
      if (spread !== undefined) {
        scanSpread(bytes, at, spread);
        at = spread.to + 1;
        continue;
      }
      skip(countLines(bytes, at, from));
      tally.lines += 1;
      if (found === undefined) tally.unknown += 1;
      else join.add(found.reading, found.dialect, tally.lines);
      at = to + 1;
    }
    skip(countLines(bytes, at, stop));
  };

  const scanSpread = (bytes: Uint8Array, start: number, { from, to }: { from: number; to: number }): void => {
    skip(countLines(bytes, start, from));
    const first = tally.lines + 1;
    const lines = countLines(bytes, from, to);
    const hit = finder.next(bytes, from, to);
    const found = hit && readLine(decoder.decode(bytes.subarray(from, to)), bytes, hit.at, to, hit.hint);
    tally.lines += lines;
    if (found === undefined) tally.unknown += lines;
    else join.add(found.reading, found.dialect, tally.lines, first);
  };

  const skip = (lines: number): void => {
    tally.lines += lines;
    tally.unknown += lines;
  };

  const keep = (bytes: Uint8Array): void => {
    if (bytes.length === 0) return;
    const room = longestLine - tailLength;
    tailLength += bytes.length;
    if (room > 0) tail.push(bytes.slice(0, room));
  };

  const scanTail = (): void => {
    if (tailLength === 0) return;
    if (tailLength > longestLine) tally.cut += 1;
    const line = concat(tail);
    tail = [];
    tailLength = 0;
    scan(line, 0, line.length);
  };

  const taken = (records: readonly LogRecord[]): readonly LogRecord[] => {
    tally.records += records.length;
    return records;
  };

  return {
    tally,
    push: (more) => {
      const bytes = held === undefined ? more : concat([held, more]);
      held = undefined;
      let start = 0;
      if (tailLength > 0) {
        const end = bytes.indexOf(newline);
        keep(end < 0 ? bytes : bytes.subarray(0, end));
        if (end < 0) return [];
        scanTail();
        start = end + 1;
      }
      const stop = bytes.lastIndexOf(newline) + 1;
      const open = stop > start ? openObject(bytes, start, stop) : stop;
      if (open > start) scan(bytes, start, open);
      if (open < stop) held = bytes.slice(open);
      else keep(bytes.subarray(Math.max(start, stop)));
      return taken(join.take(tally.lines));
    },
    release: () => taken(join.take(tally.lines, true)),
    end: () => {
      if (held !== undefined) scan(held, 0, held.length);
      held = undefined;
      scanTail();
      return taken(join.take(tally.lines, true));
    },
  };
}

/**
 * Reads a whole log, chunk by chunk. Pass a tally to have what is read counted there. Strings are taken as they are,
 * bytes as UTF-8.
 */
export async function* readLog(
  chunks: AsyncIterable<Uint8Array | string>,
  tally?: LogTally,
): AsyncGenerator<LogRecord, void, undefined> {
  const reading = startReading();
  const encoder = new TextEncoder();
  for await (const chunk of chunks) {
    yield* reading.push(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
    if (tally !== undefined) Object.assign(tally, reading.tally);
  }
  yield* reading.end();
  if (tally !== undefined) Object.assign(tally, reading.tally);
}

const hints = dialects.flatMap((dialect) => dialect.hints.map((hint) => ({ hint, dialect })));
const finder = hintFinder(hints.map(({ hint }) => hint));

interface Found {
  readonly reading: Reading;
  readonly dialect: string;
}

/** Asks every dialect of which a hint stands in the line, in the order in which the hints stand there. */
function readLine(text: string, bytes: Uint8Array, at: number, to: number, hint: number): Found | undefined {
  const line = parseLine(text);
  const asked = new Set<Dialect>();
  for (let next: { at: number; hint: number } | undefined = { at, hint }; next !== undefined; ) {
    for (const dialect of alike[next.hint]!) {
      if (asked.has(dialect)) continue;
      asked.add(dialect);
      const reading = readInside(dialect, line);
      if (reading !== undefined) return { reading, dialect: dialect.name };
    }
    next = finder.next(bytes, next.at + 1, to);
  }
  return undefined;
}

/** For each hint the dialects that name it: two of them may name the same. */
const alike = hints.map(({ hint }) =>
  hints.filter((each) => each.hint === hint).map(({ dialect }) => dialect),
);

/** Reads the line, or what collectors wrapped in it, one around the other. */
function readInside(dialect: Dialect, outer: LogLine): Reading | undefined {
  let line: LogLine | undefined = outer;
  for (let depth = 0; depth < 3 && line !== undefined; depth += 1) {
    const reading = dialect.read(line);
    if (reading !== undefined) return reading;
    line = unwrapLine(line);
  }
  return undefined;
}

function lineEnd(bytes: Uint8Array, from: number, stop: number): number {
  const end = bytes.indexOf(newline, from);
  return end < 0 || end > stop ? stop : end;
}

/** Lines that begin from `start` up to `stop`, where the next line begins or the bytes end. */
function countLines(bytes: Uint8Array, start: number, stop: number): number {
  if (start >= stop) return 0;
  let count = 0;
  for (let at = start; at < stop; at += 1) {
    if (bytes[at] === newline) count += 1;
  }
  return bytes[stop - 1] === newline ? count : count + 1;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
