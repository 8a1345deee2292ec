import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { recorder } from '../../test/support/terminal.ts';
import { namespace, pod } from '../../test/support/text-cluster.ts';
import { run } from './run.ts';

const cwd = mkdtempSync(join(tmpdir(), 'debug-tests-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const onlyHealth = JSON.stringify({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { namespace: 'shop', name: 'only-health' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    rules: [{ to: [{ operation: { paths: ['/health'] } }] }],
  },
});
const shop = [
  namespace('shop', { 'istio-injection': 'enabled' }),
  pod('shop/front', { ip: '10.0.0.5', ports: ['http=8080'] }),
  pod('shop/web', { ip: '10.0.0.9', ports: ['http=8080'] }),
  onlyHealth,
];
writeFileSync(join(cwd, 'shop.yaml'), `${shop.join('\n---\n')}\n`);
writeFileSync(
  join(cwd, 'shop.portcullis-test.yaml'),
  `apiVersion: portcullis.dev/v1alpha1
kind: Test
tests:
  - name: no secrets
    from: shop/front
    to: shop/web:8080
    request: { method: GET, path: /secret }
    expect: deny
`,
);

function lineOf(path: string): string {
  return `[2026-11-22T01:00:00.123Z] "GET ${path} HTTP/1.1" 403 - rbac_access_denied_matched_policy[none] - "-" 0 19 0 - "-" "curl" "id" "web" "-" inbound|8080|| - 10.0.0.9:8080 10.0.0.5:40000 - default\n`;
}

it('takes a denial for right by a test of its own request, and not of another one', async () => {
  const log = lineOf('/a') + lineOf('/secret');
  const terminal = recorder({ cwd, readInput: async () => Buffer.from(log) });
  await run(['debug', '-f', '.', '-o', 'json'], terminal);
  const { denials } = JSON.parse(terminal.out) as { denials: readonly { right?: { name?: string } }[] };
  expect(denials.map(({ right }) => right?.name)).toEqual([undefined, 'no secrets']);
});
