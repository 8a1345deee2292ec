import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { recorder } from '../../../test/support/terminal.ts';
import { run } from '../run.ts';
import { explainRefusal } from './doctor-refusal.ts';

/** A machine of which only these files are known. */
const machine =
  (files: Readonly<Record<string, string>>): ((path: string) => string | undefined) =>
  (path) =>
    files[path];

const refused = 'unshare: unshare failed: Operation not permitted\n';

test.each([
  ['kernel.apparmor_restrict_unprivileged_userns', '1', '0'],
  ['kernel.unprivileged_userns_clone', '0', '1'],
  ['user.max_user_namespaces', '0', '15000'],
])('%s=%s is named with the command that changes it', (key, bad, good) => {
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
  const found = explainRefusal(
    refused,
    machine({ [`/proc/sys/${key.replace('.', '/')}`]: `${bad}\n` }),
    false,
  );
  expect(found.detail).toContain(`(${key}=${bad})`);
  expect(found.fix).toBe(`sudo sysctl -w ${key}=${good}`);
  vi.restoreAllMocks();
});

test('what holds only for ordinary users is not told to root', () => {
  vi.spyOn(process, 'getuid').mockReturnValue(0);
  const files = machine({ '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1\n' });
  expect(explainRefusal(refused, files, false).detail).toContain('unshare failed: Operation not permitted');
  vi.restoreAllMocks();
});

test('a container is told how it has to be started', () => {
  const { detail, fix } = explainRefusal(refused, machine({}), true);
  expect(detail).toContain('this container may not make namespaces');
  expect(fix).toContain('--privileged');
});

test('the doctor tries this machine and ends accordingly', async () => {
  const terminal = recorder({ env: process.env });
  const code = await run(['lab', 'doctor', '-o', 'json'], terminal);
  const report = JSON.parse(terminal.out) as { able: boolean; findings: { name: string; state: string }[] };
  expect(code).toBe(report.able ? 0 : 1);
  expect(report.findings.map(({ name }) => name)).toContain('Linux');
  expect(report.able).toBe(report.findings.every(({ state }) => state !== 'missing'));
  const text = recorder({ env: process.env });
  expect(await run(['lab', 'doctor'], text)).toBe(code);
  expect(text.out).toMatch(report.able ? /^This machine can run a lab\./ : /^This machine cannot run a lab/);
});

/** Namespaces with a mount below /usr, as containers have that are given a file or a device's libraries. */
const mountedBelowUsr = ['--user', '--map-root-user', '--mount', 'sh', '-c'];
const bind = 'mount --bind /usr/share /usr/share';
const canMount = spawnSync('unshare', [...mountedBelowUsr, bind]).status === 0;
if (!canMount) console.warn('NOT CHECKED: lab doctor with mounts below /usr: no user namespaces here');

test.skipIf(!canMount)('a mount below /usr costs pods their own copy of it, not the lab', () => {
  const command = [process.execPath, join(import.meta.dirname, '../main.ts'), 'lab', 'doctor', '-o', 'json'];
  const { stdout } = spawnSync('unshare', [...mountedBelowUsr, `${bind} && exec "$@"`, 'sh', ...command], {
    encoding: 'utf8',
  });
  const { findings } = JSON.parse(stdout) as { findings: { name: string }[] };
  expect(findings.find(({ name }) => name === 'overlay')).toEqual({
    name: 'overlay',
    state: 'lacking',
    detail: 'something is mounted below /usr: pods see the files of this machine read-only',
  });
});
