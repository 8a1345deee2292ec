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
