import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { recorder } from '../../test/support/terminal.ts';
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
    expect(out).toBe('nothing was denied; 2 lines read, 2 of them not understood\n');
    expect(err).toContain('2 lines read, and none of them tells of a decision');
    expect(err).toContain('istioctl proxy-config log POD -n NAMESPACE --level rbac:debug');
    expect((await debug('')).code).toBe(0);
  });
});
