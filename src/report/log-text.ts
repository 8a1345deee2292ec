import type { LogEnd, LogPolicy, LogRecord } from '../logs/index.ts';
import { plainStyle, type Style } from './style.ts';

/** A record of a log as one line: where it stands, the decision, the ends, what was asked, the policy and the log's own reason. */
export function formatLogRecord(
  record: LogRecord,
  file: string | undefined,
  style: Style = plainStyle,
): string {
  const { lines, decision, time, source, destination, direction, policy, reason } = record;
  const [first, last] = lines;
  const place = `${file === undefined ? '' : `${file}:`}${first === last ? first : `${first}-${last}`}`;
  const paint = { allow: style.good, deny: style.bad, none: style.faint }[decision];
  const ends = [endText(source), endText(destination, destination?.service)];
  const parts = [
    style.place(place),
    paint(decision.toUpperCase().padEnd(5)),
    time,
    ends.every((end) => end === undefined) ? undefined : `${ends[0] ?? '?'} -> ${ends[1] ?? '?'}`,
    direction,
    requestText(record),
    policy === undefined ? undefined : `by ${policyText(policy)}`,
    reason === undefined ? undefined : style.faint(`(${reason})`),
  ];
  return `${parts.filter((part) => part !== undefined && part !== '').join('  ')}\n`;
}

function endText(end: LogEnd | undefined, service?: string): string | undefined {
  if (end === undefined) return undefined;
  const { ip, port, namespace, pod, workload, principal } = end;
  const owner = pod ?? workload;
  const name =
    owner === undefined ? namespace && `${namespace}/` : [namespace, owner].filter(Boolean).join('/');
  const address = [ip?.includes(':') === true ? `[${ip}]` : ip, port].filter(Boolean).join(':');
  const words = [name, address, service, principal].filter((word) => word !== undefined && word !== '');
  const [head, ...rest] = words;
  return rest.length === 0 ? head : `${head} (${rest.join(', ')})`;
}

function requestText({ protocol, method, path, status }: LogRecord): string {
  const answer = status === undefined ? undefined : `= ${status}`;
  return [protocol, method, path, answer].filter((word) => word !== undefined).join(' ');
}

function policyText({ kind, namespace, name, rule }: LogPolicy): string {
  const named = [namespace, name].filter((word) => word !== undefined).join('/');
  return [kind, named, rule === undefined ? undefined : `rule ${rule}`].filter(Boolean).join(' ');
}
