import { protocolOf } from '../protocols.ts';
import type { Dialect, LogPolicy } from '../types.ts';
import { ipOf, portOf, textOf, timeBefore } from '../values.ts';

const mark = /\bDROP by policy ([^\s/]+)\/(\S+)(?=\s)/;
/** A token that ends the text may be half of one. */
const token = /\s(SRC|DST|SPT|DPT|PROTO)=(\S+)(?=\s)/g;

/**
 * What kube-router rejects, as ulogd writes it: `DROP by policy NS/NAME IN=.. SRC=..`, or JSON with that prefix. ulogd
 * writes a packet a second time without the prefix; that line says nothing of a policy and is not read. Nor is tcpdump
 * on kube-router's group, which prints packets like any others.
 */
export const kubeRouter: Dialect = {
  name: 'kube-router',
  hints: ['DROP by policy '],
  read: ({ text, json, outerTime }) => {
    if (json !== undefined) return jsonLine(json, outerTime);
    const line = text.slice(0, 10_000);
    const match = mark.exec(line);
    if (match === null) return undefined;
    const body = line.slice(match.index + match[0].length);
    if (!/^\s+IN=/.test(body)) return undefined;
    // Behind its own, an ICMP error quotes the packet that it is about, in brackets.
    const own = body.split(' [SRC=', 1)[0]!;
    const stated = new Map([...own.matchAll(token)].map(([, key, value]) => [key!, value!]));
    return {
      part: 'whole',
      decision: 'deny',
      fields: {
        time: timeBefore(line.slice(0, match.index)) ?? outerTime,
        source: { ip: ipOf(stated.get('SRC')), port: portOf(stated.get('SPT')) },
        destination: { ip: ipOf(stated.get('DST')), port: portOf(stated.get('DPT')) },
        protocol: protocolOf(stated.get('PROTO')),
        policy: policyOf(match),
      },
    };
  },
};

function jsonLine(
  json: Readonly<Record<string, unknown>>,
  outerTime: string | undefined,
): ReturnType<Dialect['read']> {
  const prefix = json['oob.prefix'];
  const match = typeof prefix === 'string' ? mark.exec(`${prefix} `) : null;
  if (match === null) return undefined;
  const protocol = json['ip.protocol'] ?? json['ip6.nexthdr'];
  return {
    part: 'whole',
    decision: 'deny',
    fields: {
      time: textOf(json.timestamp) ?? outerTime,
      source: { ip: ipOf(json.src_ip), port: portOf(json.src_port) },
      destination: { ip: ipOf(json.dest_ip), port: portOf(json.dest_port) },
      protocol: protocolOf(protocol),
      policy: policyOf(match),
    },
  };
}

function policyOf([, namespace, name]: RegExpExecArray): LogPolicy {
  return { kind: 'NetworkPolicy', namespace, name };
}
