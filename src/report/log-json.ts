import type { LogPolicy, LogRecord, LogTally } from '../logs/index.ts';
import { reportVersion } from './json-value.ts';
import { type JsonWriter, jsonWriter } from './json-writer.ts';

/** Prints some records, with the file that they are from where there are several. */
type PrintRecords = (records: readonly LogRecord[], file: string | undefined) => string;

/** Records as one JSON document, in pieces: what comes before them, each of them on a line, and the counts behind them. */
export interface LogJson {
  readonly head: string;
  readonly records: PrintRecords;
  readonly tail: (tally: LogTally) => string;
}

export function logJson(): LogJson {
  const writer = jsonWriter();
  let before = '\n    ';
  return {
    head: `{\n  "apiVersion": ${JSON.stringify(reportVersion)},\n  "kind": "LogRecords",\n  "records": [`,
    records: (records, file) => {
      for (const record of records) {
        writer.raw(before);
        before = ',\n    ';
        writeRecord(writer, record, file);
      }
      return writer.take();
    },
    tail: ({ lines, unknown, records, cut }) =>
      `${records === 0 ? '' : '\n  '}],\n  "tally": ${JSON.stringify({ lines, unknown, records, cut })}\n}\n`,
  };
}

/** A document for each record, on a line. */
export function logJsonLines(): PrintRecords {
  const writer = jsonWriter();
  return (records, file) => {
    for (const record of records) {
      writeRecord(writer, record, file);
      writer.raw('\n');
    }
    return writer.take();
  };
}

// A log has more records than any other report: member by member, this takes a third of the time of JSON.stringify.
function writeRecord(writer: JsonWriter, record: LogRecord, file: string | undefined): void {
  const { lines, dialect, decision, time, source, destination, protocol, direction, policy } = record;
  const { method, path, status, reason } = record;
  const start = writer.place();
  if (file !== undefined) writer.text(',"file":', file);
  writer.number(',"lines":[', lines[0]);
  writer.number(',', lines[1]);
  writer.text('],"dialect":', dialect);
  writer.text(',"decision":', decision);
  if (time !== undefined) writer.text(',"time":', time);
  if (source !== undefined) writeEnd(writer, ',"source":', source);
  if (destination !== undefined) writeEnd(writer, ',"destination":', destination);
  if (protocol !== undefined) writer.text(',"protocol":', protocol);
  if (direction !== undefined) writer.text(',"direction":', direction);
  if (policy !== undefined) writePolicy(writer, policy);
  if (method !== undefined) writer.text(',"method":', method);
  if (path !== undefined) writer.text(',"path":', path);
  if (status !== undefined) writer.number(',"status":', status);
  if (reason !== undefined) writer.text(',"reason":', reason);
  writer.enclose(start);
}

function writeEnd(writer: JsonWriter, key: string, end: NonNullable<LogRecord['destination']>): void {
  const { ip, port, namespace, pod, workload, principal, service } = end;
  writer.raw(key);
  const start = writer.place();
  if (ip !== undefined) writer.text(',"ip":', ip);
  if (port !== undefined) writer.number(',"port":', port);
  if (namespace !== undefined) writer.text(',"namespace":', namespace);
  if (pod !== undefined) writer.text(',"pod":', pod);
  if (workload !== undefined) writer.text(',"workload":', workload);
  if (principal !== undefined) writer.text(',"principal":', principal);
  if (service !== undefined) writer.text(',"service":', service);
  writer.enclose(start);
}

function writePolicy(writer: JsonWriter, { kind, namespace, name, rule }: LogPolicy): void {
  writer.raw(',"policy":');
  const start = writer.place();
  if (kind !== undefined) writer.text(',"kind":', kind);
  if (namespace !== undefined) writer.text(',"namespace":', namespace);
  if (name !== undefined) writer.text(',"name":', name);
  if (rule !== undefined) writer.text(',"rule":', rule);
  writer.enclose(start);
}
