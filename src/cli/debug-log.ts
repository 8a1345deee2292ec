import { type Denial, type LogStream, pairDenials, proxyRole, streamOfLine } from '../debug/index.ts';
import { type LogRecord, startReading, type UpstreamWatch } from '../logs/index.ts';
import type { DebugTally } from '../report/index.ts';
import { type LineWindow, openLineWindow } from './line-window.ts';

/** Milliseconds after which a stream counts as paused: a denial's reply would have come. */
const patience = 300;

/** Counts of what was read so far. */
export type Counted = { -readonly [K in keyof DebugTally]: DebugTally[K] };

/** Reads one log to its end, counts its lines and decisions, and hands over its denials as they come. */
export async function readDenials(
  chunks: AsyncIterable<Uint8Array>,
  file: string | undefined,
  tally: Counted,
  upstream: UpstreamWatch,
  take: (denial: Denial) => void,
): Promise<void> {
  const reading = startReading();
  const pairing = pairDenials();
  /** Of a log whose lines begin with the pod that they are of; undefined until the first bytes have shown whether they do. */
  let lines: LineWindow | 'not needed' | undefined;
  const counted = { lines: 0, unknown: 0 };
  /** Of a log without prefixes: the proxy that wrote of its start. */
  let owner: LogStream | undefined;

  const takeDenials = (denials: readonly Denial[]): void => {
    tally.denied += denials.length;
    for (const denial of denials) take(denial);
  };
  const takeAll = (records: readonly LogRecord[]): void => {
    for (const record of records) {
      if (record.decision === 'allow') tally.allowed += 1;
      else if (record.decision === 'none') tally.none += 1;
      else takeDenials(pairing.add({ record, file, stream: streamOf(record) }));
    }
    // Several logs may be read at once.
    tally.lines += reading.tally.lines - counted.lines;
    tally.unknown += reading.tally.unknown - counted.unknown;
    Object.assign(counted, { lines: reading.tally.lines, unknown: reading.tally.unknown });
  };
  const streamOf = ({ dialect, lines: [first] }: LogRecord): LogStream | undefined => {
    // Only proxies write of their own pod.
    if (!dialect.startsWith('envoy')) return undefined;
    const line = typeof lines === 'object' ? lines.line(first) : undefined;
    return (line === undefined ? undefined : streamOfLine(line)) ?? owner;
  };

  let pause: ReturnType<typeof setTimeout> | undefined;
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const chunk of chunks) {
      clearTimeout(pause);
      lines ??= hasPrefixes(chunk) ? openLineWindow() : 'not needed';
      if (typeof lines === 'object') lines.push(chunk);
      owner = ownerIn(chunk) ?? owner;
      upstream.push(chunk);
      takeAll(reading.push(chunk));
      if (failure !== undefined) throw failure.error;
      pause = setTimeout(() => {
        try {
          takeAll(reading.release());
          takeDenials(pairing.release());
        } catch (error) {
          // Nobody catches what a timer throws: it is told with the next bytes, or at the end.
          failure = { error };
        }
      }, patience);
    }
  } finally {
    clearTimeout(pause);
  }
  if (failure !== undefined) throw failure.error;
  takeAll(reading.end());
  takeDenials(pairing.release());
}

/** Whose log a chunk is of, where a proxy's start stands in it; lines of several proxies have prefixes. */
function ownerIn(chunk: Uint8Array): LogStream | undefined {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const at = bytes.indexOf('Proxy role');
  if (at < 0) return undefined;
  const end = bytes.indexOf(10, at);
  return proxyRole(bytes.toString('utf8', at, end < 0 ? Math.min(bytes.length, at + 1000) : end));
}

/** So many bytes show whether the lines of a log begin with the pod that they are of. */
const sample = 16 * 1024;

function hasPrefixes(chunk: Uint8Array): boolean {
  const text = Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(chunk.byteLength, sample)).toString(
    'utf8',
  );
  return text.split('\n').some((line) => streamOfLine(line) !== undefined);
}
