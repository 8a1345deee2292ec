import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../logs/index.ts';
import { pairDenials } from './pair-denials.ts';
import { proxyRole, streamOfLine } from './stream-of-line.ts';

const policy = { kind: 'AuthorizationPolicy', namespace: 'a', name: 'deny all', rule: '0' };
const rbac = (line: number, more: Partial<LogRecord> = {}): LogRecord => ({
  lines: [line, line],
  dialect: 'envoy-rbac',
  decision: 'deny',
  policy,
  ...more,
});
const access = (line: number, more: Partial<LogRecord> = {}): LogRecord => ({
  lines: [line, line],
  dialect: 'envoy-access',
  decision: 'deny',
  policy: { ...policy, name: 'deny_all' },
  source: { ip: '10.0.0.5', port: 4000 },
  destination: { ip: '10.0.0.9', port: 80 },
  method: 'GET',
  path: '/',
  ...more,
});

function paired(...records: LogRecord[]): readonly LogRecord[] {
  const pairing = pairDenials();
  const now = records.flatMap((record) => pairing.add({ record }));
  return [...now, ...pairing.release()].map(({ record }) => record);
}

describe('denials that a proxy writes twice', () => {
  it('are one, with what either states', () => {
    expect(paired(rbac(1), access(2))).toEqual([
      {
        ...access(2),
        ...rbac(1),
        lines: [1, 2],
        source: access(2).source,
        destination: access(2).destination,
      },
    ]);
  });

  it('are two where anything differs', () => {
    const other = rbac(1, { source: { ip: '10.0.0.6', port: 4000 } });
    expect(paired(other, access(2)).map(({ lines }) => lines)).toEqual([
      [2, 2],
      [1, 1],
    ]);
    expect(paired(rbac(1, { policy: { ...policy, rule: '1' } }), access(2))).toHaveLength(2);
    expect(paired(rbac(1), access(1000))).toHaveLength(2);
  });

  it('are paired one to one', () => {
    expect(paired(rbac(1), rbac(2), access(3), access(4), access(5)).map(({ lines }) => lines)).toEqual([
      [1, 3],
      [2, 4],
      [5, 5],
    ]);
  });
});

describe('whose log a line is of', () => {
  it('stands in prefixes, file names and what collectors add', () => {
    const lines = [
      '[pod/web-1/istio-proxy] x',
      'shop web-1 istio-proxy 2026-01-01 x',
      '/var/log/pods/shop_web-1_0a1b2c3d-0000/istio-proxy/0.log:x',
      '/var/log/containers/web-1_shop_istio-proxy-0123456789abcdef.log: x',
      '{"log":"x","kubernetes":{"pod_name":"web-1","namespace_name":"shop"}}',
    ];
    const shop = { namespace: 'shop', pod: 'web-1' };
    expect(lines.map(streamOfLine)).toEqual([{ pod: 'web-1' }, shop, shop, shop, shop]);
    expect(streamOfLine('2026-01-01T00:00:00Z debug envoy rbac x')).toBeUndefined();
  });

  it('stands in what a proxy says at its start', () => {
    const line =
      '2026-11-22T01:40:02Z\tinfo\tProxy role\tips=[10.244.0.4] type=sidecar id=web-5d99b58986-mvbkf.shop domain=shop.svc.cluster.local';
    expect(proxyRole(line)).toEqual({ namespace: 'shop', pod: 'web-5d99b58986-mvbkf' });
    expect(proxyRole('info Proxy role unknown')).toBeUndefined();
  });
});
