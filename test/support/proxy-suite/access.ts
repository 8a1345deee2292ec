import { expect, it } from 'vitest';
import type { TestMesh } from '../proxy-mesh.ts';

/** The access log in Istio's default format, and Envoy's admin interface in the pod. */
export function accessPart(ask: () => TestMesh): void {
  const admin = (path: string, ...args: string[]): Promise<string> =>
    ask().curl('side/web', `http://127.0.0.1:15000${path}`, ...args);

  it('each request is in the access log of both ends under one number', async () => {
    const args = ['-A', 'tester', '-H', 'X-Forwarded-For: 192.0.2.1'];
    const request = /"GET \/x\?y /;
    let out = '';
    const into = await ask().logOf('side/web', request, async () => {
      const get = () => ask().get('side/client', 'http://web.side/x?y', ...args);
      out = await ask().logOf('side/client', request, get);
    });
    const tail =
      /^\[[^\]]+Z\] "GET \/x\?y HTTP\/1\.1" 200 - via_upstream - "-" 0 \d+ \d+ \d+ "192\.0\.2\.1" "tester" "([0-9a-f-]{36})" "web\.side" "(\S+):80" (.*)$/m;
    const [, id, host, rest] = tail.exec(out)!;
    const [, id2, host2, rest2] = tail.exec(into)!;
    expect([id2, host2]).toEqual([id, host]);
    const { address } = ask().pod('side/client');
    expect(rest).toMatch(
      new RegExp(
        `^outbound\\|80\\|\\|web\\.side\\.svc\\.cluster\\.local ${address}:\\d+ ${ask().address('side/web')}:80 192\\.0\\.2\\.1:0 - default$`,
      ),
    );
    expect(rest2).toMatch(
      new RegExp(
        `^inbound\\|80\\|\\| 127\\.0\\.0\\.6:\\d+ ${host}:80 192\\.0\\.2\\.1:0 outbound_\\.80_\\._\\.web\\.side\\.svc\\.cluster\\.local default$`,
      ),
    );
  });

  it("a connection of bytes is logged with the proxy's own end of it", async () => {
    const { address } = ask().pod('side/client');
    for (const service of ['side/web', 'plain/web']) {
      const talk = () => ask().talk('side/client', ask().address(service), 9000, 'ping\n', 200);
      expect(await ask().logOf('side/client', /"- - -"/, talk)).toMatch(
        new RegExp(`" outbound\\|9000\\|\\|web\\.\\w+\\.svc\\.cluster\\.local ${address}:\\d+ `),
      );
    }
  });

  it("what the RBAC filters look at has the client's certificate", async () => {
    const policy = {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { namespace: 'side', name: 'seen' },
      spec: { rules: [{}] },
    };
    await ask().apply([policy]);
    let certificate = '';
    const log = await ask().logOf('side/web', /enforced allowed/, async () => {
      const { headers } = JSON.parse(await ask().get('side/client', 'http://web.side/')) as {
        readonly headers: readonly string[];
      };
      certificate = headers[headers.indexOf('x-forwarded-client-cert') + 1]!;
    });
    expect(certificate).toMatch(/;Hash=[0-9a-f]{64};/);
    // Envoy prints quotes of a header's value as they are, or escaped.
    expect(log.replaceAll('\\"', '"')).toContain(`'x-forwarded-client-cert', '${certificate}'`);
    await ask().apply([]);
  });

  it('loggers are listed and set', async () => {
    const listed = await admin('/logging', '-X', 'POST');
    expect(listed).toMatch(/^active loggers:\n {2}\w+: warning\n/);
    expect(listed).toContain('\n  rbac: debug\n');
    expect(await admin('/logging?rbac=info', '-X', 'POST')).toContain('\n  rbac: info\n');
    expect(await admin('/logging?level=error', '-X', 'POST')).toContain('\n  rbac: error\n');
    expect(await admin('/logging?level=warning', '-X', 'POST')).toContain('\n  misc: warning\n');
    expect(await admin('/logging?rbac=debug', '-X', 'POST')).toContain('\n  rbac: debug\n');
    expect(await admin('/logging?rbac=trace')).toBe('Method GET not allowed, POST required.');
    expect(await admin('/logging', '-X', 'POST')).toContain('\n  rbac: debug\n');
    expect(await admin('/logging?nobody=debug', '-X', 'POST', '-o', '/dev/null', '-w', '%{http_code}')).toBe(
      '400',
    );
  });

  it('readiness, certificates and statistics are told', async () => {
    expect(await admin('/ready')).toBe('LIVE\n');
    expect(await admin('/certs')).toContain('spiffe://cluster.local/ns/side/sa/web');
    expect(await admin('/stats')).toMatch(/: \d+\n/);
    expect(await admin('/server_info')).toContain('"state": "LIVE"');
    const { address } = ask().pod('side/web');
    const code = ['-o', '/dev/null', '-w', '%{http_code}'];
    expect(await ask().curl('plain/client', ...code, `http://${address}:15021/healthz/ready`)).toBe('200');
    expect(await ask().curl('plain/client', `http://${address}:15090/stats/prometheus`)).toContain(
      '# TYPE envoy_',
    );
    expect(await ask().curl('plain/client', ...code, `http://${address}:15020/stats/prometheus`)).toBe('200');
    expect(await ask().curl('plain/client', ...code, `http://${address}:15000/ready`)).not.toBe('200');
  });

  it('the configuration names the policies that are in force', async () => {
    const rule = {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { namespace: 'side', name: 'seen' },
      spec: { action: 'DENY', rules: [{ from: [{ source: { namespaces: ['x'] } }] }] },
    };
    await ask().apply([rule]);
    expect(await admin('/config_dump')).toContain('ns[side]-policy[seen]-rule[0]');
    await ask().apply([]);
  });
}
