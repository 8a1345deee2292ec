import { afterAll, expect, it } from 'vitest';
import type { TestMesh } from '../proxy-mesh.ts';
import { object } from './objects.ts';

/** What the proxies count, under Envoy's names as Istio configures them. */
export function statisticsPart(ask: () => TestMesh): void {
  afterAll(() => ask().apply([]));
  const admin = (at: string, path: string, ...args: string[]): Promise<string> =>
    ask().curl(at, `http://127.0.0.1:15000${path}`, ...args);

  /** How much each counter has grown over an action, of those that have. */
  const growthOf = async (at: string, action: () => Promise<unknown>): Promise<Record<string, number>> => {
    const before = await valuesOf(at);
    await action();
    const after = await valuesOf(at);
    return Object.fromEntries(
      [...after].flatMap(([name, value]) => {
        const more = value - (before.get(name) ?? 0);
        return more === 0 ? [] : [[name, more]];
      }),
    );
  };
  const valuesOf = async (at: string): Promise<Map<string, number>> => {
    const { stats } = JSON.parse(await admin(at, '/stats?format=json')) as {
      readonly stats: readonly { readonly name: string; readonly value: number }[];
    };
    return new Map(stats.map(({ name, value }) => [name, value]));
  };
  const policy = (
    name: string,
    action: string,
    path: string,
    annotations: Readonly<Record<string, string>> = {},
  ): object =>
    object(
      'AuthorizationPolicy',
      `side/${name}`,
      { action, rules: [{ to: [{ operation: { paths: [path] } }] }] },
      annotations,
    );
  const dryRun = { 'istio.io/dry-run': 'true' };

  it('requests by the RBAC filters of their port, enforced and dry-run', async () => {
    await ask().apply([
      policy('no', 'DENY', '/no'),
      policy('yes', 'ALLOW', '/yes'),
      policy('trial', 'DENY', '/yes', dryRun),
      policy('trial-allow', 'ALLOW', '/other', dryRun),
    ]);
    const get = (path: string) => () => ask().get('plain/client', `http://web.side${path}`);
    const prefix = 'http.inbound_0.0.0.0_80;.rbac.';
    expect(await growthOf('side/web', get('/yes'))).toMatchObject({
      [`${prefix}allowed`]: 2,
      [`${prefix}istio_dry_run_deny_.shadow_denied`]: 1,
      [`${prefix}istio_dry_run_allow_.shadow_denied`]: 1,
      'http.inbound_0.0.0.0_80;.downstream_rq_2xx': 1,
      'cluster.inbound|80||;.upstream_rq_200': 1,
    });
    const denied = await growthOf('side/web', get('/no'));
    expect(denied).toMatchObject({
      [`${prefix}denied`]: 1,
      'http.inbound_0.0.0.0_80;.downstream_rq_4xx': 1,
      'listener.0.0.0.0_15006.downstream_cx_total': 1,
    });
    expect(Object.keys(denied).filter((name) => name.startsWith('cluster.'))).toEqual([]);
    expect(await growthOf('side/web', get('/third'))).toMatchObject({
      [`${prefix}allowed`]: 1,
      [`${prefix}denied`]: 1,
    });
  });

  it('connections of bytes', async () => {
    await ask().apply([object('AuthorizationPolicy', 'side/no', { action: 'DENY', rules: [{}] })]);
    const talk = (): Promise<unknown> =>
      ask().talk('side/client', ask().address('side/web'), 9000, 'ping\n', 200);
    expect(await growthOf('side/web', talk)).toMatchObject({
      'tcp.rbac.denied': 1,
      'tcp.inbound|9000||.downstream_cx_total': 1,
      'listener.0.0.0.0_15006.ssl.handshake': 1,
    });
    await ask().apply([object('AuthorizationPolicy', 'side/yes', { rules: [{}] })]);
    expect(await growthOf('side/web', talk)).toMatchObject({ 'tcp.rbac.allowed': 1 });
    const cluster = 'cluster.outbound|9000||web.side.svc.cluster.local;';
    expect(await growthOf('side/client', talk)).toMatchObject({ [`${cluster}.upstream_cx_total`]: 1 });
    expect((await valuesOf('side/client')).get(`${cluster}.upstream_cx_active`)).toBe(0);
  });

  it("the caller's side, by the Service and what came back", async () => {
    await ask().apply([]);
    const cluster = 'cluster.outbound|80||web.side.svc.cluster.local;';
    const get = (url: string) => () => ask().get('side/client', url);
    expect(await growthOf('side/client', get('http://web.side/'))).toMatchObject({
      [`${cluster}.upstream_rq_200`]: 1,
      [`${cluster}.upstream_rq_2xx`]: 1,
      [`${cluster}.upstream_rq_total`]: 1,
      'http.outbound_0.0.0.0_80;.downstream_rq_2xx': 1,
      'listener.0.0.0.0_80.downstream_cx_total': 1,
    });
    const [empty, silent] = ['empty.side', 'silent.plain'].map(
      (host) => `cluster.outbound|80||${host}.svc.cluster.local;`,
    );
    expect(await growthOf('side/client', get('http://empty.side/'))).toMatchObject({
      [`${empty}.upstream_cx_none_healthy`]: 1,
      [`${empty}.upstream_rq_503`]: 1,
    });
    expect(await growthOf('side/client', get('http://silent.plain/'))).toMatchObject({
      [`${silent}.upstream_cx_connect_fail`]: 3,
      [`${silent}.upstream_rq_retry`]: 2,
      [`${silent}.upstream_rq_5xx`]: 1,
    });
  });

  it('are chosen by name, by use, and told in three formats', async () => {
    await ask().apply([policy('no', 'DENY', '/no')]);
    await ask().get('plain/client', 'http://web.side/no');
    expect(await admin('side/web', '/stats?filter=server.live')).toBe('server.live: 1\n');
    const rbac = await admin('side/web', '/stats?filter=%5Ehttp.inbound_.*_80;.*rbac%5C.(allowed|denied)$');
    expect(rbac).toMatch(
      /^http\.inbound_0\.0\.0\.0_80;\.rbac\.allowed: \d+\nhttp\.inbound_0\.0\.0\.0_80;\.rbac\.denied: \d+\n$/,
    );
    expect(await admin('side/web', '/stats?filter=(')).toMatch(/^Invalid re2 regex/);
    await admin('side/web', '/reset_counters', '-X', 'POST');
    expect(await admin('side/web', '/stats?filter=rbac.denied')).toContain('rbac.denied: 0\n');
    await ask().get('plain/client', 'http://web.side/no');
    const { address } = ask().pod('side/web');
    for (const port of [15020, 15090]) {
      const metrics = await ask().curl('plain/client', `http://${address}:${port}/stats/prometheus`);
      expect(metrics).toContain('# TYPE envoy_http_rbac counter\n');
      expect(metrics).toContain(
        'envoy_http_rbac{authz_enforce_result="denied",http_conn_manager_prefix="inbound_0.0.0.0_80"} 1\n',
      );
      expect(metrics).toContain('# TYPE envoy_server_live gauge\nenvoy_server_live{} 1\n');
    }
  });

  it('a pattern that never ends holds nothing up', async () => {
    const filter = encodeURIComponent('^(([a-z_0-9|;.]+)+)+!$');
    expect(await admin('side/web', `/stats?filter=${filter}`)).toMatch(/^(Invalid re2 regex)?$/);
  });
}
