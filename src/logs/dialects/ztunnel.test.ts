import { describe, expect, it } from 'vitest';
import { readText } from '../test-reading.ts';

// Published with github.com/istio/ztunnel pull request 1273.
const denied =
  'error   access  connection complete     src.addr=10.244.1.6:42020 src.workload="reviews-v1-6584ddcf65-k78wz" src.namespace="default" src.identity="spiffe://cluster.local/ns/default/sa/bookinfo-reviews" dst.addr=10.244.1.9:15008 dst.hbone_addr=10.244.1.9:9080 dst.service="productpage.default.svc.cluster.local" dst.workload="productpage-v1-d5789fdfb-c5w2c" dst.namespace="default" dst.identity="spiffe://cluster.local/ns/default/sa/bookinfo-productpage" direction="inbound" bytes_sent=0 bytes_recv=0 duration="0ms" error="connection closed due to policy rejection: allow policies exist, but none allowed"';

const record = {
  lines: [1, 1],
  decision: 'deny',
  source: {
    ip: '10.244.1.6',
    port: 42020,
    namespace: 'default',
    pod: 'reviews-v1-6584ddcf65-k78wz',
    principal: 'cluster.local/ns/default/sa/bookinfo-reviews',
  },
  destination: {
    ip: '10.244.1.9',
    port: 9080,
    namespace: 'default',
    pod: 'productpage-v1-d5789fdfb-c5w2c',
    principal: 'cluster.local/ns/default/sa/bookinfo-productpage',
    service: 'productpage.default.svc.cluster.local',
  },
  direction: 'ingress',
  reason: 'connection closed due to policy rejection: allow policies exist, but none allowed',
};

describe('ztunnel', () => {
  it('reads the access log as text', () => {
    expect(readText(denied).records).toEqual([{ ...record, dialect: 'ztunnel' }]);
  });

  it('reads the access log as JSON, also inside the JSON of docker', () => {
    const values = [...denied.matchAll(/([a-z_]+\.?[a-z_]+)=(?:"([^"]*)"|(\S+))/g)];
    const json = JSON.stringify({
      level: 'error',
      time: '2024-10-19T01:39:58.302311Z',
      scope: 'access',
      message: 'connection complete',
      ...Object.fromEntries(values.map(([, key, quoted, bare]) => [key, quoted ?? bare])),
    });
    const expected = [{ ...record, dialect: 'ztunnel-json', time: '2024-10-19T01:39:58.302311Z' }];
    expect(readText(json).records).toEqual(expected);
    const pretty = `[\n]\nbefore\n${JSON.stringify(JSON.parse(json), null, 2)}\n`.repeat(2);
    for (const size of [10, 100, 10_000]) {
      expect(readText(pretty, size).records.map(({ lines, source }) => [lines, source])).toEqual([
        [[4, 24], record.source],
        [[28, 48], record.source],
      ]);
    }
    expect(readText(JSON.stringify({ log: `${json}\n`, stream: 'stdout' })).records).toEqual(expected);
  });

  it('names the policy where the line does, and only a whole name', () => {
    const named = denied.replace(
      'allow policies exist, but none allowed',
      'explicitly denied by: shop/deny-a',
    );
    expect(readText(named).records[0]!.policy).toEqual({ namespace: 'shop', name: 'deny-a' });
    const cut = readText(named.slice(0, -3)).records[0]!;
    expect(cut.decision).toBe('deny');
    expect(cut).not.toHaveProperty('policy');
  });

  it('reads the line without a reason, and of plaintext (github.com/istio/istio issues 55533 and 53696)', () => {
    const { records } = readText(
      `2024-10-30T11:49:40.421833Z error access connection complete src.addr=192.168.240.64:55909 dst.addr=192.168.14.30:5050 dst.service="private-operator-ingress.api.svc.cluster.local" dst.workload="operator-68cc96bd7b-vfkgk" dst.namespace="api" direction="inbound" bytes_sent=0 bytes_recv=0 duration="0ms" error="connection closed due to policy rejection"`,
    );
    expect(records[0]).toMatchObject({
      time: '2024-10-30T11:49:40.421833Z',
      source: { ip: '192.168.240.64', port: 55909 },
      reason: 'connection closed due to policy rejection',
    });
    expect(records[0]!.source).not.toHaveProperty('principal');
  });

  it('reads what the source sees, open connections that end, steps and dry runs', () => {
    const { records } = readText(
      [
        denied
          .replace('inbound', 'outbound')
          .replace(/error="[^"]*"$/, 'error="http status: 401 Unauthorized"'),
        `2026-01-02T03:04:05Z\tinfo\tproxy\tconnection 10.0.0.1:4000(spiffe://cluster.local/ns/a/sa/b)->10.0.0.2:80 closed because it's no longer allowed after a policy update`,
        '2026-01-02T03:04:05Z\tdebug\tztunnel::state\tdeny policy match\tpolicy="shop/deny"',
        '2026-01-02T03:04:05Z\tdebug\tztunnel::state\tdry-run: allow policy match\tpolicy="shop/may"',
        '2023-11-01T00:00:00Z  WARN proxy{uid=1}:outbound{id=2}: ztunnel::proxy::outbound: failed dur=1ms err=http status: 401 Unauthorized',
        '2026-01-02T03:04:05Z\tinfo\taccess\tconnection complete\tsrc.addr=10.0.0.1:4000 dst.addr=10.0.0.2:80 direction="inbound"',
      ].join('\n'),
    );
    expect(
      records.map(({ decision, direction, status, policy }) => [decision, direction, status, policy?.name]),
    ).toEqual([
      ['deny', 'egress', 401, undefined],
      ['deny', undefined, undefined, undefined],
      ['deny', undefined, undefined, 'deny'],
      ['none', undefined, undefined, 'may'],
      ['deny', 'egress', 401, undefined],
    ]);
    expect(records[1]!.source).toEqual({ ip: '10.0.0.1', port: 4000, principal: 'cluster.local/ns/a/sa/b' });
  });

  it('says of a step whose proxy took it and who connects, as far as the spans do', () => {
    const at = '2026-08-03T15:34:57.746680Z';
    const inbound = ':proxy{wl=shop/web-6cbcc86f5d-lhq82}:inbound{id=a05013 peer=10.244.0.5:49084}';
    const step = {
      time: at,
      source: { ip: '10.244.0.5', port: 49084 },
      destination: { namespace: 'shop', pod: 'web-6cbcc86f5d-lhq82' },
      direction: 'ingress',
    };
    const json = {
      level: 'debug',
      time: at,
      scope: 'ztunnel::state',
      message: 'no allow policies matched',
      proxy: { wl: 'shop/web-6cbcc86f5d-lhq82' },
      inbound: { id: 'a05013', peer: '10.244.0.5:49084' },
    };
    const { records } = readText(
      [
        `${at} info state${inbound} dry-run: deny policy match policy="shop/monitor"`,
        `${at} info state${inbound} dry-run: no allow policies match`,
        JSON.stringify(json),
        JSON.stringify({ ...json, inbound: undefined }),
      ].join('\n'),
    );
    expect(records).toEqual([
      {
        ...step,
        lines: [1, 1],
        dialect: 'ztunnel',
        decision: 'none',
        policy: { namespace: 'shop', name: 'monitor' },
        reason: 'dry-run: deny policy match',
      },
      {
        ...step,
        lines: [2, 2],
        dialect: 'ztunnel',
        decision: 'none',
        reason: 'dry-run: no allow policies match',
      },
      { ...step, lines: [3, 3], dialect: 'ztunnel-json', decision: 'deny', reason: json.message },
      { lines: [4, 4], dialect: 'ztunnel-json', decision: 'deny', time: at, reason: json.message },
    ]);
  });
});
