import { protocolOf } from '../protocols.ts';
import type { Dialect, LogEnd, LogFields, LogRecord } from '../types.ts';
import { addressOf, ipOf, pathOf, timeBefore } from '../values.ts';

const drop =
  /\bdrop (?:\[[^\]]*\] )?\((Policy denied(?: by denylist| \([^()]*\))?)\)(?: (?:flow|to endpoint) (.*)|\s*$)/i;
const verdict = /\bPolicy verdict log: flow (.*)/;
/** `<- Request http from EP ([labels]) to EP ([labels]), identity A->B, verdict Denied GET URL => 403`. */
const request =
  /\bRequest (\w+) from \d+ \(\[([^\]]*)\]\) to \d+ \(\[([^\]]*)\]\), identity \S+, verdict (Denied|Forwarded) (?:([A-Z]+) (\S+) => (\d+))?/;
/** Behind `identity A->B:` or `match M,`. What ends the text may be half. */
const ends = /(?:identity \S+->\S+:|match [\w-]+,) (\S+) -> (\S+) ([A-Za-z]\w*)/;
const decisions: Readonly<Record<string, LogRecord['decision']>> = {
  allow: 'allow',
  redirect: 'allow',
  deny: 'deny',
  audit: 'none',
};

/** What `cilium monitor` prints of drops by policy, of a policy's verdicts, and of requests; all else there are traces. */
export const ciliumMonitor: Dialect = {
  name: 'cilium-monitor',
  hints: ['(Policy denied', 'Policy verdict log', 'verdict Denied', 'verdict Forwarded'],
  read: ({ text, json, outerTime }) => {
    if (json !== undefined) return undefined;
    const line = text.slice(0, 10_000);
    const dropped = drop.exec(line);
    const judged = dropped === null ? verdict.exec(line) : null;
    const match = dropped ?? judged;
    if (match === null) return readRequest(line, outerTime);
    const time = timeBefore(line.slice(0, match.index)) ?? outerTime;
    if (judged !== null) return readVerdict(judged[1]!, time);
    return {
      part: 'whole',
      decision: 'deny',
      fields: { time, ...endsOf(match[2] ?? ''), reason: match[1] },
    };
  },
};

function readVerdict(flow: string, time: string | undefined): ReturnType<Dialect['read']> {
  const decision = decisions[/, action (\w+)(?=[,\s])/.exec(flow)?.[1] ?? ''];
  if (decision === undefined) return { part: 'other' };
  const stated = /, (ingress|egress)(?: (true|false))?,/.exec(flow);
  const direction = stated?.[2] === 'false' ? 'egress' : stated?.[1];
  const match = /, (match [\w-]+),/.exec(flow)?.[1];
  const both = endsOf(flow);
  return {
    part: 'whole',
    decision,
    fields: {
      time,
      ...both,
      protocol: protocolOf(/, proto (\d+),/.exec(flow)?.[1]) ?? both.protocol,
      direction: direction === 'ingress' || direction === 'egress' ? direction : undefined,
      reason: match,
    },
  };
}

/** What the proxy decided on a request by rules for layer 7. */
function readRequest(line: string, outerTime: string | undefined): ReturnType<Dialect['read']> {
  const match = request.exec(line);
  if (match === null) return undefined;
  const [, protocol, source, destination, verdict, method, url, status] = match;
  return {
    part: 'whole',
    decision: verdict === 'Denied' ? 'deny' : 'allow',
    fields: {
      time: timeBefore(line.slice(0, match.index)) ?? outerTime,
      source: { namespace: namespaceIn(source!) },
      destination: { namespace: namespaceIn(destination!) },
      method,
      path: pathOf(url?.replace(/^[a-z]+:\/\/[^/]*/, '')),
      status: Number(status) || undefined,
      reason: `${protocol} request, verdict ${verdict}`,
    },
  };
}

function namespaceIn(labels: string): string | undefined {
  return /(?:^| )k8s:io\.kubernetes\.pod\.namespace=(\S+)/.exec(labels)?.[1];
}

/** Source, destination and protocol: `a:p -> b:p tcp SYN`, `a -> b EchoRequest`. */
function endsOf(flow: string): Pick<LogFields, 'source' | 'destination' | 'protocol'> {
  const match = ends.exec(flow);
  if (match === null) return {};
  const [, source, destination, word] = match;
  const known = /^(?:tcp|udp|sctp)$/i.test(word!);
  return {
    source: endOf(source!, known),
    destination: endOf(destination!, known),
    protocol: known || /^icmpv?[46]?$/i.test(word!) ? protocolOf(word) : undefined,
  };
}

/** An IPv6 address without brackets has a port behind it where the protocol has ports. */
function endOf(text: string, ports: boolean): LogEnd | undefined {
  if (text.startsWith('[') || text.split(':').length < 3) return addressOf(text);
  if (!ports) return { ip: ipOf(text) };
  const cut = text.lastIndexOf(':');
  return addressOf(`[${text.slice(0, cut)}]${text.slice(cut)}`);
}
