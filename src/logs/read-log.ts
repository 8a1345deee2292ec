import { decodeLines, type LineDecoder } from './decode-lines.ts';
import { openGaps } from './gaps.ts';
import { joiner } from './join-readings.ts';
import { parseLine } from './parse-line.ts';
import { partialLines } from './partial-lines.ts';
import {
  type Found,
  finder,
  isPiece,
  readAny,
  readBytes,
  readLine,
  readNext,
  readText,
} from './read-line.ts';
import { openObject, spreadObject } from './spread-object.ts';
import type { LogRecord, LogTally } from './types.ts';

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
/** A line that goes on in the next chunk is put before it, up to so many bytes; a longer one is kept in pieces. */
const longestRest = 64 * 1024;
const newline = 10;
const tab = 9;
const blank = 32;
/** So many lines of other streams may come before what a line goes on with. */
const longestGap = 8;

/**
 * Starts reading a log. Lines that hold a decision are found in a chunk's bytes before it is cut into lines; only they
 * are decoded. Memory does not grow with the log.
 */
export function startReading(): LogReading {
  const tally: LogTally = { lines: 0, unknown: 0, records: 0, cut: 0 };
  const join = joiner();
  const gaps = openGaps();
  /** What could not be read yet: a line that goes on, an object that does. */
  let rest: Uint8Array | undefined;
  /** Pieces of a line that is too long for that. */
  let tail: Uint8Array[] = [];
  let tailLength = 0;
  const partial = partialLines(longestLine);
  /** How many more lines may hold what the latest reading goes on with. */
  let goingOn = 0;

  const scan = (bytes: Uint8Array, start: number, stop: number): void => {
    const lineAt = decodeLines(bytes, stop);
    let at = start;
    while (at < stop) {
      if (goingOn > 0 || partial.wait(tally.lines)) {
        at = scanLine(lineAt, bytes, at, lineEnd(bytes, at, stop));
        continue;
      }
      const hit = finder.next(bytes, at, stop);
      if (hit === undefined) break;
      const from = bytes.lastIndexOf(newline, hit.at) + 1;
      const to = lineEnd(bytes, hit.at, stop);
      if (isPiece(hit.hint)) {
        skip(countLines(bytes, at, from));
        at = scanLine(lineAt, bytes, from, to);
        continue;
      }
      const found = readLine(lineAt(from, to), bytes, to, hit);
      const member = found.length === 0 && (bytes[from] === blank || bytes[from] === tab);
      const spread = member ? spreadObject(bytes, hit.at, at, stop) : undefined;
      if (spread !== undefined) {
        scanSpread(bytes, at, spread);
        at = spread.to + 1;
        continue;
      }
      skip(countLines(bytes, at, from));
      addLines(found, 1);
      at = to + 1;
    }
    skip(countLines(bytes, at, stop));
  };

  /** One line, whether a hint stands in it or not: it may go on what came before it. Gives where the next begins. */
  const scanLine = (lineAt: LineDecoder, bytes: Uint8Array, from: number, to: number): number => {
    const line = lineAt(from, to);
    const piece = partial.take(line.text, tally.lines + 1);
    if (piece === 'held') {
      tally.lines += 1;
      tally.unknown += 1;
      return to + 1;
    }
    const next =
      goingOn > 0
        ? readNext(piece === undefined ? parseLine(line.text, line.seen) : parseLine(piece.text))
        : undefined;
    if (next !== undefined) goingOn = 0;
    else if (goingOn > 0) goingOn -= 1;
    const found =
      next !== undefined
        ? [next]
        : piece === undefined
          ? readAny(line, bytes, from, to)
          : readText(piece.text);
    addLines(found, 1, piece?.first);
    if (found.length > 0 && piece !== undefined) tally.unknown -= piece.pieces - 1;
    return to + 1;
  };

  const scanSpread = (bytes: Uint8Array, start: number, { from, to }: { from: number; to: number }): void => {
    skip(countLines(bytes, start, from));
    addLines(readBytes(bytes, from, to), countLines(bytes, from, to));
  };

  /** Counts lines that were read as one, and takes what they say. */
  const addLines = (found: readonly Found[], lines: number, first = tally.lines + 1): void => {
    if (found.length === 0) {
      skip(lines);
      return;
    }
    tally.lines += lines;
    for (const { reading, dialect } of found) {
      join.add(reading, dialect.name, tally.lines, first);
      if (reading.goesOn === true && dialect.readNext !== undefined) goingOn = longestGap;
    }
  };

  const skip = (lines: number): void => {
    if (lines === 0) return;
    gaps.add(tally.lines + 1, lines);
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
    for (const { lines } of records) {
      if (lines[1] > lines[0]) tally.unknown -= gaps.cover(lines[0], lines[1]);
    }
    return records;
  };

  return {
    tally,
    push: (more) => {
      let bytes = rest === undefined ? more : concat([rest, more]);
      rest = undefined;
      if (tailLength > 0) {
        const end = bytes.indexOf(newline);
        keep(end < 0 ? bytes : bytes.subarray(0, end));
        if (end < 0) return [];
        scanTail();
        bytes = bytes.subarray(end + 1);
      }
      const stop = bytes.lastIndexOf(newline) + 1;
      const long = bytes.length - stop > longestRest;
      const open = stop === 0 || long ? stop : openObject(bytes, 0, stop);
      scan(bytes, 0, open);
      if (long) keep(bytes.subarray(stop));
      else if (open < bytes.length) rest = bytes.slice(open);
      return taken(join.take(tally.lines));
    },
    release: () => taken(join.take(tally.lines, true)),
    end: () => {
      if (rest !== undefined) scan(rest, 0, rest.length);
      rest = undefined;
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
