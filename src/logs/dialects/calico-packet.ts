import { protocolOf } from '../protocols.ts';
import type { Dialect } from '../types.ts';
import { ipOf, portOf, timeBefore } from '../values.ts';

const prefix = /\b(calico-packet):? (?=.{0,400}\bIN=)/;
/** Any other is known by the interface of a workload right behind it. Rules that have no prefix are not Felix'. */
const configured =
  /(?<=^|[\s:|`>])(?!kernel:)([\w./%-]{1,29}): (?=IN=(?:cali\S+ OUT=|\S* OUT=cali\S).{0,400} SRC=)/;
/** A token that ends the text may be half of one. */
const token = /(?:^|\s)(SRC|DST|SPT|DPT|PROTO)=(\S+)(?=\s)/g;

/** Seconds since the kernel started: all that dmesg says. */
const sinceStart = /\[\s*(\d+\.\d+)\]/;

/**
 * The kernel's line of a packet that met a policy rule with the action Log, under Felix' default prefix or one that its
 * `logPrefix` says. Calico writes it before it decides, so the line holds no verdict.
 */
export const calicoPacket: Dialect = {
  name: 'calico-packet',
  hints: ['calico-packet', ' IN=cali', ' OUT=cali'],
  read: ({ text, json, outerTime }) => {
    if (json !== undefined) return undefined;
    const line = text.slice(0, 10_000);
    const match = prefix.exec(line) ?? configured.exec(line);
    if (match === null) return undefined;
    const head = line.slice(0, match.index);
    const stated = tokensOf(line.slice(match.index));
    return {
      part: 'whole',
      decision: 'none',
      fields: {
        time: timeBefore(head) ?? outerTime ?? sinceStart.exec(head)?.[1],
        source: { ip: ipOf(stated.get('SRC')), port: portOf(stated.get('SPT')) },
        destination: { ip: ipOf(stated.get('DST')), port: portOf(stated.get('DPT')) },
        protocol: protocolOf(stated.get('PROTO')),
        reason: match[1],
      },
    };
  },
};

/** The first of each: behind its own, an ICMP error quotes the packet that it is about, in brackets. */
function tokensOf(text: string): ReadonlyMap<string, string> {
  const quoted = text.indexOf(' [SRC=');
  const own = quoted < 0 ? text : text.slice(0, quoted + 1);
  return new Map([...own.matchAll(token)].map(([, key, value]) => [key!, value!]));
}
