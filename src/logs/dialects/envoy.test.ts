import { describe, expect, it } from 'vitest';
import { readText } from '../test-reading.ts';

// Published with github.com/dgn/oidc-filter issue 5; headers shortened, the cookie made up.
const istio17 = `2020-09-30T22:50:58.290668Z\tdebug\tenvoy rbac\tchecking request: requestedServerName: outbound_.80_._.appwebform-service.appwebform.svc.cluster.local, sourceIP: 172.30.216.33:39150, directRemoteIP: 172.30.216.33:39150, remoteIP: 10.215.25.170:0,localAddress: 172.30.218.100:80, ssl: uriSanPeerCertificate: spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account, dnsSanPeerCertificate: , subjectPeerCertificate: , headers: ':authority', 'appwebform.example.com'
':path', '/orders?token=s3cret'
':method', 'GET'
'cookie', 'session=s3cret'
'authorization', 'Bearer s3cret'
, dynamicMetadata:
2020-09-30T22:50:58.290731Z\tdebug\tenvoy rbac\tenforced denied, matched policy none
`;

describe('Envoy RBAC at debug', () => {
  it('joins a question, its headers and the result', () => {
    const { records, tally } = readText(istio17);
    expect(records).toEqual([
      {
        lines: [1, 7],
        dialect: 'envoy-rbac',
        decision: 'deny',
        time: '2020-09-30T22:50:58.290731Z',
        source: {
          ip: '172.30.216.33',
          port: 39150,
          principal: 'cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account',
        },
        destination: {
          ip: '172.30.218.100',
          port: 80,
          service: 'appwebform-service.appwebform.svc.cluster.local',
        },
        method: 'GET',
        path: '/orders',
        reason: 'enforced denied, matched policy none',
      },
    ]);
    expect(JSON.stringify(records)).not.toContain('s3cret');
    // Headers are lines of the record.
    expect(tally).toEqual({ lines: 7, unknown: 0, records: 1, cut: 0 });
  });

  it('reads it through kubectl, stern, CRI and grep, wherever the chunks are cut', () => {
    const inner = readText(istio17).records;
    const prefixes = [
      '[pod/web-1/istio-proxy] ',
      'shop web-1 istio-proxy ',
      '2020-09-30T22:50:58.300000000Z stdout F ',
      '2020-09-30T22:50:58.300000000Z ',
      'proxy.log:',
    ];
    for (const prefix of prefixes) {
      const text = istio17.replaceAll(/^(?=.)/gm, prefix);
      for (const size of [7, 64, 100_000]) expect(readText(text, size).records, prefix).toEqual(inner);
    }
    const docker = istio17
      .trimEnd()
      .split('\n')
      .map((log) => JSON.stringify({ log: `${log}\n`, stream: 'stdout', time: '2020-09-30T22:50:59Z' }))
      .join('\n');
    expect(readText(docker).records[0]).toMatchObject({ decision: 'deny', time: inner[0]!.time });
  });

  it('reads plain Envoy (github.com/envoyproxy/envoy issue 36346) and the words of 2019 (istio/istio issue 16058)', () => {
    const { records } =
      readText(`[2024-09-26 11:40:13.329][3492045][debug][rbac] [source/extensions/filters/http/rbac/rbac_filter.cc:182] enforced allowed, matched policy whitelist
[2019-08-01 21:41:10.520][28][debug][rbac] [external/envoy/source/extensions/filters/network/rbac/rbac_filter.cc:36] checking connection: requestedServerName: , remoteAddress: 100.80.65.194:43100, localAddress: 100.80.65.194:8080, ssl: none, dynamicMetadata: 
[2019-08-01 21:41:10.520][28][debug][rbac] [external/envoy/source/extensions/filters/network/rbac/rbac_filter.cc:105] enforced denied
`);
    expect(records).toEqual([
      {
        lines: [1, 1],
        dialect: 'envoy-rbac',
        decision: 'allow',
        time: '2024-09-26T11:40:13.329',
        policy: { name: 'whitelist' },
        reason: 'enforced allowed, matched policy whitelist',
      },
      {
        lines: [2, 3],
        dialect: 'envoy-rbac',
        decision: 'deny',
        time: '2019-08-01T21:41:10.520',
        source: { ip: '100.80.65.194', port: 43100 },
        destination: { ip: '100.80.65.194', port: 8080 },
        reason: 'enforced denied',
      },
    ]);
  });

  // The grammar of Istio 1.30 (rbac_filter.cc); addresses and names made up.
  const line = (thread: number, scope: string, message: string): string =>
    `2026-01-02T03:04:05.000006Z\tdebug\tenvoy ${scope} external/envoy/x.cc:1\t${message}\tthread=${thread}\n`;
  const asks = (ip: string): string =>
    `checking connection: requestedServerName: , sourceIP: ${ip}:4000, directRemoteIP: ${ip}:4000,remoteIP: ${ip}:4000, localAddress: 10.0.0.9:80, ssl: none, dynamicMetadata: `;

  it('keeps threads apart, and makes a denial and its local reply one record', () => {
    const { records } = readText(
      line(1, 'rbac', asks('10.0.0.1')) +
        line(2, 'rbac', asks('10.0.0.2')) +
        line(1, 'rbac', 'enforced denied, matched policy ns[shop]-policy[deny all]-rule[0]') +
        line(2, 'rbac', 'enforced allowed, matched policy ns[shop]-policy[web]-rule[3]') +
        line(
          1,
          'http',
          '[Tags: "ConnectionId":"1","StreamId":"2"] Sending local reply with details rbac_access_denied_matched_policy[ns[shop]-policy[deny_all]-rule[0]]',
        ),
    );
    expect(records.map(({ lines, decision, source }) => [lines, decision, source?.ip])).toEqual([
      [[1, 5], 'deny', '10.0.0.1'],
      [[2, 4], 'allow', '10.0.0.2'],
    ]);
    expect(records[0]!.policy).toEqual({
      kind: 'AuthorizationPolicy',
      namespace: 'shop',
      name: 'deny all',
      rule: '0',
    });
  });

  it('joins a question over several lines, whose thread stands behind the last of them', () => {
    const asked = (ip: string, path: string, thread: number): string =>
      `2026-01-02T03:04:05.000006Z\tdebug\tenvoy rbac external/envoy/x.cc:84\tchecking request: requestedServerName: , sourceIP: ${ip}:4000, directRemoteIP: ${ip}:4000, remoteIP: ${ip}:4000,localAddress: 10.0.0.9:80, ssl: none, headers: ':authority', 'web'\n':path', '${path}'\n':method', 'GET'\n, dynamicMetadata: \tthread=${thread}\n`;
    const answered = (thread: number): string => line(thread, 'rbac', 'enforced denied, matched policy none');
    const { records } = readText(
      asked('10.0.0.1', '/a', 25) + answered(25) + asked('10.0.0.2', '/b', 26) + answered(26) + answered(27),
    );
    expect(records.map(({ lines, source, path }) => [lines, source?.ip, path])).toEqual([
      [[1, 5], '10.0.0.1', '/a'],
      [[6, 10], '10.0.0.2', '/b'],
      [[11, 11], undefined, undefined],
    ]);
  });

  it('a dry run decides nothing and leaves the question to the enforced rules', () => {
    const { records } = readText(
      line(1, 'rbac', asks('10.0.0.1')) +
        line(1, 'rbac', 'shadow denied, matched policy istio-ext-authz-ns[a]-policy[b]-rule[0]') +
        line(1, 'rbac', 'enforced allowed, matched policy none'),
    );
    expect(records.map(({ decision, source }) => [decision, source?.ip])).toEqual([
      ['none', '10.0.0.1'],
      ['allow', '10.0.0.1'],
    ]);
  });

  it('reads a local reply alone, and no reply for another reason', () => {
    const { records } = readText(
      line(4, 'http', '[C1][S2] Sending local reply with details rbac_access_denied') +
        line(4, 'http', '[C1][S3] Sending local reply with details no_healthy_upstream'),
    );
    expect(records).toEqual([
      {
        lines: [1, 1],
        dialect: 'envoy-local-reply',
        decision: 'deny',
        time: '2026-01-02T03:04:05.000006Z',
        reason: 'rbac_access_denied',
      },
    ]);
  });

  it('reads --log_as_json', () => {
    const message = asks('10.0.0.1').replace(
      'dynamicMetadata',
      "headers: ':path', '/a'\n':method', 'PUT'\n, dynamicMetadata",
    );
    const json = (msg: string): string =>
      `${JSON.stringify({ level: 'debug', time: '2026-01-02T03:04:05Z', scope: 'envoy rbac', msg, thread: '7' })}\n`;
    expect(readText(json(message) + json('enforced denied, matched policy none')).records).toMatchObject([
      { lines: [1, 2], decision: 'deny', source: { ip: '10.0.0.1', port: 4000 }, method: 'PUT', path: '/a' },
    ]);
  });
});

describe("Envoy's access log", () => {
  it('reads the text of Istio, brackets and all', () => {
    // A request refused at a gateway, in a published course on Istio; names and addresses changed.
    const { records } = readText(
      `[2026-10-09T11:12:59.536Z] "GET /api/v1/products?key=s3cret HTTP/1.1" 403 - rbac_access_denied_matched_policy[ns[ingress]-policy[office-only]-rule[0]] - "-" 0 19 0 - "10.1.2.3,10.244.0.18" "curl/8.7.1" "12a6498f" "fleet.example.com" "-" outbound|9080||bridge.fleet.svc.cluster.local - 127.0.0.1:80 10.1.2.3:0 - -\n`,
    );
    expect(records).toEqual([
      {
        lines: [1, 1],
        dialect: 'envoy-access',
        decision: 'deny',
        time: '2026-10-09T11:12:59.536Z',
        source: { ip: '10.1.2.3' },
        destination: { ip: '127.0.0.1', port: 80 },
        method: 'GET',
        path: '/api/v1/products',
        status: 403,
        policy: { kind: 'AuthorizationPolicy', namespace: 'ingress', name: 'office-only', rule: '0' },
        reason: 'rbac_access_denied_matched_policy[ns[ingress]-policy[office-only]-rule[0]]',
      },
    ]);
  });

  it('hides sessions in a path, and who logs in by a URL', () => {
    const path = (asked: string): string | undefined =>
      readText(
        `[2026-01-02T03:04:05.123Z] "GET ${asked} HTTP/1.1" 403 - rbac_access_denied_matched_policy[none] - "-" 0 19 0 -\n`,
      ).records[0]?.path;
    expect(path('/a;jsessionid=0A1B;v=2/b?c=d')).toBe('/a;jsessionid=[hidden];v=2/b');
    expect(path('https://me:secret@shop.example/a')).toBe('https://[hidden]@shop.example/a');
    expect(path('/a;inside=1/me@b')).toBe('/a;inside=1/me@b');
  });

  it('reads a TCP connection, where the details stand one field later', () => {
    // The form of istio.io's page on TCP authorization, addresses made up.
    const { records } = readText(
      `[2026-01-02T03:04:05.000Z] "- - -" 0 - - rbac_access_denied_matched_policy[none] "-" 85 0 1 - "-" "-" "-" "-" "-" inbound|9000|| - 10.0.0.9:9000 10.0.0.5:40000 outbound_.9000_._.tcp-echo.foo.svc.cluster.local -\n`,
    );
    expect(records).toMatchObject([
      {
        decision: 'deny',
        direction: 'ingress',
        source: { ip: '10.0.0.5', port: 40000 },
        destination: { ip: '10.0.0.9', port: 9000 },
      },
    ]);
    expect(records[0]).not.toHaveProperty('status');
    expect(records[0]).not.toHaveProperty('method');
  });

  it('tells the answers of servers apart, and takes what a cut line still states', () => {
    const whole = `[2025-07-22T17:55:52.085Z] "GET / HTTP/1.1" 403 - rbac_access_denied_matched_policy[none] - "-" 0 19 0 - "10.244.1.1" "curl/8.14.1" "020e467a" "172.18.10.10" "-" inbound|80|| - 10.244.1.9:80 10.244.1.1:0 outbound_.80_._.nginx-svc.default.svc.cluster.local default`;
    expect(
      readText(whole.replace('rbac_access_denied_matched_policy[none]', 'via_upstream')).records,
    ).toEqual([]);
    const cut = readText(whole.slice(0, whole.indexOf('10.244.1.9:80') + 11)).records;
    expect(cut).toMatchObject([{ decision: 'deny', status: 403, path: '/' }]);
    expect(cut[0]).not.toHaveProperty('destination');
    const half = readText(whole.slice(0, whole.indexOf('none')) + 'ns[shop]-pol').records;
    expect(half).toMatchObject([{ decision: 'deny', status: 403 }]);
    expect(half[0]).not.toHaveProperty('policy');
  });

  it('reads JSON', () => {
    const line = {
      response_code: 403,
      response_code_details: 'rbac_access_denied_matched_policy[ns[a]-policy[b]-rule[1]]',
      connection_termination_details: null,
      upstream_cluster: 'inbound-vip|80|http|web.shop.svc.cluster.local;',
      downstream_local_address: '10.96.0.7:80',
      downstream_remote_address: 'envoy://internal_client_address/',
      method: 'POST',
      path: '/pay',
      start_time: '2026-01-02T03:04:05.000Z',
    };
    expect(readText(JSON.stringify(line)).records).toEqual([
      {
        lines: [1, 1],
        dialect: 'envoy-access-json',
        decision: 'deny',
        time: '2026-01-02T03:04:05.000Z',
        destination: { ip: '10.96.0.7', port: 80, service: 'web.shop.svc.cluster.local' },
        direction: 'ingress',
        method: 'POST',
        path: '/pay',
        status: 403,
        policy: { kind: 'AuthorizationPolicy', namespace: 'a', name: 'b', rule: '1' },
        reason: 'rbac_access_denied_matched_policy[ns[a]-policy[b]-rule[1]]',
      },
    ]);
  });
});
