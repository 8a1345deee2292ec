import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Recorded, recorder } from '../../test/support/terminal.ts';
import { run } from './run.ts';

const cwd = mkdtempSync(join(tmpdir(), 'portcullis-authz-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const policies = {
  'ns[np-test-2]-policy[deny-all-ingress-using-authorizationpolicy]-rule[0]': {},
};
const rbac = {
  name: 'envoy.filters.network.rbac',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC',
    rules: { action: 'DENY', policies },
  },
};
const dump = JSON.stringify({
  configs: [
    {
      '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
      dynamic_listeners: [{ active_state: { listener: { filter_chains: [{ filters: [rbac] }] } } }],
    },
  ],
});
const table =
  'ACTION   AuthorizationPolicy                                    RULES\n' +
  'DENY     deny-all-ingress-using-authorizationpolicy.np-test-2   1\n';

async function check(words: string, terminal: Recorded = recorder({ cwd })): Promise<unknown> {
  const code = await run(['authz', 'check', ...words.split(' ').filter(Boolean)], terminal);
  return { out: terminal.out, err: terminal.err, code };
}

test('of a saved config dump, from a file or from standard input', async () => {
  writeFileSync(join(cwd, 'dump.json'), dump);
  const expected = { out: table, err: '', code: 0 };
  expect(await check('-f dump.json')).toEqual(expected);
  expect(await check('--file=dump.json ignored.shop')).toEqual(expected);
  const readInput = async (): Promise<Uint8Array> => new TextEncoder().encode(dump);
  expect(await check('-f -', recorder({ cwd, readInput }))).toEqual(expected);
});

writeFileSync(join(cwd, 'broken.json'), '{"configs": [');

test.each([
  [
    '-f gone.json',
    'failed to get config dump from file gone.json: open gone.json: no such file or directory',
  ],
  ['-f gone', 'failed to get config dump from file gone: open gone: no such file or directory'],
  [
    '-f broken.json',
    'failed to get config dump from file broken.json: failed to unmarshal proxy config: proto: unexpected EOF',
  ],
  ['', 'expecting pod name or config dump, found: 0'],
  ['--proxy-admin-port 0', 'port number 0 must be in the range 1..65535'],
])('what cannot be read, in the words of istioctl: %s', async (words, said) => {
  expect(await check(words)).toEqual({ out: '', err: `Error: ${said}\n`, code: 1 });
});

describe('of manifests', () => {
  writeFileSync(
    join(cwd, 'shop.yaml'),
    `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations: {sidecar.istio.io/componentLogLevel: "rbac:debug"}
    spec: {containers: [{name: web, image: web}]}
---
apiVersion: v1
kind: Pod
metadata: {name: bare, namespace: plain}
spec: {containers: [{name: bare, image: bare}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: front, namespace: shop}
spec: {rules: [{to: [{operation: {methods: [GET]}}]}, {to: [{operation: {methods: [HEAD]}}]}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: no-deletes, namespace: shop}
spec: {action: DENY, rules: [{to: [{operation: {methods: [DELETE], ports: ["80"]}}]}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: other, namespace: shop}
spec: {selector: {matchLabels: {app: other}}}
`,
  );
  const expected = {
    out:
      'ACTION   AuthorizationPolicy         RULES\n' +
      'DENY     no-deletes.shop             1\n' +
      // What Istio makes, for TCP, of ALLOW rules that only HTTP can match.
      'ALLOW    _anonymous_match_nothing_   1\n' +
      'ALLOW    front.shop                  2\n',
    err: '',
    code: 0,
  };

  test.each([
    'deploy/web.shop',
    'deploy/web -n shop',
    'web.shop',
    'shop/web',
    'shop/deploy/web',
    'svc/web.shop',
    'deployments.apps/web.shop',
  ])('what the proxy of %s would enforce', async (pod) => {
    expect(await check(`-f shop.yaml ${pod}`)).toEqual(expected);
  });

  test('from standard input and from a directory, and no sidecar is told of', async () => {
    const readInput = async (): Promise<Uint8Array> => readFileSync(join(cwd, 'shop.yaml'));
    expect(await check('-f - shop/web', recorder({ cwd, readInput }))).toEqual(expected);
    expect(await check('-f shop.yaml bare.plain')).toEqual({
      out: 'ACTION   AuthorizationPolicy   RULES\n',
      err: expect.stringContaining('note: plain/bare has no sidecar'),
      code: 0,
    });
  });

  test.each([
    ['-f shop.yaml', 64, 'say whose proxy'],
    ['-f .', 64, 'say whose proxy'],
    ['-f shop.yaml wep.shop', 65, 'no pod or workload shop/wep in the manifests'],
    ['-f shop.yaml svc/wep.shop', 65, 'no Service shop/wep in the manifests'],
    ['-f gone.yaml web.shop', 65, 'gone.yaml'],
  ])('refuses %s', async (words, code, said) => {
    expect(await check(words)).toEqual({ out: '', err: expect.stringContaining(said), code });
  });

  test('proxy-config log prints how the sidecar starts, and what --level would make of it', async () => {
    const log = async (words: string): Promise<Recorded & { code: number }> => {
      const terminal = recorder({ cwd });
      const code = await run(['proxy-config', 'log', ...words.split(' ')], terminal);
      return { ...terminal, code };
    };
    const { out, err, code } = await log('-f shop.yaml deploy/web.shop');
    expect({ err, code }).toEqual({ err: expect.stringContaining('no proxy is asked'), code: 0 });
    expect(out).toMatch(/^\S+\.shop:\nactive loggers:\n {2}a2a: warning\n/);
    expect(out).toContain('\n  rbac: debug\n');
    expect(await log('-f shop.yaml deploy/web.shop -o short')).toMatchObject({ out, code: 0 });
    expect((await log('-f shop.yaml -l app=web -n shop --level jwt:info')).out).toContain('\n  jwt: info\n');
    expect(await log('-f dump.json web.shop')).toMatchObject({ out: '', code: 64 });
    expect(await log('-f shop.yaml web.shop --level loud')).toMatchObject({ out: '', code: 1 });
  });
});

test.each(['web.shop', '-f shop.yaml deploy/web.shop', '-f dump.json web.shop'])(
  'proxy-config log %s refuses formats as istioctl does',
  async (words) => {
    const terminal = recorder({ cwd });
    const code = await run(['proxy-config', 'log', ...words.split(' '), '-o', 'json'], terminal);
    const err = 'Error: --output is not applicable for this command\n';
    expect({ out: terminal.out, err: terminal.err, code }).toEqual({ out: '', err, code: 1 });
  },
);

test('a flag that there is not, and a pod without a lab of that name', async () => {
  expect(await check('--nope')).toMatchObject({ out: '', code: 64 });
  expect(await check('web --name no-such-lab')).toMatchObject({
    err: expect.stringContaining('no lab is called no-such-lab'),
    code: 65,
  });
});
