import type { LogEnd, LogFields } from './types.ts';

/** Readers of values that several dialects write alike. A masked or half value is no value. */

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;
const ipv6 = /^[0-9a-fA-F:]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/;

/** An address as a log writes it; undefined for anything else, such as `10.xx.0.1`. */
export function ipOf(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  return ipv4.test(text) || ipv6.test(text) ? text : undefined;
}

/** An end with every field, whatever is stated: that all are alike makes reading them many times quicker. */
export function endOf(
  ip: string | undefined,
  port: number | undefined,
  {
    namespace,
    pod,
    principal,
    service,
  }: Omit<LogEnd, 'ip' | 'port' | 'workload'> & { readonly service?: string | undefined } = nothing,
): NonNullable<LogFields['destination']> {
  return { ip, port, namespace, pod, workload: undefined, principal, service };
}

const nothing = { namespace: undefined, pod: undefined, principal: undefined, service: undefined };

/** A port from 1 to 65535: logs write 0 for "none". */
export function portOf(value: unknown): number | undefined {
  const port = typeof value === 'string' ? digitsOf(value) : value;
  return typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65536 ? port : undefined;
}

/** A number of up to five digits. */
function digitsOf(text: string): number | undefined {
  if (text === '' || text.length > 5) return undefined;
  let number = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

/** `IP:PORT` or `[IP]:PORT` as an end; undefined where no address is stated (`envoy://…`, `-`). */
export function addressOf(text: unknown): LogEnd | undefined {
  if (typeof text !== 'string') return undefined;
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, Math.max(0, colon));
  const bracketed = host.startsWith('[') && host.endsWith(']');
  // Without brackets nobody can tell where an IPv6 address ends.
  const separate = bracketed || (colon >= 0 && !host.includes(':'));
  const ip = ipOf(!separate ? text : bracketed ? host.slice(1, -1) : host);
  if (ip === undefined) return undefined;
  return endOf(ip, separate ? portOf(text.slice(colon + 1)) : undefined);
}

/** A value that is a text with something in it. `-` is how logs write that there is none. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value !== '-' ? value : undefined;
}

/** An identity without `spiffe://`. */
export function principalOf(value: unknown): string | undefined {
  return textOf(value)?.replace(/^spiffe:\/\//, '');
}

/** A path without its query, where tokens stand, and with whatever else looks like a token hidden. */
export function pathOf(value: unknown): string | undefined {
  const path = textOf(value);
  if (path === undefined) return undefined;
  const query = path.search(/[?#]/);
  const bare = hideSecrets(query < 0 ? path : path.slice(0, query));
  if (!bare.includes(';') && !bare.includes('@')) return bare;
  // What servers put into a path where a client keeps no cookies, and who logs in by a URL.
  return bare
    .replace(/;([\w.-]{0,40}(?:session|token)[\w.-]{0,20}|sid)=[^/;]*/gi, ';$1=[hidden]')
    .replace(/^(\w{1,20}:\/\/)[^/@]*@/, '$1[hidden]@');
}

/** Hides tokens: JSON Web Tokens, what follows `Bearer` or `Basic`, and queries of URLs. */
export function hideSecrets(text: string): string {
  return rareLetters.test(text) && mayHoldSecret(text) ? hidden(text) : text;
}

/** One of these is in every sign; most short texts have none. */
const rareLetters = /[?JBb]/;
/** What stands where a token may. Every line is searched for these: beginning with rare letters they are found soonest. */
const signs = ['?', 'yJ', 'Bearer', 'bearer', 'BEARER'];
/** Names hold this word, too. */
const basics = ['Basic', 'basic', 'BASIC'];
const basicScheme = /basic[\s%]/i;

/** Whether a token may stand in a text: a look for plain words, which is many times quicker than the expressions. */
export function mayHoldSecret(text: string): boolean {
  for (const sign of signs) if (text.includes(sign)) return true;
  for (const word of basics) if (text.includes(word)) return basicScheme.test(text);
  return false;
}

function hidden(text: string): string {
  return text
    .replace(/\?[\w.-]+=[^\s"'\\),|]*/g, '?[hidden]')
    .replace(/eyJ[\w-]{5,}(?:\.[\w-]*){0,2}/g, '[hidden]')
    .replace(/(Bearer|Basic)(?:\s+|%20)[\w.~+/=-]+/gi, '$1 [hidden]');
}

/** Part of every time: a text without it has none. */
const clock = /\d\d:\d\d:\d\d/;
const isoTime = /(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:[.,]\d+)?)\s?(Z|[+-]\d\d:?\d\d)?/g;
/** As `dmesg -T` writes it. */
const datedTime = /\b([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})\]/;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** As syslog writes it, with no year. */
const monthTime = /[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d+)?/;

/**
 * The time that stands last in what precedes a message: the program's own, for wrappers stand before it. Time without
 * a zone stays without one.
 */
export function timeBefore(head: string): string | undefined {
  const end = head.length > 400 ? head.slice(-400) : head;
  if (!clock.test(end)) return undefined;
  let last: RegExpExecArray | undefined;
  isoTime.lastIndex = 0;
  for (let match = isoTime.exec(end); match !== null; match = isoTime.exec(end)) last = match;
  if (last === undefined) return fullTime(end) ?? monthTime.exec(end)?.[0];
  return `${last[1]}T${last[2]!.replace(',', '.')}${last[3] ?? ''}`;
}

function fullTime(head: string): string | undefined {
  const [, name, day, time, year] = datedTime.exec(head) ?? [];
  const month = months.indexOf(name ?? '') + 1;
  if (month === 0) return undefined;
  return `${year}-${String(month).padStart(2, '0')}-${day!.padStart(2, '0')}T${time}`;
}

const anyTime =
  /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?\s?(?:Z|[+-]\d\d:?\d\d)?|[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d+)?/g;
/** What counts lines up: seconds since the kernel started, line numbers of grep. */
const counters = /\[\s*\d+\.\d+\]|(?<![^\s:])\d+:/g;
/** Where a program's own words begin: its time is gone, so a level, or Envoy's thread and level in brackets. */
const ownWords =
  /\[?\]?(?:\[\d+\])?\[?\b(?:trace|debug|info|warn(?:ing)?|error|critical)\b|\[Envoy \(Epoch \d+\)\]|\b[IWEF]\d{4} \d\d:\d\d:\d\d/i;

/**
 * What tells apart the streams that are mixed in one text: what stands before a message, less its times, its line
 * number in grep's output, and what the program itself wrote. Lines that a program wrote without a time give the same.
 */
export function streamBefore(head: string): string {
  if (head === '') return '';
  const start = head.slice(0, 400).replace(anyTime, '').replace(counters, '');
  const own = start.search(ownWords);
  const outer = own < 0 ? start : start.slice(0, own);
  return outer
    .replace(/[`|]/g, '')
    .trim()
    .replace(/\[\]$/, '')
    .replace(/(?:^|-)\d+-$/, '')
    .replace(/[:-]$/, '');
}
