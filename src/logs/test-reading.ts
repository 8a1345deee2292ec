import type { LogRecord, LogTally } from './index.ts';
import { startReading } from './index.ts';

/** Reads a text whole, in pieces of `size` bytes. */
export function readText(
  text: string,
  size = 65_536,
): { readonly records: readonly LogRecord[]; readonly tally: LogTally } {
  const bytes = new TextEncoder().encode(text);
  const reading = startReading();
  const records: LogRecord[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    records.push(...reading.push(bytes.subarray(at, at + size)));
  }
  records.push(...reading.end());
  return { records, tally: { ...reading.tally } };
}
