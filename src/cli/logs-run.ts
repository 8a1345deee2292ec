import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { type LogRecord, type LogTally, startReading } from '../logs/index.ts';
import { formatLogRecord, logJson, logRecordToJson } from '../report/index.ts';
import { exitCodes, inputError } from './exit.ts';
import type { LogsFlags } from './logs.ts';
import { styleFor, type Terminal } from './terminal.ts';

/** Bytes that are read from a file at once. */
const chunkSize = 256 * 1024;
/** Milliseconds after which a stream counts as paused: a denial's reply would have come. */
const patience = 300;

/** Reads logs and prints what they say, as it comes; gives the exit code. Throws Refusal. */
export async function runLogs(
  files: readonly string[],
  { output, color }: LogsFlags,
  terminal: Terminal,
): Promise<number> {
  const style = styleFor(terminal, 'print', color);
  const names = files.length === 0 ? ['-'] : files;
  const total: LogTally = { lines: 0, unknown: 0, records: 0, cut: 0 };
  let printed = 0;
  const format = (record: LogRecord, file: string | undefined): string => {
    printed += 1;
    if (output === 'json') return logJson.record(record, file, printed === 1);
    return output === 'jsonl' ? `${logRecordToJson(record, file)}\n` : formatLogRecord(record, file, style);
  };

  if (output === 'json') terminal.print(logJson.head);
  for (const name of names) {
    const file = names.length === 1 ? undefined : name;
    const reading = startReading();
    const print = (records: readonly LogRecord[]): void => {
      if (records.length > 0) terminal.print(records.map((record) => format(record, file)).join(''));
    };
    let pause: ReturnType<typeof setTimeout> | undefined;
    try {
      for await (const chunk of chunksOf(name, terminal)) {
        clearTimeout(pause);
        print(reading.push(chunk));
        pause = setTimeout(() => print(reading.release()), patience);
      }
    } finally {
      clearTimeout(pause);
    }
    print(reading.end());
    addTally(total, reading.tally);
  }
  if (output === 'json') terminal.print(logJson.tail(total));
  else terminal.warn(`${summary(total)}\n`);
  return exitCodes.ok;
}

async function* chunksOf(name: string, terminal: Terminal): AsyncGenerator<Uint8Array> {
  if (name === '-') {
    if (terminal.streamInput === undefined) yield await terminal.readInput();
    else yield* terminal.streamInput();
    return;
  }
  try {
    yield* createReadStream(resolve(terminal.cwd, name), { highWaterMark: chunkSize });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw inputError(`${name} cannot be read: ${reasons[code] ?? code}`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
};

function addTally(total: LogTally, { lines, unknown, records, cut }: LogTally): void {
  total.lines += lines;
  total.unknown += unknown;
  total.records += records;
  total.cut += cut;
}

function summary({ lines, unknown, records, cut }: LogTally): string {
  const counted = [
    `${records} ${records === 1 ? 'decision' : 'decisions'} in ${lines} ${lines === 1 ? 'line' : 'lines'}`,
    `${unknown} not understood`,
    ...(cut === 0 ? [] : [`${cut} too long to be read whole`]),
  ];
  return counted.join(', ');
}
