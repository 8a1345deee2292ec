import { describe, expect, it } from 'vitest';
import { readText } from '../test-reading.ts';

describe('cilium monitor', () => {
  it('reads a drop by policy', () => {
    const { records } = readText(
      'xx drop (Policy denied) flow 0x9c8a85ec to endpoint 0, ifindex 5, file bpf_lxc.c:1311, , identity 24009->2: 10.244.3.30:55462 -> 1.1.1.1:80 tcp SYN\n',
    );
    expect(records).toEqual([
      {
        lines: [1, 1],
        dialect: 'cilium-monitor',
        decision: 'deny',
        source: { ip: '10.244.3.30', port: 55462 },
        destination: { ip: '1.1.1.1', port: 80 },
        protocol: 'TCP',
        reason: 'Policy denied',
      },
    ]);
  });

  it('reads verdicts', () => {
    const { records } =
      readText(`Policy verdict log: flow 0x1 local EP ID 61, remote ID world, proto 6, egress, action deny, auth: disabled, match none, 10.0.0.1:4 -> 1.1.1.1:80 tcp SYN
Policy verdict log: flow 0x1 local EP ID 61, remote ID 12, dst port 53, proto 17, ingress true, action allow, match L3-L4, 10.0.0.1:4 -> 10.0.0.2:53 udp
Policy verdict log: flow 0x1 local EP ID 61, remote ID 12, dst port 53, proto 17, ingress false, action redirect, match L4-Only, [fd00::1]:4 -> [fd00::2]:53 udp
Policy verdict log: flow 0x1 local EP ID 61, remote ID 12, proto 1, ingress, action audit, match all, 10.0.0.1 -> 10.0.0.2 EchoRequest
Policy verdict log: flow 0x1 local EP ID 61, remote ID 12, proto 6, ingress, action deny, match none, 10.xx.0.1:4 -> 10.0.0.2
`);
    expect(
      records.map(({ decision, direction, protocol, source, destination }) => [
        decision,
        direction,
        protocol,
        source,
        destination,
      ]),
    ).toEqual([
      ['deny', 'egress', 'TCP', { ip: '10.0.0.1', port: 4 }, { ip: '1.1.1.1', port: 80 }],
      ['allow', 'ingress', 'UDP', { ip: '10.0.0.1', port: 4 }, { ip: '10.0.0.2', port: 53 }],
      ['allow', 'egress', 'UDP', { ip: 'fd00::1', port: 4 }, { ip: 'fd00::2', port: 53 }],
      ['none', 'ingress', 'ICMP', { ip: '10.0.0.1' }, { ip: '10.0.0.2' }],
      ['deny', 'ingress', 'TCP', undefined, undefined],
    ]);
  });

  it('reads the oldest drops, and leaves drops for other reasons and traces alone', () => {
    const { records } = readText(`xx drop [ifindex 3 / endpoint 5] (Policy denied)
xx drop (Policy denied by denylist) flow 0x1 to endpoint 0, identity 1->2: 10.0.0.1 -> 10.0.0.2 EchoRequest
xx drop (Invalid source ip) flow 0x1 to endpoint 0, identity 1->2: 10.0.0.1:1 -> 10.0.0.2:2 udp
-> endpoint 5, identity 7: 10.0.0.1:1 -> 10.0.0.2:2 tcp ACK
level=info msg="counting drops (Policy denied) by endpoint"
`);
    expect(records.map(({ lines: [line], decision, reason }) => [line, decision, reason])).toEqual([
      [1, 'deny', 'Policy denied'],
      [2, 'deny', 'Policy denied by denylist'],
    ]);
  });
});
