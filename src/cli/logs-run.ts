import { setFlagsFromString } from 'node:v8';
import { type LogRecord, type LogTally, startReading } from '../logs/index.ts';
import { formatLogRecord, logJson, logJsonLines } from '../report/index.ts';
import { exitCodes } from './exit.ts';
import { logBytes } from './log-bytes.ts';
import type { LogsFlags } from './logs.ts';
import { styleFor, type Terminal } from './terminal.ts';

/** Bytes whose records are printed at once: fewer of them are in memory together. */
const pieceSize = 64 * 1024;
/** Milliseconds after which a stream counts as paused: a denial's reply would have come. */
const patience = 300;

/** Reads logs and prints what they say, as it comes; gives the exit code. Throws Refusal. */
export async function runLogs(
  files: readonly string[],
  { output, color }: LogsFlags,
  terminal: Terminal,
): Promise<number> {
  // A log is worth what the command line puts off: that V8 compiles again what runs often.
  setFlagsFromString('--invocation-count-for-maglev=400');
  setFlagsFromString('--invocation-count-for-turbofan=3000');
  const style = styleFor(terminal, 'print', color);
  const names = files.length === 0 ? ['-'] : files;
  const total: LogTally = { lines: 0, unknown: 0, records: 0, cut: 0 };
  const json = output === 'json' ? logJson() : undefined;
  const asText = (records: readonly LogRecord[], file: string | undefined): string =>
    records.map((record) => formatLogRecord(record, file, style)).join('');
  const format = json?.records ?? (output === 'jsonl' ? logJsonLines() : asText);

  if (json !== undefined) terminal.print(json.head);
  for (const name of names) {
    const file = names.length === 1 ? undefined : name;
    const reading = startReading();
    const print = (records: readonly LogRecord[]): void => {
      if (records.length > 0) terminal.print(format(records, file));
    };
    let pause: ReturnType<typeof setTimeout> | undefined;
    try {
      for await (const chunk of logBytes(name, terminal)) {
        clearTimeout(pause);
        for (let at = 0; at < chunk.length; at += pieceSize) {
          print(reading.push(chunk.subarray(at, at + pieceSize)));
        }
        pause = setTimeout(() => print(reading.release()), patience);
      }
    } finally {
      clearTimeout(pause);
    }
    print(reading.end());
    addTally(total, reading.tally);
  }
  if (json !== undefined) terminal.print(json.tail(total));
  else terminal.warn(`${summary(total)}\n`);
  return exitCodes.ok;
}

function addTally(total: LogTally, { lines, unknown, records, cut }: LogTally): void {
  total.lines += lines;
  total.unknown += unknown;
  total.records += records;
  total.cut += cut;
}

function summary({ lines, unknown, records, cut }: LogTally): string {
  const counted = [
    `${records} ${records === 1 ? 'decision' : 'decisions'} in ${lines} ${lines === 1 ? 'line' : 'lines'}`,
    ...(unknown === 0 ? [] : [`${unknown} ${unknown === 1 ? 'tells' : 'tell'} of no decision`]),
    ...(cut === 0 ? [] : [`${cut} too long to be read whole`]),
  ];
  return counted.join(', ');
}
