import { describe, expect, it } from 'vitest';
import { readText } from '../test-reading.ts';

/** Fields as in the project's documentation of its JSON logs. */
const packet = (id: number, direction: string): string =>
  JSON.stringify({
    ts: 1720777151838.3552,
    caller: 'networkpolicy/logging.go:67',
    msg: 'Evaluating packet',
    id,
    direction,
    srcPod: 'default/frontend',
    dstPod: 'external',
    packet: {
      ID: id,
      Family: 'IPv4',
      SrcIP: '10.0.1.3',
      DstIP: '10.0.2.2',
      Proto: 'TCP',
      SrcPort: 40243,
      DstPort: 8080,
    },
  });
const verdict = (id: number, msg: string): string =>
  JSON.stringify({ ts: 1720777151838.4001, msg, v: 2, id });

describe('kube-network-policies', () => {
  it('joins a packet and what was decided by its id', () => {
    const { records } = readText(
      [
        packet(9, 'Egress'),
        packet(10, 'Egress'),
        verdict(9, 'Packet denied by egress policy'),
        verdict(10, 'Packet accepted by policy'),
      ].join('\n'),
    );
    const both = {
      dialect: 'kube-network-policies',
      time: '2024-07-12T09:39:11.838Z',
      source: { ip: '10.0.1.3', port: 40243, namespace: 'default', pod: 'frontend' },
      destination: { ip: '10.0.2.2', port: 8080 },
      protocol: 'TCP',
      direction: 'egress',
    };
    expect(records).toEqual([
      { lines: [1, 3], decision: 'deny', reason: 'Packet denied by egress policy', ...both },
      { lines: [2, 4], decision: 'allow', ...both },
    ]);
  });

  it('reads klog text as one record, with the addresses that stand on a line of their own', () => {
    const { records } = readText(
      `I0712 09:53:52.257809       1 logging.go:67] "Evaluating packet" id=303 direction="Egress" srcPod="team-a/agent" dstPod="external" packet=<
        [303] 10.244.1.6:37368 192.0.2.7:443 TCP
 >
I0712 09:53:52.257900       1 cnp.go:1] "Egress CNP evaluation" id=303 tier="Admin" npolicies=4 action="Deny"
I0712 09:53:52.257910       1 engine.go:57] "Packet denied by egress policy" id=303
I0712 09:53:52.257920       1 controller.go:1] "Finished syncing packet" id=303 duration="171.516µs" verdict="drop"
I0712 09:53:53.000000       1 controller.go:1] "Finished syncing packet" id=304 duration="1µs" verdict="accept"
`,
    );
    expect(records).toEqual([
      {
        lines: [1, 6],
        dialect: 'kube-network-policies',
        decision: 'deny',
        time: '0712 09:53:52.257910',
        source: { ip: '10.244.1.6', port: 37368, namespace: 'team-a', pod: 'agent' },
        destination: { ip: '192.0.2.7', port: 443 },
        protocol: 'TCP',
        direction: 'egress',
        reason: 'Packet denied by egress policy',
      },
    ]);
  });
});
