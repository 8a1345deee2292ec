import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { recorder } from '../../test/support/terminal.ts';
import { debug as runDebug } from './debug-run.ts';
import { run } from './run.ts';

const scenarios = join(import.meta.dirname, '../../scenarios');
const cwd = mkdtempSync(join(tmpdir(), 'debug-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
cpSync(join(scenarios, 'two-namespaces'), cwd, { recursive: true });
writeFileSync(
  join(cwd, 'portcullis.yaml'),
  `apiVersion: portcullis.dev/v1alpha1
kind: Sources
sources:
  - path: namespaces.yaml
  - path: deny-all-authorizationpolicy.yaml
  - template: app.yaml.template
    namespace: np-test-1
    env: { SERVICE_NAME: np-test-nginx-1 }
  - template: app.yaml.template
    namespace: np-test-2
    env: { SERVICE_NAME: np-test-nginx-2 }
`,
);

/** What `kubectl logs … | grep rbac | grep denied` leaves of Envoy's log. */
const denied = `2026-11-22T01:00:00.000006Z\tdebug\tenvoy rbac external/envoy/source/extensions/filters/http/rbac/rbac_filter.cc:130\tenforced denied, matched policy ns[np-test-2]-policy[deny-all-ingress-using-authorizationpolicy]-rule[0]\tthread=25\n`;

async function debug(log: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const terminal = recorder({ cwd, readInput: async () => Buffer.from(log) });
  const code = await run(['debug', ...args], terminal);
  return { code, out: terminal.out, err: terminal.err };
}

describe('portcullis debug', () => {
  it("explains the tutorial's lines, which name nobody, by file and line", async () => {
    const { code, out } = await debug(denied + denied);
    expect(code).toBe(1);
    expect(out).toContain('✗ DENIED 2 times  np-test-1/np-test-nginx-1 -> np-test-2/np-test-nginx-2  TCP 80');
    expect(out).toContain('--> deny-all-authorizationpolicy.yaml:9:7');
    expect(out).toContain('the log names the same policy');
  });

  it('takes no log and manifests from one standard input', async () => {
    const { code, err } = await debug(denied, '-f', '-');
    expect(code).toBe(64);
    expect(err).toContain('both the log and the manifests would come from standard input');
  });

  it('says what to switch on where no line tells of a decision', async () => {
    const { code, err, out } = await debug('hello\nworld\n');
    expect(code).toBe(2);
    expect(out).toBe('nothing was denied; 2 lines read, 2 of them tell of no decision\n');
    expect(err).toContain('2 lines read, and none of them tells of a decision');
    expect(err).toContain('istioctl proxy-config log POD -n NAMESPACE --level rbac:debug');
    expect((await debug('')).code).toBe(0);
  });

  it('shows and writes a verified fix', async () => {
    const shown = await debug(denied, '--fix');
    expect(shown.out).toContain('verified: the request gets through');
    expect(shown.out).toContain('+++ b/deny-all-authorizationpolicy.yaml');
    const path = join(cwd, 'deny-all-authorizationpolicy.yaml');
    const before = readFileSync(path, 'utf8');
    const written = await debug(denied, '--write');
    const after = await debug(denied, '--method', 'GET', '--path', '/');
    const changed = readFileSync(path, 'utf8');
    writeFileSync(path, before);
    expect(written.err).toContain('written: deny-all-authorizationpolicy.yaml');
    expect(changed).not.toBe(before);
    expect(after.out).toContain('the manifests allow it: the log disagrees');
    expect(after.out.replace(/\s+/g, ' ')).toContain('which as it is written here does not deny this');
  });

  it('says in which lines', async () => {
    const asked = denied.replace(/enforced.*rule\[0\]/, 'checking request: sourceIP: 10.0.0.9:1, headers:');
    const { out } = await debug(asked + denied + denied + asked + denied);
    expect(out).toContain(', lines 1-5 (envoy-rbac)');
    expect((await debug(asked + denied)).out).toContain(', lines 1-2 (envoy-rbac)');
    writeFileSync(join(cwd, 'one.log'), denied + denied);
    writeFileSync(join(cwd, 'two.log'), denied);
    expect((await debug('', '--from-log', 'one.log', '--from-log', 'two.log')).out).toContain(
      ', lines one.log:1 to two.log:1',
    );
  });

  it("says of a caller's log whose log to look into, and how to go on without", async () => {
    const pod = (name: string, namespace: string, ip: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: ${namespace}, labels: { app: ${name} } }\nspec: { containers: [{ name: a, image: a }] }\nstatus: { podIP: ${ip} }\n---\n`;
    const service =
      'apiVersion: v1\nkind: Service\nmetadata: { name: api, namespace: back }\nspec: { selector: { app: api }, ports: [{ port: 80, targetPort: 8080, name: http }] }\n';
    writeFileSync(
      join(cwd, 'two.yaml'),
      pod('web', 'front', '10.244.0.6') + pod('api', 'back', '10.244.0.5') + service,
    );
    const line = (request: string, said: string): string =>
      `[2026-11-22T01:00:00.123Z] "${request} HTTP/1.1" ${said} - "-" 0 19 5 4 "-" "curl" "id" "api.back" "10.244.0.5:8080" outbound|80||api.back.svc.cluster.local 10.244.0.6:40000 10.96.0.7:80 10.244.0.6:59022 - default\n`;
    const refused = line('GET /a?b=c', '403 - via_upstream');
    const dropped = line('GET /', '503 UF upstream_reset_before_response_started{connection_timeout}');
    const { code, out, err } = await debug(refused + dropped + refused, '-f', 'two.yaml');
    expect([code, err]).toEqual([2, '']);
    const words = out.replace(/\s+/g, ' ');
    expect(words).toContain(
      'Elsewhere: 403 via_upstream, 2 times, GET /a to api.back.svc.cluster.local:80: the proxy of this log only handed it on; back/api (10.244.0.5:8080) refused it',
    );
    expect(out).toContain('kubectl logs -n back api -c istio-proxy\n');
    const ask = '  portcullis debug -f two.yaml front/web back/svc/api --port 80 --method GET';
    expect(out).toContain(`${ask} --path /a --symptom 403\n`);
    expect(out).toContain(`${ask} --path / --symptom 503\n`);
    expect(out).toContain('nothing was denied by the proxy of this log, but behind it; 3 lines read');
    const json = JSON.parse((await debug(refused, '-o', 'json', '-f', 'two.yaml')).out);
    expect(json.behind).toMatchObject([{ count: 1, kind: 'refused', status: 403, pod: 'back/api' }]);
    const markdown = await debug(refused, '-o', 'markdown', '-f', 'two.yaml');
    expect(markdown.out).toContain('### Behind the proxy of this log');
    // The command that it names is one that can be run.
    const next = 'front/web back/svc/api --port 80 --method GET --path /a --symptom 403'.split(' ');
    expect([1, 2]).toContain((await debug('', '-f', 'two.yaml', ...next)).code);
  });

  it('says which test of the project expects it', async () => {
    const { out } = await debug(denied);
    expect(out).toContain('This is right: the test "into the second namespace nothing gets"');
  });

  it('takes what the log does not say from flags', async () => {
    const { out } = await debug(
      denied,
      '--from',
      'np-test-2/np-test-nginx-2',
      '--pod',
      'np-test-2/np-test-nginx-2',
    );
    expect(out).toContain('np-test-2/np-test-nginx-2 -> np-test-2/np-test-nginx-2');
    const { code, err } = await debug(denied, '--pod', 'np-test-2/nobody');
    expect([code, err.includes('no pod or workload np-test-2/nobody')]).toEqual([65, true]);
  });

  it('prints JSON and Markdown', async () => {
    const json = JSON.parse((await debug(denied, '-o', 'json', '--fix')).out);
    expect(json).toMatchObject({
      kind: 'Denials',
      denials: [
        {
          count: 1,
          source: { name: 'np-test-1/np-test-nginx-1', by: ['verdict'] },
          cause: { kind: 'denied', step: { layer: 'authorization' }, named: { kind: 'same' } },
          right: { kind: 'test', span: { source: 'both.portcullis-test.yaml' } },
          fixes: [{ allowed: true }],
        },
      ],
      tally: { lines: 1, unknown: 0, denied: 1, allowed: 0, none: 0 },
    });
    const markdown = await debug(denied, '-o', 'markdown');
    expect(markdown.out).toContain('| 1 | `np-test-1/np-test-nginx-1 -> np-test-2/np-test-nginx-2 TCP 80` |');
    expect(markdown.out).toContain('`deny-all-authorizationpolicy.yaml:9:7`');
  });

  it('counts what is no denial', async () => {
    const allowed = denied.replace('enforced denied', 'enforced allowed');
    const dryRun = denied.replace('enforced denied', 'shadow denied');
    const { code, out } = await debug(allowed + dryRun);
    expect(code).toBe(0);
    expect(out).toBe('nothing was denied; 1 decision to allow; 1 dry run or audit; 2 lines read\n');
  });

  it('knows the pod by what stands before its lines', async () => {
    const prefixed = `[pod/np-test-nginx-1-6456d8dd5b-lp6qz/istio-proxy] ${denied}`;
    const { out } = await debug(prefixed, '-o', 'json');
    expect(JSON.parse(out).denials[0].destination).toMatchObject({
      name: 'np-test-1/np-test-nginx-1',
      by: ['stream'],
    });
  });

  it('watches a file that grows, and counts at the end', async () => {
    const path = join(cwd, 'growing.log');
    writeFileSync(path, denied);
    const controller = new AbortController();
    const terminal = recorder({ cwd });
    const flags = { fromLog: ['growing.log'], watch: true, output: 'text', color: 'never' } as const;
    const done = runDebug(undefined, undefined, flags, terminal, controller.signal);
    await until(() => terminal.out.includes('DENIED once'));
    appendFileSync(path, denied.replace('thread=25', 'thread=26'));
    await new Promise((settle) => setTimeout(settle, 700));
    controller.abort();
    expect(await done).toBe(1);
    expect(terminal.out).toContain('DENIED 2 times');
    expect(terminal.out).toContain('2 denials of 1 kind; 2 lines read');
    // What was printed as it came is not printed again.
    expect(terminal.out.split('Cause:')).toHaveLength(2);
    expect(terminal.err).toContain('following growing.log; Ctrl-C ends it and counts');
  });

  it('refuses what does not go together', async () => {
    for (const args of [
      ['--watch', '-o', 'json'],
      ['a', 'b'],
      ['--symptom', '403'],
      ['a', 'b', '--symptom', '403', '--watch'],
    ]) {
      expect((await debug(denied, ...args)).code, args.join(' ')).toBe(64);
    }
    expect((await debug('', '--from-log', 'absent.log')).err).toContain(
      'absent.log cannot be read: it does not exist',
    );
  });
});

describe('logs of every dialect', () => {
  const folder = join(import.meta.dirname, '../logs/dialects/samples');
  const lines = readdirSync(folder).flatMap((name) =>
    linesIn(JSON.parse(readFileSync(join(folder, name), 'utf8'))),
  );

  it.each(['default-deny-with-dns', 'jwt', 'ambient-with-waypoint', 'admin-tiers'])(
    'are explained, or not, with the manifests of %s',
    async (scenario) => {
      const terminal = recorder({
        cwd: join(scenarios, scenario),
        readInput: async () => Buffer.from(lines.join('\n')),
      });
      expect(await run(['debug', '-f', '.', '-o', 'json'], terminal)).toBe(1);
      const { denials, tally } = JSON.parse(terminal.out);
      const counted = denials.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
      expect(counted).toBe(tally.denied);
      expect(tally.denied).toBeGreaterThan(50);
    },
  );
});

/** Every text of a file of samples: lines of logs, and what is said of them, which no reader takes for one. */
function linesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(linesIn) : [];
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((settle) => setTimeout(settle, 20));
}

describe('portcullis debug --symptom', () => {
  async function ask(folder: string, ...args: string[]): Promise<{ code: number; out: string }> {
    const terminal = recorder({ cwd: join(scenarios, folder) });
    const code = await run(['debug', ...args], terminal);
    return { code, out: terminal.out };
  }

  it('explains what the verdict foretells', async () => {
    const strict = ['-f', 'apps.yaml', '-f', 'strict.yaml', 'legacy/old-front', 'http://cart.shop/'];
    const reset = await ask('strict-mtls-plaintext-client', ...strict, '--symptom', 'reset');
    expect(reset.code).toBe(1);
    expect(reset.out).toContain('✗ CONNECTION RESET EXPLAINED');
    expect(reset.out).toContain('--> strict.yaml:8:5');
    expect(reset.out).toContain('This is right');
    const byRule = ['-f', 'apps.yaml', '-f', 'strict.yaml', '-f', 'plaintext-to-cart.yaml'];
    const cut = await ask(
      'strict-mtls-plaintext-client',
      ...byRule,
      'shop/front',
      'http://cart.shop/',
      '--symptom',
      '503',
    );
    expect(cut.out).toContain('✗ HTTP 503 EXPLAINED');
    expect(cut.out).toContain('--> plaintext-to-cart.yaml:10:7');
    expect(cut.out).not.toContain('This is right');
    const closed = ['-f', 'apps.yaml', '-f', 'default-deny.yaml', 'shop/front', 'http://cart.shop/'];
    const timeout = await ask('default-deny-with-dns', ...closed, '--symptom', 'timeout');
    expect(timeout.out).toContain('✗ TIMEOUT EXPLAINED');
    expect(timeout.out).toContain('--> default-deny.yaml:6:1');
  });

  it('finds what else gives it, tried by the verdict', async () => {
    const front = ['-f', 'apps.yaml', '-f', 'front-only.yaml', 'shop/front', 'http://cart.shop/'];
    const { code, out } = await ask('strict-mtls-plaintext-client', ...front, '--symptom', '403');
    expect(code).toBe(2);
    expect(out).toContain('1. the client sends plaintext, without an identity');
    expect(out).toContain('--> front-only.yaml:10:3');
    const tokens = ['-f', 'apps.yaml', '-f', 'tokens.yaml', 'shop/front', 'http://cart.shop/'];
    const bad = await ask('jwt', ...tokens, '--symptom', '401', '-o', 'json');
    expect(JSON.parse(bad.out)).toMatchObject({
      kind: 'Symptom',
      explained: false,
      causes: [
        { kind: 'token', step: { layer: 'request authentication' } },
        { kind: 'request' },
        { kind: 'server' },
      ],
    });
  });

  it('tries the look-up of the name where a client waits', async () => {
    const open = ['-f', 'apps.yaml', '-f', 'default-deny.yaml', '-f', 'front-to-cart.yaml'];
    const { out } = await ask(
      'default-deny-with-dns',
      ...open,
      'shop/front',
      'http://cart.shop/',
      '--symptom',
      'timeout',
    );
    expect(out).toContain("1. the client can't look the name up at kube-system/svc/kube-dns and waits");
  });
});
