import type { LogLine } from '../types.ts';
import { streamBefore, timeBefore } from '../values.ts';

/** A message of Envoy's own log and what stands around it. */
export interface EnvoyMessage {
  readonly text: string;
  readonly time: string | undefined;
  readonly thread: string | undefined;
  readonly stream: string;
}

/** The message that begins with what `start` finds; undefined where it stands nowhere. */
export function envoyMessage(line: LogLine, start: RegExp): EnvoyMessage | undefined {
  const { text, json, outerTime, outerStream } = line;
  if (json !== undefined) return jsonMessage(json, start, outerStream);
  const at = text.search(start);
  if (at < 0) return undefined;
  const head = text.slice(0, at);
  return {
    text: text.slice(at),
    time: timeBefore(head) ?? outerTime,
    thread: /\sthread=(\d+)[\s*`|]*$/.exec(text.slice(-40))?.[1] ?? /\]\[(\d+)\]\[\w+\]\[/.exec(head)?.[1],
    stream: outerStream + streamBefore(head),
  };
}

/** With `--log_as_json`: a message of its own scope. */
function jsonMessage(
  json: NonNullable<LogLine['json']>,
  start: RegExp,
  stream: string,
): EnvoyMessage | undefined {
  const { msg, time, scope, thread } = json;
  if (typeof msg !== 'string' || typeof scope !== 'string') return undefined;
  const at = msg.search(start);
  if (at < 0) return undefined;
  return {
    text: msg.slice(at),
    time: typeof time === 'string' ? time : undefined,
    thread: typeof thread === 'string' || typeof thread === 'number' ? String(thread) : undefined,
    stream,
  };
}
