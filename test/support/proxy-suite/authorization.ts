import { afterAll, expect, it } from 'vitest';
import type { TestMesh } from '../proxy-mesh.ts';
import { object, readAnswer } from './objects.ts';

const denied = 'RBAC: access denied';

function policy(
  at: string,
  action: string,
  rules: readonly object[],
  annotations?: Readonly<Record<string, string>>,
): object {
  return object('AuthorizationPolicy', at, { action, rules }, annotations);
}

function meshConfig(mesh: string): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'istio-system', name: 'istio' },
    data: { mesh },
  };
}

/** AuthorizationPolicies: who is let in, what the others see, and what the proxy logs. */
export function authorizationPart(ask: () => TestMesh): void {
  afterAll(() => ask().apply([]));

  /** The access log of one request or connection, which is written when it is over. */
  const over = /^\[\S+Z\] "/;
  const logOf = (at: string, action: () => Promise<unknown>): Promise<string> =>
    ask().logOf(at, over, action);

  it.each(['side/client', 'plain/client'])('DENY answers %s with 403', async (from) => {
    await ask().apply([policy('side/no', 'DENY', [{}])]);
    const log = await logOf('side/web', async () => {
      const { status, body, head } = readAnswer(await ask().get(from, 'http://web.side/', '-i'));
      expect([status, body]).toEqual([403, denied]);
      expect(head).toContain('content-length: 19');
      expect(head).toContain('content-type: text/plain');
    });
    expect(log).toMatch(
      /\tdebug\tenvoy rbac \S+rbac_filter\.cc:\d+\tenforced denied, matched policy ns\[side\]-policy\[no\]-rule\[0\]\tthread=\d+/,
    );
    expect(log).toMatch(
      /" 403 - rbac_access_denied_matched_policy\[ns\[side\]-policy\[no\]-rule\[0\]\] - "-" 0 19 \d+ - /,
    );
  });

  it('only the server logs a denial; the caller has it from upstream', async () => {
    await ask().apply([policy('side/no', 'DENY', [{}])]);
    const log = await logOf('side/client', () => ask().get('side/client', 'http://web.side/'));
    expect(log).not.toContain('denied');
    expect(log).toMatch(/" 403 - via_upstream - /);
  });

  it('ALLOW tells identities apart', async () => {
    await ask().apply([
      policy('side/some', 'ALLOW', [
        { from: [{ source: { principals: ['cluster.local/ns/side/sa/client'] } }] },
      ]),
    ]);
    expect(readAnswer(await ask().get('side/client', 'http://web.side/', '-i')).status).toBe(200);
    const log = await logOf('side/web', async () => {
      expect(readAnswer(await ask().get('plain/client', 'http://web.side/', '-i')).status).toBe(403);
    });
    expect(log).toContain('enforced denied, matched policy none');
    expect(log).toContain('ssl: none');
  });

  it.each([
    ['/admin', 403],
    ['/x/../admin', 403],
    ['/%61dmin', 403],
    ['/admin?x', 403],
    ['/admin/', 200],
    ['/Admin', 200],
  ])('paths are judged and passed on as they are after normalization: %s', async (path, status) => {
    await ask().apply([policy('side/paths', 'DENY', [{ to: [{ operation: { paths: ['/admin'] } }] }])]);
    expect(
      readAnswer(await ask().get('plain/client', `http://web.side${path}`, '-i', '--path-as-is')).status,
    ).toBe(status);
    expect(
      readAnswer(await ask().get('side/client', `http://web.side${path}`, '-i', '--path-as-is')).status,
    ).toBe(status);
  });

  it('headers, methods, hosts and ports are those of the real request', async () => {
    await ask().apply([
      policy('side/real', 'ALLOW', [
        {
          to: [{ operation: { methods: ['POST'], hosts: ['web.side'], ports: ['80'] } }],
          when: [{ key: 'request.headers[x-team]', values: ['a*'] }],
        },
      ]),
    ]);
    const status = async (...args: string[]): Promise<number> =>
      readAnswer(await ask().get('side/client', 'http://web.side/', '-i', ...args)).status;
    expect(await status('-X', 'POST', '-H', 'X-Team: abc')).toBe(200);
    expect(await status('-X', 'POST', '-H', 'X-Team: b', '-H', 'X-Team: abc')).toBe(200);
    expect(await status('-X', 'POST', '-H', 'X-Team: b')).toBe(403);
    expect(await status('-H', 'X-Team: abc')).toBe(403);
  });

  it('source addresses are those of the pods', async () => {
    const ipBlocks = [ask().pod('plain/client').address];
    await ask().apply([policy('side/from', 'DENY', [{ from: [{ source: { ipBlocks } }] }])]);
    expect(readAnswer(await ask().get('plain/client', 'http://web.side/', '-i')).status).toBe(403);
    expect(readAnswer(await ask().get('side/client', 'http://web.side/', '-i')).status).toBe(200);
  });

  it.each(['side/client', 'plain/client'])(
    'a connection of bytes from %s is closed at its first byte',
    async (from) => {
      await ask().apply([policy('side/no', 'DENY', [{ to: [{ operation: { ports: ['9000', '3306'] } }] }])]);
      const log = await logOf('side/web', async () => {
        const { heard, end } = await ask().talk(from, ask().address('side/web'), 9000, 'ping\n');
        expect(heard).toBe('');
        expect(end).not.toBe('open');
      });
      expect(log).toContain('checking connection: requestedServerName: ');
      expect(log).toContain('enforced denied, matched policy ns[side]-policy[no]-rule[0]');
      expect(log).toMatch(
        /"- - -" 0 - - rbac_access_denied_matched_policy\[ns\[side\]-policy\[no\]-rule\[0\]\] "-" 5 0 /,
      );
    },
  );

  it('a server that speaks first is heard before that', async () => {
    await ask().apply([policy('side/no', 'DENY', [{ to: [{ operation: { ports: ['3306'] } }] }])]);
    const { heard, end } = await ask().talk('side/client', ask().address('side/web'), 3306, '');
    expect([heard, end]).toEqual(['hello from side/web\n', 'open']);
  });

  it('a dry run only tells', async () => {
    await ask().apply([policy('side/dry', 'DENY', [{}], { 'istio.io/dry-run': 'true' })]);
    const log = await logOf('side/web', async () => {
      expect(readAnswer(await ask().get('side/client', 'http://web.side/', '-i')).status).toBe(200);
    });
    expect(log).toContain('shadow denied, matched policy ns[side]-policy[dry]-rule[0]');
    expect(log).not.toContain('enforced denied');
  });

  it('AUDIT takes note', async () => {
    await ask().apply([policy('side/audit', 'AUDIT', [{}])]);
    const log = await logOf('side/web', async () => {
      expect(readAnswer(await ask().get('side/client', 'http://web.side/', '-i')).status).toBe(200);
    });
    expect(log).toContain('enforced allowed, matched policy ns[side]-policy[audit]-rule[0]');
  });

  it('CUSTOM without an authorizer denies what it matches', async () => {
    const custom = object('AuthorizationPolicy', 'side/ask', {
      action: 'CUSTOM',
      provider: { name: 'nobody' },
      rules: [{ to: [{ operation: { paths: ['/ask'] } }] }],
    });
    await ask().apply([meshConfig('extensionProviders: []'), custom]);
    const log = await logOf('side/web', async () => {
      const { status, body } = readAnswer(await ask().get('side/client', 'http://web.side/ask', '-i'));
      expect([status, body]).toEqual([403, denied]);
    });
    expect(log).toContain('-deny-due-to-bad-CUSTOM-action');
    expect(readAnswer(await ask().get('side/client', 'http://web.side/', '-i')).status).toBe(200);
  });

  it('CUSTOM whose authorizer nobody can ask is answered as one that cannot be reached', async () => {
    const service = 'ext.auth.svc.cluster.local';
    const provider = `{ name: ext, envoyExtAuthzHttp: { service: ${service}, port: 8000 } }`;
    await ask().apply([
      meshConfig(`extensionProviders: [${provider}]`),
      object('AuthorizationPolicy', 'side/ask', { action: 'CUSTOM', provider: { name: 'ext' }, rules: [{}] }),
    ]);
    const log = await logOf('side/web', async () => {
      expect(readAnswer(await ask().get('side/client', 'http://web.side/', '-i'))).toMatchObject({
        status: 403,
        body: '',
      });
    });
    expect(log).toContain('" 403 UAEX ext_authz_error ');
  });

  it('a gRPC client gets its own kind of denial', async () => {
    await ask().apply([policy('side/no', 'DENY', [{}])]);
    const args = ['-i', '--http2-prior-knowledge', '-H', 'content-type: application/grpc', '-X', 'POST'];
    const text = await ask().get('plain/client', 'http://web.side:7000/x', ...args);
    expect(text).toMatch(/^HTTP\/2 200/);
    expect(text).toContain('grpc-status: 7');
    expect(text).toContain('grpc-message: RBAC: access denied');
  });

  it('a policy that goes is gone at once', async () => {
    await ask().apply([]);
    expect(readAnswer(await ask().get('side/client', 'http://web.side/', '-i')).status).toBe(200);
  });
}
