import type { LogRecord, LogTally } from '../logs/index.ts';
import { reportVersion } from './json-value.ts';

/** Records as one JSON document, in pieces: what comes before them, each of them, and the counts behind them. */
export interface LogJson {
  readonly head: string;
  readonly record: (record: LogRecord, file: string | undefined, first: boolean) => string;
  readonly tail: (tally: LogTally) => string;
}

export const logJson: LogJson = {
  head: `{\n  "apiVersion": ${JSON.stringify(reportVersion)},\n  "kind": "LogRecords",\n  "records": [`,
  record: (record, file, first) => `${first ? '' : ','}\n    ${logRecordToJson(record, file)}`,
  tail: ({ lines, unknown, records, cut }) =>
    `${records === 0 ? '' : '\n  '}],\n  "tally": ${JSON.stringify({ lines, unknown, records, cut })}\n}\n`,
};

/** One record as JSON on one line, without a line break; with the file it is from where there are several. */
export function logRecordToJson(record: LogRecord, file: string | undefined): string {
  return JSON.stringify(file === undefined ? record : { file, ...record });
}
