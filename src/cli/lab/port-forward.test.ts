import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LabUser, withLabs } from '../../../test/support/lab-command.ts';
import {
  type ApiAddress,
  askThrough,
  type Carrier,
  connectForward,
  openPair,
  textOf,
} from '../../../test/support/spdy-client.ts';
import { findEnvoy } from '../../lab/index.ts';
import { findProgram } from './find-program.ts';

const manifests = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: nginx, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 8000, targetPort: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: nginx, image: nginx}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: no-deletes, namespace: shop}
spec: {action: DENY, rules: [{to: [{operation: {methods: [DELETE]}}]}]}
`;
const table = 'ACTION   AuthorizationPolicy   RULES\nDENY     no-deletes.shop       1\n';

const has = (program: string): boolean => findProgram(program, process.env) !== undefined;
const hasEnvoy = findEnvoy(process.env).usable !== undefined;
if (!has('istioctl')) {
  console.warn(
    'NOT CHECKED: istioctl itself against a lab (it is not on PATH); a client of the tests sends what it sends',
  );
}
if (!has('kubectl')) console.warn('NOT CHECKED: kubectl port-forward into a lab (kubectl is not on PATH)');
if (!hasEnvoy) console.warn("NOT CHECKED: port-forward to Envoy's admin port (there is no Envoy)");

withLabs(
  'port-forward into a lab',
  (user) => {
    describe('sidecars of its own', () => inLab(user, 'built-in'));
    describe.skipIf(!hasEnvoy)('Envoy', () => inLab(user, 'envoy'));
  },
  ['curl'],
);

function inLab({ portcullis, run }: LabUser, proxy: string): void {
  const name = `forward-${proxy}-${process.pid}`;
  let api: ApiAddress;
  let kubeconfig: string;
  let folder: string;

  beforeAll(async () => {
    const up = ['lab', 'up', '--name', name, '--proxy', proxy, '-f', '-'];
    expect(await portcullis(up, { input: manifests })).toMatchObject({ code: 0 });
    const { out } = await portcullis(['lab', 'status']);
    const path = new RegExp(`^${name} .* (/\\S+)$`, 'm').exec(out)![1]!;
    const text = (await run(['cat', path])).out;
    const field = (key: string): string => new RegExp(`${key}: "?([^\\s"]+)`).exec(text)![1]!;
    const caPem = Buffer.from(field('certificate-authority-data'), 'base64').toString();
    api = { server: field('server'), token: field('token'), caPem };
    // A lab of another user is not to be looked into, not even by root.
    folder = mkdtempSync(join(tmpdir(), 'portcullis-forward-'));
    chmodSync(folder, 0o755);
    kubeconfig = join(folder, 'config');
    writeFileSync(kubeconfig, text, { mode: 0o644 });
  }, 60_000);
  afterAll(async () => {
    await portcullis(['lab', 'down', '--name', name]);
    rmSync(folder, { recursive: true, force: true });
  });

  const path = '/api/v1/namespaces/shop/pods/web/portforward';
  const carriers: readonly Carrier[] = ['SPDY in a WebSocket', 'SPDY alone'];

  test.each(carriers)("what istioctl asks of the proxy's admin port, with %s", async (carrier) => {
    const client = await connectForward(api, path, carrier);
    const dump = await askThrough(client, 15000, 1, 'GET', '/config_dump');
    expect({ status: dump.status, error: dump.error }).toEqual({ status: 200, error: '' });
    expect(dump.body).toContain('ns[shop]-policy[no-deletes]-rule[0]');
    const loggers = await askThrough(client, 15000, 5, 'POST', '/logging?rbac=debug');
    expect(loggers).toMatchObject({ status: 200, body: expect.stringContaining('  rbac: debug\n') });
    client.close();
  });

  test.each(carriers)("the pod's own ports, and one on which nobody listens, with %s", async (carrier) => {
    const client = await connectForward(api, path, carrier);
    expect(await askThrough(client, 80, 1, 'GET', '/')).toMatchObject({ status: 200, error: '' });
    openPair(client, 4711, 5, 'closed');
    expect(await textOf(client, 5)).toMatch(
      /^error forwarding port 4711 to pod web, uid [\w-]+: failed to connect to localhost:4711 inside namespace "[\w-]+", IPv4: dial tcp4 127\.0\.0\.1:4711: connect: connection refused$/,
    );
    client.close();
  });

  test.skipIf(!has('kubectl')).each(['true', 'false'])(
    'kubectl port-forward to a pod, a Service and a Deployment; WebSockets: %s',
    async (webSockets) => {
      for (const [target, port] of [
        ['pod/web', 80],
        ['svc/web', 8000],
        ['deploy/api', 80],
      ] as const) {
        const { child, local } = await forward(kubeconfig, target, port, webSockets);
        expect((await run(['curl', '-sS', `http://127.0.0.1:${local}/`])).out).toContain('nginx');
        child.kill();
      }
    },
  );

  test.skipIf(!has('istioctl'))('istioctl itself', async () => {
    const istioctl = (words: string) =>
      run(['istioctl', ...words.split(' ')], { env: { KUBECONFIG: kubeconfig } });
    for (const pod of ['web.shop', 'svc/web.shop', 'deploy/api -n shop', 'deployments.apps/api.shop']) {
      expect(await istioctl(`x authz check ${pod}`)).toMatchObject({ out: table, code: 0 });
    }
    const loggers = await istioctl('proxy-config log -l app=web -n shop --level rbac:debug');
    expect(loggers.out).toMatch(/^web\.shop:\nactive loggers:\n(?: {2}.*\n)* {2}rbac: debug\n/);
    // The same, byte for byte, of what Portcullis answers in its place.
    for (const words of [
      'proxy-config log web.shop',
      'x authz check cj/none.shop',
      'x authz check sa/default.shop',
      'x authz check deploy/.shop',
    ]) {
      expect(await portcullis(['lab', 'istioctl', '--name', name, ...words.split(' ')])).toEqual(
        await istioctl(words),
      );
    }
  });
}

async function forward(
  kubeconfig: string,
  target: string,
  port: number,
  webSockets: string,
): Promise<{ readonly child: ChildProcess; readonly local: number }> {
  const child = spawn('kubectl', ['port-forward', '-n', 'shop', target, `:${port}`], {
    env: { ...process.env, KUBECONFIG: kubeconfig, KUBECTL_PORT_FORWARD_WEBSOCKETS: webSockets },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for (;;) {
    said += ((await once(child.stdout!, 'data')) as [Buffer])[0].toString();
    const found = /^Forwarding from 127\.0\.0\.1:(\d+)/m.exec(said)?.[1];
    if (found !== undefined) return { child, local: Number(found) };
  }
}
