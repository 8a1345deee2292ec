import type { Dialect, Reading } from '../types.ts';
import { timeBefore } from '../values.ts';
import { ztunnelAccess, ztunnelClosed, ztunnelHints, ztunnelStep } from './ztunnel-fields.ts';

/** A line of ztunnel is short; what is longer is something else that quotes one. */
const longest = 20_000;

const pair = /(?<=\s)([a-z_]+(?:\.[a-z_]+)?)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]+)(?=\s))/g;

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
  const values = new Map<string, string>();
  for (const [, key, quoted, bare] of text.slice(start).matchAll(pair)) values.set(key!, quoted ?? bare!);
  // Of an error that was cut the decision stands, and nothing of what follows it.
  const error = values.get('error') ?? /\serror="([^":]*)/.exec(text)?.[1];
  return error === undefined ? undefined : ztunnelAccess(error, (key) => values.get(key), time);
}

function stepLine(text: string, time: string | undefined): Reading | undefined {
  const match =
    /[\s:]((?:dry-run: )?(?:deny policy match|allow policy match|no allow policies(?:, allow| matched?)))(?:\s|$)/.exec(
      text,
    );
  if (match === null || !/\b(?:state|rbac|ztunnel)\b/.test(text)) return undefined;
  return ztunnelStep(match[1]!, /\spolicy="?([^"\s]+)"?(?:\s|$)/.exec(text)?.[1], time);
}

/** Until early 2024: `WARN proxy{..}:outbound{id=..}: ztunnel::proxy::outbound: failed dur=.. err=..`, no addresses. */
function oldLine(text: string, time: string | undefined): Reading | undefined {
  const match = /\bztunnel::proxy::(in|out)bound\S*: .*\berr(?:or)?=(.+)$/.exec(text);
  if (match === null) return undefined;
  const value = (key: string): unknown => (key === 'direction' ? `${match[1]}bound` : undefined);
  return ztunnelAccess(match[2]!.trim().replace(/^"(.*)"$/, '$1'), value, time);
}
