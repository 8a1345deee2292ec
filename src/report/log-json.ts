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
  const { lines, dialect, decision, time, source, destination, protocol, direction, policy } = record;
  // A log has more records than any other report: written out, this takes half the time of JSON.stringify.
  let json = `{${file === undefined ? '' : `"file":${quoted(file)},`}"lines":[${lines[0]},${lines[1]}],"dialect":"${dialect}","decision":"${decision}"`;
  if (time !== undefined) json += `,"time":${quoted(time)}`;
  if (source !== undefined) json += `,"source":${endJson(source)}`;
  if (destination !== undefined) json += `,"destination":${endJson(destination)}`;
  if (protocol !== undefined) json += `,"protocol":${quoted(protocol)}`;
  if (direction !== undefined) json += `,"direction":"${direction}"`;
  if (policy !== undefined) json += `,"policy":${policyJson(policy)}`;
  const { method, path, status, reason } = record;
  if (method !== undefined) json += `,"method":${quoted(method)}`;
  if (path !== undefined) json += `,"path":${quoted(path)}`;
  if (status !== undefined) json += `,"status":${status}`;
  if (reason !== undefined) json += `,"reason":${quoted(reason)}`;
  return `${json}}`;
}

function endJson(end: NonNullable<LogRecord['destination']>): string {
  const { ip, port, namespace, pod, workload, principal, service } = end;
  let json = '';
  if (ip !== undefined) json = `{"ip":"${ip}"`;
  if (port !== undefined) json += `${comma(json)}"port":${port}`;
  if (namespace !== undefined) json += `${comma(json)}"namespace":${quoted(namespace)}`;
  if (pod !== undefined) json += `${comma(json)}"pod":${quoted(pod)}`;
  if (workload !== undefined) json += `${comma(json)}"workload":${quoted(workload)}`;
  if (principal !== undefined) json += `${comma(json)}"principal":${quoted(principal)}`;
  if (service !== undefined) json += `${comma(json)}"service":${quoted(service)}`;
  return json === '' ? '{}' : `${json}}`;
}

function policyJson({ kind, namespace, name, rule }: NonNullable<LogRecord['policy']>): string {
  let json = '';
  if (kind !== undefined) json = `{"kind":${quoted(kind)}`;
  if (namespace !== undefined) json += `${comma(json)}"namespace":${quoted(namespace)}`;
  if (name !== undefined) json += `${comma(json)}"name":${quoted(name)}`;
  if (rule !== undefined) json += `${comma(json)}"rule":${quoted(rule)}`;
  return json === '' ? '{}' : `${json}}`;
}

/** What stands before a member. */
function comma(before: string): string {
  return before === '' ? '{' : ',';
}

function quoted(text: string): string {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 32 || code > 126 || code === 34 || code === 92) return JSON.stringify(text);
  }
  return `"${text}"`;
}
