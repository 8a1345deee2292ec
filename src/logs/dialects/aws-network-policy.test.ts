import { describe, expect, it } from 'vitest';
import { readText } from '../test-reading.ts';

const keys =
  '{"level":"info","ts":"2024-01-10T10:11:12.345Z","logger":"ebpf-client","caller":"events/events.go:193","msg":"Flow Info:  ","Src IP":"10.0.141.167","Src Port":39197,"Dest IP":"172.20.0.10","Dest Port":53,"Proto":"UDP","Verdict":"DENY"}';
const ends = {
  source: { ip: '10.0.141.167', port: 39197 },
  destination: { ip: '172.20.0.10', port: 53 },
  protocol: 'UDP',
};

describe('AWS network policy agent', () => {
  it('reads keys', () => {
    expect(readText(keys).records).toEqual([
      {
        lines: [1, 1],
        dialect: 'aws-network-policy',
        decision: 'deny',
        time: '2024-01-10T10:11:12.345Z',
        ...ends,
      },
    ]);
  });

  it('reads a flow in the message, with IPv4 and with IPv6', () => {
    const four =
      '{"level":"info","ts":"2025-05-01T00:00:01Z","msg":"Flow Info: Src IP: 10.0.0.1 Src Port: 40000 Dest IP: 10.0.0.2 Dest Port: 80 Proto TCP Verdict ACCEPT Direction ingress"}';
    const six =
      '{"level":"info","ts":"2025-05-01T00:00:01Z","msg":"Flow Info: Src IP: 2001:db8::1 Src Port: 40000 Dest IP: 2001:db8::2 Dest Port: 53 Proto: UDP Verdict: DENY Direction: egress Tier: DEFAULT"}';
    expect(readText(`${four}\n${six}\n`).records).toMatchObject([
      { decision: 'allow', source: { ip: '10.0.0.1', port: 40000 }, protocol: 'TCP', direction: 'ingress' },
      {
        decision: 'deny',
        destination: { ip: '2001:db8::2', port: 53 },
        direction: 'egress',
        reason: 'Tier DEFAULT',
      },
    ]);
  });

  it('reads what CloudWatch gets', () => {
    const line =
      'Node: ip-10-0-1-2.ec2.internal;SIP: 10.0.141.167;SPORT: 39197;DIP: 172.20.0.10;DPORT: 53;PROTOCOL: UDP;PolicyVerdict: DENY';
    const six = line.replace('10.0.141.167', '2001:db8::1').replace('DENY', 'ACCEPT;Tier: ADMIN');
    const { records } = readText(`${line}\n${JSON.stringify({ timestamp: 1, message: six })}\n`);
    expect(records[0]).toEqual({ lines: [1, 1], dialect: 'aws-network-policy', decision: 'deny', ...ends });
    expect(records[1]).toMatchObject({
      decision: 'allow',
      source: { ip: '2001:db8::1' },
      reason: 'Tier ADMIN',
    });
  });

  it('tells apart what decides nothing', () => {
    const expired = keys.replace('DENY', 'EXPIRED/DELETED');
    const masked = keys.replace('10.0.141.167', '10.0.xx.xx');
    const { records } = readText(`${expired}\n${keys.slice(0, -9)}\n${masked}\n`);
    expect(records.map(({ lines, source }) => [lines[0], source])).toEqual([[3, { port: 39197 }]]);
  });
});
