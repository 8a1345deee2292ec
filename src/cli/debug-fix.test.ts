import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { recorder } from '../../test/support/terminal.ts';
import { run } from './run.ts';

const cwd = mkdtempSync(join(tmpdir(), 'debug-fix-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const sender = (name: string): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: front }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { serviceAccountName: ${name}, containers: [{ name: main, image: x }] }
`;
const manifests = `apiVersion: v1
kind: Namespace
metadata: { name: front, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Namespace
metadata: { name: back, labels: { istio-injection: enabled } }
${sender('web')}${sender('admin')}---
apiVersion: v1
kind: Pod
metadata: { name: api, namespace: back, labels: { app: api } }
spec: { containers: [{ name: main, image: x, ports: [{ containerPort: 8080 }] }] }
status: { podIP: 10.244.0.5 }
---
apiVersion: v1
kind: Service
metadata: { name: api, namespace: back }
spec: { selector: { app: api }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
`;
const policies = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: callers, namespace: back }
spec:
  rules:
    - to:
        - operation:
            methods: [GET]
`;
const post = `[2026-11-22T02:48:48.703Z] "POST /orders/17 HTTP/1.1" 403 - rbac_access_denied_matched_policy[none] - "-" 0 19 0 - "-" "curl/7.88.1" "676b4e00-b968-446c-b03b-d4711b04300c" "api.back" "-" inbound|8080|| - 10.244.0.5:8080 10.244.0.3:40094 outbound_.80_._.api.back.svc.cluster.local default
`;

beforeEach(() => {
  writeFileSync(join(cwd, 'apps.yaml'), manifests);
  writeFileSync(join(cwd, 'policies.yaml'), policies);
});

async function debug(log: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const terminal = recorder({ cwd, readInput: async () => Buffer.from(log) });
  const code = await run(['debug', '-f', '.', ...args], terminal);
  return { code, out: terminal.out, err: terminal.err };
}

/** As kube-router's NFLOG group prints it. */
const dropped = `Nov 22 02:48:49 node-1 DROP by policy back/api-in IN=veth1 OUT=veth2 MAC= SRC=10.244.0.4 DST=10.244.0.5 LEN=60 TOS=00 PREC=0x00 TTL=63 ID=61894 DF PROTO=TCP SPT=55194 DPT=8080 SEQ=1 ACK=0 WINDOW=64240 SYN URGP=0 MARK=0 \n`;
const closed = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api-in, namespace: back }
spec:
  podSelector: { matchLabels: { app: api } }
  policyTypes: [Ingress]
`;

describe('debug --fix of packets', () => {
  const callers = policies.replace('methods: [GET]', 'paths: [/orders/*]');

  beforeEach(() => writeFileSync(join(cwd, 'policies.yaml'), callers + closed));

  it('opens the network alone, and says what a proxy asks then', async () => {
    const { out } = await debug(dropped, '--fix', '--from', 'front/web');
    const text = out.replace(/\s+/g, ' ');
    expect(text).toContain('To allow the packets of front/web -> back/api TCP 8080 ');
    expect(text).toContain('verified: the packets get through; it allows nothing else');
    expect(text).toContain('the sidecar of back/api would deny GET /, a guess, by authorization/ALLOW');
    expect(text).toContain('--method and --path say what is sent');
    expect(out).toMatch(/^[+].*web/m);
    expect(out).not.toMatch(/^[+].*(?:methods|paths|principals)/m);
  });

  it('lets the request through that the flags say', async () => {
    const { out } = await debug(
      dropped,
      '--fix',
      '--from',
      'front/web',
      '--method',
      'POST',
      '--path',
      '/pay',
    );
    expect(out).toContain('POST /pay');
    expect(out).toMatch(/^[+].*[/]pay/m);
    expect(out).not.toContain('a guess');
    const open = await debug(dropped, '--fix', '--from', 'front/web', '--path', '/orders/1');
    expect(open.out).toContain('GET /orders/1');
    expect(open.out).not.toMatch(/^[+].*(?:methods|paths)/m);
  });
});

describe('flags that a log contradicts', () => {
  it('are told to be for what it leaves open', async () => {
    const { out } = await debug(post, '--path', '/zzz', '--from', 'front/web', '--port', '9090');
    expect(out).toContain('POST /orders/17');
    expect(out).toContain('the log states the path /orders/17: --path /zzz is for what it does not state');
    expect(out).toContain('the log states the port 8080: --port 9090');
    expect((await debug(post, '--method', 'POST')).out).not.toContain('the log states the method');
  });
});

function written(): string {
  return readFileSync(join(cwd, 'policies.yaml'), 'utf8');
}

describe('debug --fix of who was denied by a guess', () => {
  it('is shown with what would tell, and not written', async () => {
    const { out, err } = await debug(post, '--write');
    expect(out.replace(/\s+/g, ' ')).toContain('(kubectl get pods -A -o yaml)');
    expect(err).toMatch(
      /not written: front\/web -> back\/api: it may have been .*front\/admin.* --from says which/,
    );
    expect(written()).toBe(policies);
    expect((await debug(post, '--fix')).out).toContain('+++ b/policies.yaml');
    await debug(post, '--write', '--from', 'front/web');
    expect(written()).toContain('POST');
    const after = (await debug(post, '--from', 'front/web')).out;
    expect(after).toContain('? DENIED once, ALLOWED by the manifests  front/web -> back/api');
    expect(after.replace(/\s+/g, ' ')).toContain('it may be older than your last edit');
  });

  it('is none where the log is of other manifests', async () => {
    const others = post.replace('api.back.svc', 'orders.shop.svc').replace('10.244.0.5', '10.244.2.23');
    const { out } = await debug(others, '--write');
    expect(out.replace(/\s+/g, ' ')).toContain(
      'the server 10.244.2.23 is behind orders.shop.svc.cluster.local, whose namespace has no pods in the manifests: the log is not of these manifests',
    );
    expect(out).not.toContain('pods.yaml');
    expect(written()).toBe(policies);
  });
});
