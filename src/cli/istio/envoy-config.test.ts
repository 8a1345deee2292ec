import { expect, test } from 'vitest';
import { temporaryTree } from '../../../test/support/temporary-tree.ts';
import { recorder } from '../../../test/support/terminal.ts';
import { readDocuments, toPlainValue } from '../../yaml/index.ts';
import { run } from '../run.ts';

const manifests = `
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
    metadata: {labels: {app: web}}
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
metadata: {name: deny-all, namespace: shop}
spec: {}
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: tokens, namespace: shop}
spec: {jwtRules: [{issuer: me, jwksUri: "https://me.example/keys"}]}
`;

async function envoyConfig(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const terminal = recorder({ cwd: temporaryTree({ 'all.yaml': manifests }) });
  const code = await run(['istio', 'envoy-config', '-f', 'all.yaml', ...args], terminal);
  return { code, out: terminal.out, err: terminal.err };
}

test("prints the listener of a workload's sidecar, in YAML and JSON alike", async () => {
  const { code, out, err } = await envoyConfig('shop/web');
  expect(code).toBe(0);
  expect(err).toContain('jwksUri');
  expect(out).toContain('not-fetched');
  expect(out).toMatch(/^name: virtualInbound\n/);
  expect(out).toContain('ns[shop]-policy[deny-all]-rule[0]');
  const json = await envoyConfig('shop/deploy/web', '-o', 'json');
  const [document] = readDocuments(out);
  expect(JSON.parse(json.out)).toEqual(toPlainValue(document!.root!));
});

test('says so where a pod has no sidecar', async () => {
  const { code, err } = await envoyConfig('plain/bare');
  expect(code).toBe(0);
  expect(err).toContain('plain/bare has no sidecar');
});

test('refuses what is no pod, with what is nearest', async () => {
  expect(await envoyConfig('shop/wep')).toMatchObject({
    code: 65,
    out: '',
    err: expect.stringContaining('shop/'),
  });
  expect(await envoyConfig('shop/web:80')).toMatchObject({ code: 64, out: '' });
  expect(await envoyConfig('10.9.9.9')).toMatchObject({ code: 65, out: '' });
  expect(await envoyConfig('shop/svc/web')).toMatchObject({ code: 64, out: '' });
});
