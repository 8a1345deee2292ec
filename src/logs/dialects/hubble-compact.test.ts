import { describe, expect, it } from 'vitest';
import { readText } from '../test-reading.ts';

describe('Hubble compact', () => {
  it('reads verdicts of policies', () => {
    const { records } = readText(
      'Jul  1 00:00:00.000: default/client-645b68dcf7-2jmrw:55462 (ID:24009) <> 1.1.1.1:80 (world) policy-verdict:none EGRESS DENIED (TCP Flags: SYN)\n',
    );
    expect(records).toEqual([
      {
        lines: [1, 1],
        dialect: 'hubble-compact',
        decision: 'deny',
        time: 'Jul  1 00:00:00.000',
        source: { namespace: 'default', pod: 'client-645b68dcf7-2jmrw', port: 55462 },
        destination: { ip: '1.1.1.1', port: 80 },
        protocol: 'TCP',
        direction: 'egress',
        reason: 'policy-verdict:none',
      },
    ]);
  });

  it('tells who decided what', () => {
    const { records } =
      readText(`Jul  1 00:00:00.000: a/b:1 (ID:5) -> c/d:80 (ID:6) policy-verdict:L3-L4 INGRESS ALLOWED (TCP Flags: SYN; Auth: SPIRE)
Jul 11 00:00:00.000: 10.0.0.1:1 (ingress) -> c/d:80 (ID:6) policy-verdict:all TRAFFIC_DIRECTION_UNKNOWN AUDITED (TCP Flags: SYN)
Jul  1 00:00:00.000: a/b:1 -> example.com:443 L3-Only FORWARDED (TCP Flags: SYN)
Jul  1 00:00:00.000: a/b:1 (ID:5) <> c/d:80 (ID:6) Policy denied DROPPED (TCP Flags: SYN)
Jul  1 00:00:00.000: a/b:1 (ID:5) -> c/d:80 (ID:6) http-request DROPPED (HTTP/1.1 PUT http://d.c.svc/admin?token=1)
Jul  1 00:00:00.000: fe80::1 (ID:5) <> ff02::2 (unknown) Policy denied DROPPED (ICMPv6 RouterSolicitation)
Jul  1 00:00:00.000: [fd00::1]:99 (ID:5) <> fd00::2:53 (world) Policy denied DROPPED (UDP)
`);
    expect(records.map(({ lines: [line], decision, direction }) => [line, decision, direction])).toEqual([
      [1, 'allow', 'ingress'],
      [2, 'none', undefined],
      [3, 'allow', undefined],
      [4, 'deny', undefined],
      [5, 'deny', undefined],
      [6, 'deny', undefined],
      [7, 'deny', undefined],
    ]);
    expect(records[2]!.destination).toEqual({ port: 443 });
    expect(records[4]).toMatchObject({ method: 'PUT', path: '/admin' });
    expect(records[5]).toMatchObject({ source: { ip: 'fe80::1' }, destination: { ip: 'ff02::2' } });
    expect(records[6]).toMatchObject({
      source: { ip: 'fd00::1', port: 99 },
      destination: { ip: 'fd00::2', port: 53 },
    });
  });

  it('tells traces and other drops apart', () => {
    const { records } =
      readText(`Jul  1 00:00:00.000: a/b:1 (ID:5) -> c/d:80 (ID:6) to-endpoint FORWARDED (TCP Flags: SYN)
Jul  1 00:00:00.000: a/b:1 (ID:5) <- c/d:80 (ID:6) http-response FORWARDED (HTTP/1.1 403 1ms (GET http://d/))
Jul  1 00:00:00.000: a/b:1 (ID:5) <> c/d:80 (ID:6) Invalid source ip DROPPED (TCP Flags: SYN)
Jul  1 00:00:00.000: a/b:1 (ID:5) <> c/d:80 (ID:6) Stale or unroutable IP DROPPED (UDP)
12 packets DROPPED
`);
    expect(records).toEqual([]);
  });
});
