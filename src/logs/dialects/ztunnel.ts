import type { Dialect, Reading } from '../types.ts';
import { timeBefore } from '../values.ts';
import { ztunnelAccess, ztunnelClosed, ztunnelHints, ztunnelStep } from './ztunnel-fields.ts';

/** A line of ztunnel is short; what is longer is something else that quotes one. */
const longest = 20_000;

/** ztunnel's text format: the access log, the steps of a decision, and the lines from before there was an access log. */
export const ztunnel: Dialect = {
  name: 'ztunnel',
  hints: ztunnelHints,
  read: ({ text, json, outerTime }) => {
    if (json !== undefined || text.length > longest) return undefined;
    const time = timeBefore(text.slice(0, 200)) ?? outerTime;
    return accessLine(text, time) ?? ztunnelClosed(text, time) ?? stepLine(text, time) ?? oldLine(text, time);
  },
};

function accessLine(text: string, time: string | undefined): Reading | undefined {
  const start = text.search(/\bconnection (?:complete|failed)\b/);
  if (start < 0) return undefined;
  const values = valuesIn(text, start);
  // Of an error that was cut the decision stands, and nothing of what follows it.
  const error = values.get('error') ?? /\serror="([^":]*)/.exec(text)?.[1];
  return error === undefined ? undefined : ztunnelAccess(error, (key) => values.get(key), time);
}

/** `key=value` and `key="value"`; a value that the end of the line cuts is none. */
function valuesIn(text: string, start: number): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let at = start;
  for (let equals = text.indexOf('=', at); equals >= 0; equals = text.indexOf('=', at)) {
    let begin = equals;
    while (begin > at && !isBlank(text.charCodeAt(begin - 1))) begin -= 1;
    const key = text.slice(begin, equals);
    const quoted = text[equals + 1] === '"';
    const end = quoted ? closingQuote(text, equals + 2) : blankBehind(text, equals + 1);
    if (end < 0) return values;
    values.set(key, text.slice(equals + (quoted ? 2 : 1), end));
    at = end + 1;
  }
  return values;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

function closingQuote(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (end >= 0 && text[end - 1] === '\\') end = text.indexOf('"', end + 1);
  return end;
}

function blankBehind(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (isBlank(text.charCodeAt(at))) return at;
  }
  return -1;
}

function stepLine(text: string, time: string | undefined): Reading | undefined {
  const match =
    /[\s:]((?:dry-run: )?(?:deny policy match|allow policy match|no allow policies(?:, allow| match(?:ed)?)))(?:\s|$)/.exec(
      text,
    );
  if (match === null || !/\b(?:state|rbac|ztunnel)\b/.test(text)) return undefined;
  const policy = /\spolicy="?([^"\s]+)"?(?:\s|$)/.exec(text)?.[1];
  const head = text.slice(0, match.index + 1);
  return ztunnelStep(match[1]!, policy, time, {
    workload: /:proxy\{(?:[^{}]* )?wl=([^\s{}]+)[^{}]*\}/.exec(head)?.[1],
    peer: /:inbound\{(?:[^{}]* )?peer=([^\s{}]+)[^{}]*\}/.exec(head)?.[1],
    inbound: head.includes(':inbound{'),
  });
}

/** Until early 2024: `WARN proxy{..}:outbound{id=..}: ztunnel::proxy::outbound: failed dur=.. err=..`, no addresses. */
function oldLine(text: string, time: string | undefined): Reading | undefined {
  const match = /\bztunnel::proxy::(in|out)bound\S*: .*\berr(?:or)?=(.+)$/.exec(text);
  if (match === null) return undefined;
  const value = (key: string): unknown => (key === 'direction' ? `${match[1]}bound` : undefined);
  return ztunnelAccess(match[2]!.trim().replace(/^"(.*)"$/, '$1'), value, time);
}
