import type { Decoded } from './decode-lines.ts';
import { dialects } from './dialects/index.ts';
import { type HintFinder, type Hit, hintFinder } from './find-hints.ts';
import { unseen } from './glance.ts';
import { linesOfList, parseLine, unwrapLine } from './parse-line.ts';
import { partialHints } from './partial-lines.ts';
import { spreadObject } from './spread-object.ts';
import type { Dialect, LogLine, Reading } from './types.ts';

/** What a line says, and whose words it is in. */
export interface Found {
  readonly reading: Reading;
  readonly dialect: Dialect;
}

const hints = dialects.flatMap((dialect) => dialect.hints.map((hint) => ({ hint, dialect })));
/** Finds what stands in lines that dialects may understand, and in pieces of lines. */
export const finder: HintFinder = hintFinder([...hints.map(({ hint }) => hint), ...partialHints]);
const encoder = new TextEncoder();

const nothing: readonly Found[] = [];
/** A member of an object that is spread over lines: a collector's, whose time and pod stand on other lines. */
const member = /^\s+"[\w@.-]{1,40}": "/;

/** What one line says, whose text is at hand. */
export function readText(text: string): readonly Found[] {
  const bytes = encoder.encode(text);
  return readBytes(bytes, 0, bytes.length);
}

/** What one line says, or lines that are one. */
export function readBytes(bytes: Uint8Array, from: number, to: number): readonly Found[] {
  const text = new TextDecoder().decode(bytes.subarray(from, to));
  return readAny({ text, seen: unseen }, bytes, from, to);
}

/** What a line says of which nobody knows whether a hint stands in it. */
export function readAny(line: Decoded, bytes: Uint8Array, from: number, to: number): readonly Found[] {
  const hit = finder.next(bytes, from, to);
  return hit === undefined ? nothing : readLine(line, bytes, to, hit);
}

/**
 * What a line says: asks every dialect of which a hint stands in the line, from the first hint `hit` on, in the order
 * in which the hints stand there. Of a line that is a list every member is asked for. Of a line that is a member of an
 * object around it, what the object says more is said, too.
 */
export function readLine(line: Decoded, bytes: Uint8Array, to: number, hit: Hit): readonly Found[] {
  const found = readAlone(line, bytes, to, hit);
  const [only] = found;
  if (only === undefined || !member.test(line.text)) return found;
  const spread = spreadObject(bytes, hit.at, 0, bytes.length);
  if (spread === undefined) return found;
  const whole = parseLine(new TextDecoder().decode(bytes.subarray(spread.from, spread.to)));
  const reading = readInside(whole, only.dialect.read);
  return reading === undefined ? found : [{ reading, dialect: only.dialect }];
}

function readAlone(
  { text, seen }: Decoded,
  bytes: Uint8Array,
  to: number,
  { at, hint }: Hit,
): readonly Found[] {
  const line = parseLine(text, seen);
  const first = alike[hint];
  const found = first === undefined ? undefined : readBy(line, first);
  if (found !== undefined) return [found];
  const asked = new Set(first);
  for (
    let next = finder.next(bytes, at + 1, to);
    next !== undefined;
    next = finder.next(bytes, next.at + 1, to)
  ) {
    for (const dialect of alike[next.hint] ?? []) {
      if (asked.has(dialect)) continue;
      asked.add(dialect);
      const reading = readInside(line, dialect.read);
      if (reading !== undefined) return [{ reading, dialect }];
    }
  }
  const members = linesOfList(line) ?? [];
  return members.flatMap((member) => readBy(member, [...asked]) ?? []);
}

function readBy(line: LogLine, asked: readonly Dialect[]): Found | undefined {
  for (const dialect of asked) {
    const reading = readInside(line, dialect.read);
    if (reading !== undefined) return { reading, dialect };
  }
  return undefined;
}

/** What a line says that holds no hint and goes on what came before it. */
export function readNext(line: LogLine): Found | undefined {
  for (const dialect of dialects) {
    const reading = dialect.readNext === undefined ? undefined : readInside(line, dialect.readNext);
    if (reading !== undefined) return { reading, dialect };
  }
  return undefined;
}

/** For each hint the dialects that name it: two of them may name the same. */
const alike = hints.map(({ hint }) =>
  hints.filter((each) => each.hint === hint).map(({ dialect }) => dialect),
);

/** Reads the line, or what collectors wrapped in it, one around the other. */
function readInside(outer: LogLine, read: Dialect['read']): Reading | undefined {
  let line: LogLine | undefined = outer;
  for (let depth = 0; depth < 4 && line !== undefined; depth += 1) {
    const reading = read(line);
    if (reading !== undefined) return reading;
    line = unwrapLine(line);
  }
  return undefined;
}

/** Whether a hint stands for a piece of a line, and no dialect's words. */
export function isPiece(hint: number): boolean {
  return hint >= hints.length;
}
