import { describe, expect, it } from 'vitest';
import { readText } from '../test-reading.ts';

describe('kube-router', () => {
  const packet =
    'IN=kube-bridge OUT=veth1 MAC=aa:bb SRC=10.42.0.5 DST=10.42.1.7 LEN=60 TOS=00 PREC=0x00 TTL=63 ID=5 DF PROTO=TCP SPT=40312 DPT=8080 SEQ=1 ACK=0 WINDOW=64860 SYN URGP=0 MARK=0 ';
  const line = `Jan  5 10:11:12 node-1 DROP by policy web/deny-all ${packet}`;

  it('reads what ulogd writes, and not its second line of the packet', () => {
    expect(readText(`${line}\nJan  5 10:11:12 node-1  ${packet}\n`).records).toEqual([
      {
        lines: [1, 1],
        dialect: 'kube-router',
        decision: 'deny',
        time: 'Jan  5 10:11:12',
        source: { ip: '10.42.0.5', port: 40312 },
        destination: { ip: '10.42.1.7', port: 8080 },
        protocol: 'TCP',
        policy: { kind: 'NetworkPolicy', namespace: 'web', name: 'deny-all' },
      },
    ]);
  });

  it('reads its JSON', () => {
    const json = JSON.stringify({
      timestamp: '2024-01-05T10:11:12.123456+0000',
      dvc: 'Netfilter',
      'oob.prefix': 'DROP by policy web/deny-all ',
      'ip.protocol': 17,
      src_ip: '10.42.0.5',
      src_port: 40312,
      dest_ip: '10.42.1.7',
      dest_port: 53,
    });
    expect(readText(json).records).toMatchObject([
      {
        decision: 'deny',
        time: '2024-01-05T10:11:12.123456+00:00',
        destination: { ip: '10.42.1.7', port: 53 },
        protocol: 'UDP',
        policy: { namespace: 'web', name: 'deny-all' },
      },
    ]);
  });

  it('takes no half value of a cut line', () => {
    const { records } = readText(line.slice(0, line.indexOf('8080') + 2));
    expect(records[0]!.destination).toEqual({ ip: '10.42.1.7' });
  });
});
