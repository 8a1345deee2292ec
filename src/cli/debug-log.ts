import { type Denial, streamOfLine } from '../debug/index.ts';
import { type LogRecord, startReading } from '../logs/index.ts';
import type { DebugTally } from '../report/index.ts';
import { openLineWindow } from './line-window.ts';

/** Milliseconds after which a stream counts as paused: a denial's reply would have come. */
const patience = 300;

/** Counts of what was read so far. */
export type Counted = { -readonly [K in keyof DebugTally]: DebugTally[K] };

/** Reads one log to its end, counts its lines and decisions, and hands over its denials as they come. */
export async function readDenials(
  chunks: AsyncIterable<Uint8Array>,
  file: string | undefined,
  tally: Counted,
  take: (denial: Denial) => void,
): Promise<void> {
  const reading = startReading();
  const lines = openLineWindow();
  const before = { ...tally };
  const takeAll = (records: readonly LogRecord[]): void => {
    for (const record of records) {
      if (record.decision === 'allow') tally.allowed += 1;
      else if (record.decision === 'none') tally.none += 1;
      else {
        tally.denied += 1;
        // Only proxies write of their own pod.
        const line = record.dialect.startsWith('envoy') ? lines.line(record.lines[0]) : undefined;
        take({ record, file, stream: line === undefined ? undefined : streamOfLine(line) });
      }
    }
    tally.lines = before.lines + reading.tally.lines;
    tally.unknown = before.unknown + reading.tally.unknown;
  };
  let pause: ReturnType<typeof setTimeout> | undefined;
  try {
    for await (const chunk of chunks) {
      clearTimeout(pause);
      lines.push(chunk);
      takeAll(reading.push(chunk));
      pause = setTimeout(() => takeAll(reading.release()), patience);
    }
  } finally {
    clearTimeout(pause);
  }
  takeAll(reading.end());
}
