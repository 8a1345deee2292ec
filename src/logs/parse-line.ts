import { type Glance, unseen } from './glance.ts';
import { objectOf } from './object-of.ts';
import type { LogLine } from './types.ts';
import { hideSecrets } from './values.ts';

const colours = /\x1b\[[0-9;]*[A-Za-z]/g;

/** Keys under which docker, journald, stern and collectors put the line that a program wrote. */
const wrappingKeys = ['log', 'MESSAGE', 'message', 'msg', 'line', 'textPayload'] as const;
const payloadKeys = ['jsonPayload'] as const;
/** Keys under which they say which pod or machine it is from. */
const streamKeys = ['nodeName', 'namespace', 'podName', 'containerName', '_HOSTNAME', '_PID'] as const;
const nestedStreamKeys = ['host', 'namespace_name', 'pod_name', 'container_name'] as const;
/** Keys of lists of lines: Whisker's pages, CloudWatch's events, entries of Cloud Logging. */
const listKeys = ['items', 'events', 'entries'] as const;

type JsonObject = Readonly<Record<string, unknown>>;

/** Takes off a line what surrounds it: colours, the carriage return; and tokens. JSON behind a prefix is parsed. */
export function parseLine(raw: string, seen: Glance = unseen): LogLine {
  const bare = seen.mayHoldSecret && raw.includes('\x1b') ? raw.replace(colours, '') : raw;
  const ended = bare.endsWith('\r') ? bare.slice(0, -1) : bare;
  const inner = unframed(ended);
  const text = seen.mayHoldSecret ? hideSecrets(inner) : inner;
  return { text, json: seen.hasBrace ? jsonIn(text) : undefined, outerTime: undefined, outerStream: '' };
}

/** Takes off what ends a row of a table, or a quotation. */
function unframed(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === '|' || text[end - 1] === '`')) end -= 1;
  return end === text.length ? text : `${text.slice(0, end).trimEnd()} `;
}

/** The line inside a line that is a JSON object made by a collector; undefined where there is none. */
export function unwrapLine({ json, outerStream }: LogLine): LogLine | undefined {
  if (json === undefined) return undefined;
  const outerTime = outerTimeOf(json);
  for (const key of payloadKeys) {
    const inner = objectOf(json[key]);
    if (inner !== undefined) return { text: '', json: inner, outerTime, outerStream };
  }
  for (const key of wrappingKeys) {
    const inner = json[key];
    if (typeof inner !== 'string') continue;
    const stream = `${outerStream}${streamOf(json)}`;
    return { ...parseLine(inner.trimEnd()), outerTime, outerStream: stream };
  }
  return undefined;
}

/** The lines of a list that came as one line; undefined where it is no list of objects. */
export function linesOfList({ json, outerTime, outerStream }: LogLine): readonly LogLine[] | undefined {
  for (const key of json === undefined ? [] : listKeys) {
    const list = json?.[key];
    if (!Array.isArray(list)) continue;
    return list.flatMap((each) => {
      const member = objectOf(each);
      return member === undefined ? [] : [{ text: '', json: member, outerTime, outerStream }];
    });
  }
  return undefined;
}

/** When the wrapper says that the line was written. */
function outerTimeOf(json: JsonObject): string | undefined {
  const micros = json.__REALTIME_TIMESTAMP;
  if (typeof micros === 'string' && /^\d{16}$/.test(micros)) {
    return new Date(Number(micros) / 1000).toISOString();
  }
  const time = json.time ?? json.timestamp ?? json['@timestamp'];
  // CloudWatch counts milliseconds.
  if (typeof time === 'number' && time >= 1e12 && time < 1e13) return new Date(time).toISOString();
  return typeof time === 'string' ? time : undefined;
}

function streamOf(json: JsonObject): string {
  const nested = objectOf(json.kubernetes);
  const stated = [...streamKeys.map((key) => json[key]), ...nestedStreamKeys.map((key) => nested?.[key])];
  return stated.filter((each) => typeof each === 'string').join(' ');
}

/** The object that begins at the line's first brace and ends with it. A list of objects counts as one with `items`. */
function jsonIn(text: string): JsonObject | undefined {
  if (!text.includes('{')) return undefined;
  const start = text.startsWith('{') ? 0 : text.search(/\{\s*"/);
  if (start < 0) return undefined;
  const end = text.lastIndexOf('}');
  // Text dialects have braces too, in their middle: spans of ztunnel, details of Envoy.
  if (end < start) return undefined;
  const behind = /^\s*(\])?[\s|*`,]*$/.exec(text.slice(end + 1, end + 100));
  if (behind === null) return undefined;
  if (behind[1] !== undefined) {
    const open = text.lastIndexOf('[', start);
    const items = open < 0 ? undefined : parsed(text.slice(open, text.indexOf(']', end) + 1));
    return Array.isArray(items) ? { items } : undefined;
  }
  return objectOf(parsed(text.slice(start, end + 1)));
}

/** JSON as it is, and with tokens hidden whose letters are written as escapes. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text, text.includes('\\u00') ? hideInside : undefined);
  } catch {
    return undefined;
  }
}

function hideInside(_: string, value: unknown): unknown {
  return typeof value === 'string' ? hideSecrets(value) : value;
}
