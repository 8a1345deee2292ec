import { protocolOf } from '../protocols.ts';
import type { Dialect } from '../types.ts';
import { addressOf, timeBefore } from '../values.ts';

const verdict =
  /(?:^|[\s:`])\w[\w.-]*-([IEX])\s*: policy (ALLOWED|DENIED)(?:\s+proto (\d{1,3}) src (\S+) dest (\S+?)(?=[\s|*`]|$))?/;

/** Calico's eBPF data plane in the kernel's trace pipe: `caliXXXX-E: policy ALLOWED proto 6 src A:p dest B:q`. */
export const calicoEbpf: Dialect = {
  name: 'calico-ebpf',
  hints: ['policy ALLOWED', 'policy DENIED'],
  read: ({ text, json, outerTime }) => {
    if (json !== undefined) return undefined;
    const match = verdict.exec(text.slice(0, 10_000));
    if (match === null) return undefined;
    const [, side, answer, protocol, source, destination] = match;
    const head = text.slice(0, match.index);
    return {
      part: 'whole',
      decision: answer === 'ALLOWED' ? 'allow' : 'deny',
      fields: {
        // The kernel counts seconds since it started.
        time: timeBefore(head) ?? outerTime ?? /\s(\d+\.\d{3,9}): bpf_trace_printk/.exec(head)?.[1],
        source: addressOf(source),
        // An address without its port was cut.
        destination: destination?.includes(':') ? addressOf(destination) : undefined,
        protocol: protocolOf(protocol),
        direction: side === 'I' ? 'ingress' : side === 'E' ? 'egress' : undefined,
      },
    };
  },
};
