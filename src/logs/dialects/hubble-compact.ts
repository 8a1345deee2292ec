import { protocolOf } from '../protocols.ts';
import type { Dialect, LogEnd, LogFields, LogRecord } from '../types.ts';
import { addressOf, endOf, ipOf, pathOf, portOf, timeBefore } from '../values.ts';

const flow =
  /(?:^|\s)(\S+)(?: \([^()]*\))? (?:->|<>|<-) (\S+)(?: \([^()]*\))? (.{1,80}?) (DENIED|ALLOWED|AUDIT(?:ED)?|DROPPED|FORWARDED|REDIRECTED)\b(?: \((.*)\))?/;
/** The same from the arrow on. */
const behindArrow =
  /^(\S+)(?: \([^()]*\))? (.{1,80}?) (DENIED|ALLOWED|AUDIT(?:ED)?|DROPPED|FORWARDED|REDIRECTED)\b(?: \((.*)\))?/;
const verdictOfPolicy =
  /^(?:policy-verdict:)?(none|L3-Only|L4-Only|L3-L4|all)(?: (INGRESS|EGRESS|\w+_DIRECTION_UNKNOWN))?$/i;
const application = /^(?:http|dns|kafka)-request(?: proxy)?$/;
const request = /^HTTP\/[\d.]+ ([A-Z]+) (\S+)$/;

/** One line a flow, as `hubble observe` prints it; a reply (`<-`) has the client on the left too. */
export const hubbleCompact: Dialect = {
  name: 'hubble-compact',
  hints: [
    'DROPPED',
    'policy-verdict:',
    'L3-Only FORWARDED',
    'L4-Only FORWARDED',
    'L3-L4 FORWARDED',
    'all FORWARDED',
  ],
  read: ({ text, json, outerTime }) => {
    if (json !== undefined) return undefined;
    const line = evened(text.slice(0, 10_000));
    const found = partsOf(line);
    if (found === undefined) return undefined;
    const [left, right, what, verdict, detail] = found;
    const judged = verdictOfPolicy.exec(what!);
    const decision = decisionOf(what!, verdict!, judged !== null);
    if (decision === undefined) return { part: 'other' };
    const protocol = protocolIn(detail);
    const { method, path } = requestOf(detail);
    return {
      part: 'whole',
      decision,
      fields: {
        // Cut from the line as it was: a month's day is padded with a blank.
        time: timeBefore(text.slice(0, text.indexOf(left!))) ?? outerTime,
        source: sideOf(left!, protocol),
        destination: sideOf(right!, protocol),
        protocol,
        direction: directionOf(judged?.[2]),
        method,
        path,
        reason: judged?.[2] === undefined ? what! : what!.slice(0, -judged[2].length - 1),
      },
    };
  },
};

/** Both ends, what happened, the verdict and the detail. To look for the arrow first takes a third of the time. */
function partsOf(line: string): readonly (string | undefined)[] | undefined {
  const arrow = line.search(/ (?:->|<>|<-) /);
  if (arrow < 0) return undefined;
  const match = behindArrow.exec(line.slice(arrow + 4));
  const identity = line[arrow - 1] === ')' ? line.lastIndexOf(' (', arrow) : arrow;
  const left = line.slice(line.lastIndexOf(' ', identity - 1) + 1, identity);
  if (match !== null && left !== '' && identity > 0) return [left, match[1], match[2], match[3], match[4]];
  return flow.exec(line)?.slice(1);
}

/** Without the marks that pages put around values, and with single blanks. Most lines are even. */
function evened(text: string): string {
  if (!text.includes('  ') && !/[*`\t]/.test(text)) return text;
  return text.replace(/[*`]/g, '').replace(/\s{2,}|\t/g, ' ');
}

/** Drops for other reasons and packets on their way are no decisions of a policy. */
function decisionOf(what: string, verdict: string, isJudged: boolean): LogRecord['decision'] | undefined {
  if (isJudged) {
    if (verdict === 'AUDITED' || verdict === 'AUDIT') return 'none';
    if (verdict === 'DENIED' || verdict === 'DROPPED') return 'deny';
    return ['ALLOWED', 'FORWARDED', 'REDIRECTED'].includes(verdict) ? 'allow' : undefined;
  }
  const byPolicy = /^Policy denied(?: by denylist)?$/i.test(what) || application.test(what);
  return byPolicy && verdict === 'DROPPED' ? 'deny' : undefined;
}

function directionOf(direction: string | undefined): LogFields['direction'] {
  return direction === 'INGRESS' ? 'ingress' : direction === 'EGRESS' ? 'egress' : undefined;
}

function protocolIn(detail: string | undefined): string | undefined {
  return detail === undefined ? undefined : protocolOf(/^(?:TCP|UDP|SCTP|ICMPv[46])\b/.exec(detail)?.[0]);
}

function requestOf(detail: string | undefined): LogFields {
  const match = detail?.startsWith('HTTP/') ? request.exec(detail) : null;
  if (match === null) return {};
  return { method: match[1], path: pathOf(match[2]!.replace(/^[a-z]+:\/\/[^/]*/, '')) };
}

const podAndPort = /^([a-z0-9-]+)\/([a-z0-9.-]+)(?::(\d+))?$/;

/** `ns/pod:port`, `ip:port` or `host.name:port`; of a name outside the cluster only the port is kept. */
function sideOf(text: string, protocol: string | undefined): LogEnd {
  const pod = text.includes('/') ? podAndPort.exec(text) : null;
  if (pod !== null) return endOf(undefined, portOf(pod[3]), { namespace: pod[1], pod: pod[2] });
  const isPlain = text.indexOf(':') === text.lastIndexOf(':');
  if (isPlain || text.startsWith('[')) return addressOf(text) ?? endOf(undefined, portOf(text.split(':')[1]));
  // IPv6 without brackets: Hubble writes a port where the protocol has one.
  if (protocol === undefined) return {};
  if (protocol.startsWith('ICMP')) return endOf(ipOf(text), undefined);
  const cut = text.lastIndexOf(':');
  return endOf(ipOf(text.slice(0, cut)), portOf(text.slice(cut + 1)));
}
