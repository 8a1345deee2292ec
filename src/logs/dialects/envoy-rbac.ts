import type { Dialect, LogFields, LogLine, Reading } from '../types.ts';
import { addressOf, endOf, pathOf, principalOf, textOf } from '../values.ts';
import { envoyPolicy, hostOfServerName } from './envoy-denial.ts';
import { type EnvoyMessage, envoyMessage } from './envoy-message.ts';

const result = /\b(?:shadow|enforced) (?:allowed|denied)\b/;
/** What a filter says that has nothing but dry runs. */
const noRules = /\bno engine, allowed by default\b/;
const question = /\bchecking (?:request|connection): /;
/** Headers that the loggers `http` and `router` print are of other requests. */
const otherHeaders = /\b(?:request headers complete|router decoding headers)\b/;
const header = /':(?:path|method)', '/;

/**
 * Envoy's logger `rbac` at level debug, of HTTP and TCP filters. A question is followed by its headers, one a line, and
 * on its thread by the results of the dry-run (shadow) and of the enforced rules.
 */
export const envoyRbac: Dialect = {
  name: 'envoy-rbac',
  hints: [
    'no engine, allowed by default',
    'enforced allowed',
    'enforced denied',
    'shadow allowed',
    'shadow denied',
    'checking request: ',
    'checking connection: ',
    "':path', '",
    "':method', '",
    'request headers complete',
    'router decoding headers',
  ],
  read: (line) => {
    const asked = envoyMessage(line, question);
    if (asked !== undefined) return readQuestion(asked);
    const answered = envoyMessage(line, result);
    if (answered !== undefined) return readResult(answered, line);
    const free = envoyMessage(line, noRules);
    if (free !== undefined) return readNoRules(free);
    if (line.json !== undefined) return undefined;
    const headers = envoyMessage(line, header);
    if (headers === undefined) {
      const others = envoyMessage(line, otherHeaders);
      return others === undefined ? undefined : { part: 'break', stream: others.stream };
    }
    return { part: 'detail', stream: headers.stream, fields: headersIn(headers.text) };
  },
};

function readQuestion({ text, time, thread, stream }: EnvoyMessage): Reading {
  const head = text.slice(0, 20_000);
  const value = (name: string): string | undefined => valueIn(head, `${name}: `);
  const host = hostOfServerName(value('requestedServerName'));
  const principal = textOf(principalOf(value('uriSanPeerCertificate')));
  const client = addressOf(value('sourceIP') ?? value('remoteAddress'));
  const server = addressOf(value('localAddress'));
  const fields: LogFields = {
    time,
    source: endOf(client?.ip, client?.port, { principal }),
    destination: endOf(server?.ip, server?.port, { service: host }),
    ...headersIn(text),
  };
  return { part: 'opening', thread, stream, fields, goesOn: text.startsWith('checking request') };
}

/** What stands behind a name up to the comma; a value that the line's end cuts is none. */
function valueIn(text: string, name: string): string | undefined {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    // Names end alike: `remoteIP`, `directRemoteIP`.
    if (/\w/.test(text[at - 1] ?? '')) continue;
    const end = text.indexOf(',', at);
    const value = end < 0 ? undefined : text.slice(at + name.length, end);
    if (value !== undefined && !/\s/.test(value)) return value;
  }
  return undefined;
}

/** Behind the policy may stand what a cut left of `thread=7`. */
const cutThread = /\s+(?:t|th|thr|thre|threa|thread=?)$/;

function readResult({ text, time, thread, stream }: EnvoyMessage, line: LogLine): Reading | undefined {
  const match =
    /^(shadow|enforced) (allowed|denied)(?:, matched policy ([^\t]*?))?(?:\s+thread=\d+)?[\s*`|]*(?:\t|$)/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, rules, answer, words] = match;
  const id = words?.replace(cutThread, '');
  // Without a policy (before 2020) the words alone could be anybody's.
  if (id === undefined && !/\brbac\b/.test(line.text)) return undefined;
  const decided = answer === 'allowed' ? 'allow' : 'deny';
  return {
    part: 'result',
    decision: rules === 'shadow' ? 'none' : decided,
    thread,
    stream,
    leavesOpening: rules === 'shadow',
    fields: {
      time,
      policy: envoyPolicy(id),
      reason: id === undefined ? `${rules} ${answer}` : `${rules} ${answer}, matched policy ${id}`,
    },
  };
}

function readNoRules({ time, thread, stream }: EnvoyMessage): Reading {
  const fields = { time, reason: 'no engine, allowed by default' };
  return { part: 'result', decision: 'allow', thread, stream, fields };
}

/** Method and path of headers as Envoy prints them: `':path', '/x'`. */
function headersIn(text: string): LogFields {
  const method = /':method', '([^'\n]*)'/.exec(text)?.[1];
  const path = /':path', '([^\n]*?)'\s*(?:\n|$|')/.exec(text)?.[1];
  return { method: textOf(method), path: pathOf(path) };
}
