import { describe, expect, it } from 'vitest';
import { watchUpstream } from './upstream-failures.ts';

/** Istio's text format as the caller's sidecar writes it; names and addresses made up. */
const line = (
  said: string,
  host = '10.244.0.5:8080',
  cluster = 'outbound|8080||api.back.svc.cluster.local',
) =>
  `[2026-11-22T01:00:00.123Z] "GET /orders/17?token=s3cret HTTP/1.1" ${said} 0 19 5 4 "-" "Go http/1.1" "24e58e43" "api.back:8080" "${host}" ${cluster} 10.244.0.6:40000 10.96.0.7:8080 10.244.0.6:59022 - default`;
const refused = line('403 - via_upstream - "-"');
const dropped = line('503 UF,URX upstream_reset_before_response_started{connection_timeout} - "-"');
const ordinary = line('200 - via_upstream - "-"');

function count(text: string, size = 65_536): ReturnType<ReturnType<typeof watchUpstream>['end']> {
  const watch = watchUpstream();
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) watch.push(bytes.subarray(at, at + size));
  return watch.end();
}

const first = {
  kind: 'refused',
  status: 403,
  reason: 'via_upstream',
  client: { ip: '10.244.0.6', port: 59022 },
  server: { ip: '10.244.0.5', port: 8080 },
  service: { host: 'api.back.svc.cluster.local', port: 8080 },
  method: 'GET',
  path: '/orders/17',
};

describe('what is behind a caller’s proxy', () => {
  it('is counted by answer and address, cut anywhere', () => {
    const text = [ordinary, refused, dropped, ordinary, refused, ''].join('\n');
    for (const size of [1, 7, 100, 65_536]) {
      const counted = count(text, size);
      expect(counted).toMatchObject([
        { count: 2, first },
        { count: 1, first: { kind: 'no connection', status: 503 } },
      ]);
      expect(counted[1]!.first.reason).toBe(
        'UF,URX upstream_reset_before_response_started{connection_timeout}',
      );
    }
  });

  it('is read of TCP, of JSON and inside what collectors wrap around it', () => {
    const bytes = `[2026-11-22T01:00:00.123Z] "- - -" 0 UF - - "delayed_connect_error:_111" 0 0 10000 - "-" "-" "-" "-" "10.244.0.5:5432" outbound|5432||db.back.svc.cluster.local - 10.96.0.9:5432 10.244.0.6:40010 - -`;
    expect(count(bytes)[0]?.first).toMatchObject({
      kind: 'no connection',
      status: 0,
      server: { port: 5432 },
    });
    const json = JSON.stringify({
      response_code: 403,
      response_flags: '-',
      response_code_details: 'via_upstream',
      upstream_cluster: 'outbound|8080||api.back.svc.cluster.local',
      upstream_host: '10.244.0.5:8080',
      downstream_remote_address: '10.244.0.6:59022',
      method: 'GET',
      path: '/orders/17',
    });
    expect(count(json)).toMatchObject([{ count: 1, first }]);
    expect(count(JSON.stringify({ log: `${refused}\n`, stream: 'stdout' }))).toMatchObject([{ first }]);
  });

  it('is nothing of the server’s own proxy, and nothing of other answers', () => {
    const own = line('403 - via_upstream - "-"', '127.0.0.1:8080', 'inbound|8080||');
    const late = line('503 UC upstream_reset_before_response_started{connection_termination} - "-"');
    expect(
      count([own, late, ordinary, line('403 - rbac_access_denied_matched_policy[none] - "-"')].join('\n')),
    ).toEqual([]);
  });
});
