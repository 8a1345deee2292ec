import type { Dialect, LogFields, LogRecord, Reading } from '../types.ts';
import { ipOf, portOf, textOf, timeBefore } from '../values.ts';

type Read = (key: string) => unknown;

/** `EXPIRED/DELETED` is the cleaning of connection tracking. */
const decisions: Readonly<Record<string, LogRecord['decision']>> = { ACCEPT: 'allow', DENY: 'deny' };

const flow = new RegExp(
  String.raw`\bFlow Info:\s+Src IP:? (?<source>\S+) Src Port:? (?<sourcePort>\d+) ` +
    String.raw`Dest IP:? (?<destination>\S+) Dest Port:? (?<destinationPort>\d+) ` +
    String.raw`Proto:? (?<protocol>\S+) Verdict:? (?<verdict>[A-Z/]+)(?![\w/])` +
    String.raw`(?: Direction:? (?<direction>ingress|egress)\b)?(?:,? Tier:? (?<tier>[A-Z_]+)\b)?`,
);

/**
 * Amazon's VPC CNI network policy agent: its file (JSON with keys, or with the flow in its message), and the lines
 * that it sends to CloudWatch (`Node: n;SIP: a;SPORT: p;…;PolicyVerdict: DENY`).
 */
export const awsNetworkPolicy: Dialect = {
  name: 'aws-network-policy',
  hints: ['Flow Info:', 'PolicyVerdict:'],
  read: ({ text, json, outerTime }) => {
    if (json === undefined) {
      const line = text.slice(0, 10_000);
      return flowText(line, outerTime) ?? cloudWatch(line, outerTime);
    }
    if (typeof json.msg !== 'string' || !json.msg.startsWith('Flow Info:')) return undefined;
    const time = textOf(json.ts) ?? textOf(json.timestamp) ?? outerTime;
    if (json.Verdict === undefined) return flowText(json.msg, time);
    const keys: Readonly<Record<string, string>> = {
      source: 'Src IP',
      sourcePort: 'Src Port',
      destination: 'Dest IP',
      destinationPort: 'Dest Port',
      protocol: 'Proto',
      verdict: 'Verdict',
    };
    return readingOf((key) => json[keys[key] ?? key], time);
  },
};

function flowText(text: string, outerTime: string | undefined): Reading | undefined {
  const match = flow.exec(text);
  if (match === null) return undefined;
  return readingOf((key) => match.groups?.[key], timeBefore(text.slice(0, match.index)) ?? outerTime);
}

function cloudWatch(text: string, outerTime: string | undefined): Reading | undefined {
  const start = text.search(/\bNode: [^;]*;SIP: /);
  if (start < 0) return undefined;
  const values = new Map<string, string>();
  for (const part of text.slice(start).split(';')) {
    // Addresses of IPv6 have colons too.
    const colon = part.indexOf(': ');
    if (colon > 0) values.set(part.slice(0, colon).trim(), part.slice(colon + 2).trim());
  }
  const keys: Readonly<Record<string, string>> = {
    source: 'SIP',
    sourcePort: 'SPORT',
    destination: 'DIP',
    destinationPort: 'DPORT',
    protocol: 'PROTOCOL',
    verdict: 'PolicyVerdict',
    tier: 'Tier',
  };
  const time = timeBefore(text.slice(0, start)) ?? outerTime;
  return readingOf((key) => values.get(keys[key] ?? key), time);
}

/** The direction stands in the newest form only; of a policy no form says more than its tier. */
function readingOf(read: Read, time: string | undefined): Reading | undefined {
  const verdict = textOf(read('verdict'));
  if (verdict === undefined) return undefined;
  const decision = decisions[/^[A-Z/]+(?=$|[\s|*`"])/.exec(verdict)?.[0] ?? ''];
  if (decision === undefined) return verdict.startsWith('EXPIRED') ? { part: 'other' } : undefined;
  const direction = read('direction');
  const tier = /^[A-Z_]+(?=$|[\s|*`"])/.exec(textOf(read('tier')) ?? '')?.[0];
  const fields: LogFields = {
    time,
    source: { ip: ipOf(read('source')), port: portOf(read('sourcePort')) },
    destination: { ip: ipOf(read('destination')), port: portOf(read('destinationPort')) },
    protocol: textOf(read('protocol'))?.toUpperCase(),
    direction: direction === 'ingress' || direction === 'egress' ? direction : undefined,
    reason: tier === undefined ? undefined : `Tier ${tier}`,
  };
  return { part: 'whole', decision, fields };
}
