import type { LogLine } from './types.ts';

const colours = /\x1b\[[0-9;]*[A-Za-z]/g;

/** Keys under which docker, journald and collectors put the line that a program wrote. */
const wrappingKeys = ['log', 'MESSAGE', 'message', 'msg', 'line', 'textPayload'] as const;
const payloadKeys = ['jsonPayload'] as const;

type JsonObject = Readonly<Record<string, unknown>>;

/** Takes off a line what surrounds it: colours, the carriage return. JSON behind a prefix is parsed. */
export function parseLine(raw: string): LogLine {
  const bare = raw.includes('\x1b') ? raw.replace(colours, '') : raw;
  const text = bare.endsWith('\r') ? bare.slice(0, -1) : bare;
  return { text, json: jsonIn(text), outerTime: undefined };
}

/** The line inside a line that is a JSON object made by a collector; undefined where there is none. */
export function unwrapLine({ json }: LogLine): LogLine | undefined {
  if (json === undefined) return undefined;
  const outerTime = outerTimeOf(json);
  for (const key of payloadKeys) {
    const inner = json[key];
    if (isObject(inner)) return { text: '', json: inner, outerTime };
  }
  for (const key of wrappingKeys) {
    const inner = json[key];
    if (typeof inner !== 'string') continue;
    const line = parseLine(inner.trimEnd());
    return { ...line, outerTime };
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
  return typeof time === 'string' ? time : undefined;
}

/** The object that begins at the line's first brace and ends with it. */
function jsonIn(text: string): JsonObject | undefined {
  const start = text.startsWith('{') ? 0 : Math.max(text.indexOf('{"'), text.indexOf('{ "'));
  if (start < 0) return undefined;
  const end = text.lastIndexOf('}');
  // Text dialects have braces too, in their middle: spans of ztunnel, details of Envoy.
  if (end < start || !/^[\s|*`]*$/.test(text.slice(end + 1, end + 100))) return undefined;
  try {
    const value: unknown = JSON.parse(text.slice(start, end + 1));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
