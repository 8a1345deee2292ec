import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { recorder } from '../../test/support/terminal.ts';
import { namespace, pod, service } from '../../test/support/text-cluster.ts';
import { run } from './run.ts';

const cwd = mkdtempSync(join(tmpdir(), 'debug-stale-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function authorization(name: string, spec: object): string {
  return JSON.stringify({
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { namespace: 'shop', name },
    spec,
  });
}

const shop = [
  namespace('shop', { 'istio-injection': 'enabled' }),
  pod('shop/front', { ip: '10.0.0.5', ports: ['http=8080'] }),
  pod('shop/web', { ip: '10.0.0.9', ports: ['http=8080'] }),
  service('shop/web', 80, 8080, { ports: [{ name: 'http', port: 80, targetPort: 8080 }] }),
  authorization('only-jobs', {
    rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/jobs'] } }] }],
  }),
];
writeFileSync(join(cwd, 'shop.yaml'), `${shop.join('\n---\n')}\n`);

function lineOf(policy: string): string {
  return `[2026-11-22T01:00:00.123Z] "GET /x HTTP/1.1" 403 - rbac_access_denied_matched_policy[${policy}] - "-" 0 19 0 - "-" "curl" "id" "web" "-" inbound|8080|| - 10.0.0.9:8080 10.0.0.5:40000 - default\n`;
}

async function debug(log: string, ...args: string[]): Promise<string> {
  const terminal = recorder({ cwd, readInput: async () => Buffer.from(log) });
  await run(['debug', '-f', 'shop.yaml', ...args], terminal);
  return terminal.out;
}

const gone = lineOf('ns[shop]-policy[gone]-rule[0]');
const caution =
  'the log names AuthorizationPolicy shop/gone rule 0, which is not in the manifests, and in the cluster it would still deny this';

describe('a denial by a policy that the manifests lack', () => {
  it('is first one of stale manifests, whatever else denies it in them', async () => {
    const words = (await debug(gone)).replace(/\s+/g, ' ');
    expect(words).toContain('which is not in the manifests: they are not what the cluster has');
    expect(words).toContain('Next: kubectl get authorizationpolicy gone -n shop -o yaml');
  });

  it('has no fix without a word of that policy', async () => {
    const text = (await debug(gone, '--fix')).replace(/\s+/g, ' ');
    expect(text).toContain(`Caution: ${caution}`);
    expect(text.indexOf('Caution')).toBeLessThan(text.indexOf('verified'));
    expect(await debug(gone, '--fix', '-o', 'markdown')).toContain(`**Caution:** ${caution}`);
    const json: unknown = JSON.parse(await debug(gone, '--fix', '-o', 'json'));
    expect(json).toMatchObject({
      denials: [
        {
          cause: { named: { kind: 'absent' } },
          fixes: [{ caution: expect.stringContaining(caution), fixes: [{ verified: true }, {}, {}, {}, {}] }],
        },
      ],
    });
  });

  it('is told from one that the manifests explain', async () => {
    const text = await debug(lineOf('none'), '--fix');
    expect(text).toContain('verified: the request gets through');
    expect(text).not.toContain('Caution');
    const json = await debug(lineOf('none'), '--fix', '-o', 'json');
    expect(json).not.toContain('caution');
  });
});

describe('a denial by default that the manifests do not have', () => {
  it.each([
    [
      'IngressDefaultRule K8sNetworkPolicy <nil> Ingress Drop <nil> shop/web 10.0.0.5 40000 10.0.0.9 8080 TCP 60 <nil>',
      'the log names a default deny by NetworkPolicy, which is not in them',
    ],
    [
      '|00004|acl_log(ovn_pinctrl0)|INFO|name="NP:shop:Ingress", verdict=drop, severity=alert, direction=to-lport: tcp,nw_src=10.0.0.5,nw_dst=10.0.0.9,tp_src=58496,tp_dst=8080,tcp_flags=syn',
      'the log names a default deny by NetworkPolicy in namespace shop, which is not in them',
    ],
  ])('is named so: %s', async (line, words) => {
    const time = line.startsWith('|') ? '2023-11-02T16:28:54.139Z' : '2023/01/02 03:04:05.123456 ';
    expect((await debug(`${time}${line}\n`)).replace(/\s+/g, ' ')).toContain(words);
  });
});
