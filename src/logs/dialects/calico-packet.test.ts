import { describe, expect, it } from 'vitest';
import { readText } from '../test-reading.ts';

describe('Calico packet log', () => {
  it('reads a packet, and says that nothing is decided', () => {
    const { records } = readText(
      'Mar  4 10:11:12 node-1 kernel: [12345.678901] calico-packet: IN=cali1a2b3c4d5e6 OUT=eth0 MAC=ee:ee:ee:ee:ee:ee:3a SRC=192.0.2.10 DST=198.51.100.7 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=58406 DF PROTO=TCP SPT=45588 DPT=80 WINDOW=64860 RES=0x00 SYN URGP=0 \n',
    );
    expect(records).toEqual([
      {
        lines: [1, 1],
        dialect: 'calico-packet',
        decision: 'none',
        time: 'Mar  4 10:11:12',
        source: { ip: '192.0.2.10', port: 45588 },
        destination: { ip: '198.51.100.7', port: 80 },
        protocol: 'TCP',
        reason: 'calico-packet',
      },
    ]);
  });

  it("reads other prefixes on what passes a workload's interface", () => {
    const rest = 'SRC=10.0.0.1 DST=10.0.0.2 LEN=60 PROTO=TCP SPT=4000 DPT=80 ';
    const { records } = readText(`kernel: [12.5] calico-drop: IN=cali1a2b3c OUT=eth0 ${rest}
Mar  4 10:11:12 node-1 kernel: denied/web: IN=eth0 OUT=cali1a2b3c MAC=ee:ee ${rest}
`);
    expect(records.map(({ decision, reason }) => [decision, reason])).toEqual([
      ['none', 'calico-drop'],
      ['none', 'denied/web'],
    ]);
    expect(records[1]).toMatchObject({ time: 'Mar  4 10:11:12', destination: { ip: '10.0.0.2', port: 80 } });
  });

  it('has the seconds of dmesg where there is no other time', () => {
    const { records } = readText(
      '[  123.456789] calico-packet: IN= OUT=eth0 SRC=10.0.0.1 DST=10.0.0.2 LEN=60 \n',
    );
    expect(records[0]!.time).toBe('123.456789');
  });

  it('takes no half or quoted value', () => {
    const { records } =
      readText(`kernel: calico-packet: IN= OUT=eth0 SRC=10.xx.0.1 DST=10.0.0.2 PROTO=UDP SPT=53 DPT=80
kernel: calico-packet: IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=88 PROTO=ICMP TYPE=3 CODE=3 [SRC=10.0.0.2 DST=10.0.0.1 LEN=60 PROTO=UDP SPT=4000 DPT=53 LEN=40 ]
`);
    expect(records.map(({ source, destination, protocol }) => [source, destination, protocol])).toEqual([
      [{ port: 53 }, { ip: '10.0.0.2' }, 'UDP'],
      [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }, 'ICMP'],
    ]);
  });

  it('leaves other lines alone', () => {
    const { tally } =
      readText(`kernel: TRACE: filter:cali-FORWARD:rule:1 IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 PROTO=TCP
felix/config_params.go 100: Parsed value for LogPrefix: calico-packet (from default)
kernel: TRACE: filter:cali-FORWARD:rule:1 IN=cali1a2b3c OUT=eth0 SRC=10.0.0.1 DST=10.0.0.2 PROTO=TCP
kernel: [12.5] [UFW BLOCK] IN=cali1a2b3c OUT=eth0 SRC=10.0.0.1 DST=10.0.0.2 PROTO=TCP
kernel: IN=cali1a2b3c OUT=eth0 SRC=10.0.0.1 DST=10.0.0.2 PROTO=TCP
kernel: [12.5] IPTables-Dropped: IN=eth0 OUT=docker0 SRC=10.0.0.1 DST=10.0.0.2 PROTO=TCP
felix/int_dataplane.go 1: wrote calico-drop: IN=calico OUT=none
`);
    expect(tally).toEqual({ lines: 7, unknown: 7, records: 0, cut: 0 });
  });
});
