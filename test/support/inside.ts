import { execFile, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { unshareFlags } from '../../src/lab/index.ts';

const root = join(import.meta.dirname, '../..');
const marker = 'PORTCULLIS_TEST_INSIDE';
const unshare = ['unshare', ...unshareFlags];
const mountRun = 'mount -t tmpfs -o mode=755 tmpfs /run && exec "$@"';

/**
 * Tests that need namespaces of their own. Outside, the file's tests become one test for each user that this machine can try them as, which runs the same file again as a lab is run: in new user,
 * network, mount and process namespaces, root there, with an empty /run. Inside, `define` registers the real tests.
 * `who` tells whom to try it as. Where that cannot be had, or one of the `programs` is missing, it says loudly what was not checked.
 */
export function inside(
  url: string,
  define: () => void,
  programs: readonly string[] = [],
  who: readonly User[] = users(),
): void {
  if (process.env[marker] !== undefined) {
    describe(`as ${process.env[marker]}`, define);
    return;
  }
  const file = relative(root, fileURLToPath(url));
  for (const { name, prefix } of who) {
    const obstacle = whyNot(prefix, programs);
    if (obstacle !== undefined) console.warn(`NOT CHECKED: ${file} in namespaces as ${name}: ${obstacle}`);
    it.skipIf(obstacle !== undefined)(
      `in namespaces of its own, as ${name}`,
      () => runAgain(file, name, prefix),
      300_000,
    );
  }
}

/** Somebody whom tests are run as. */
export interface User {
  readonly name: string;
  readonly prefix: readonly string[];
}

/** The user of the tests and, where that is root, an ordinary one as well. */
export function users(): readonly User[] {
  if (process.getuid?.() !== 0) return [{ name: 'an ordinary user', prefix: [] }];
  const ordinary = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', 'env', 'HOME=/tmp'];
  return [
    { name: 'root', prefix: [] },
    { name: 'an ordinary user', prefix: ordinary },
  ];
}

function whyNot(prefix: readonly string[], programs: readonly string[]): string | undefined {
  if (process.platform !== 'linux') return `this is ${process.platform}, not Linux`;
  const missing = programs.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`;
  const [command, ...words] = [...prefix, ...unshare, 'sh', '-c', mountRun, 'sh', 'true'];
  const tried = spawnSync(command!, words, { encoding: 'utf8' });
  if (tried.error !== undefined) return tried.error.message;
  return tried.status === 0 ? undefined : `user namespaces: ${tried.stderr.trim()}`;
}

function runAgain(file: string, name: string, prefix: readonly string[]): Promise<void> {
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const run = [
    process.execPath,
    vitest,
    'run',
    file,
    '--no-cache',
    '--configLoader=native',
    '--expect.poll.timeout=15000',
    '--reporter=tree',
  ];
  const [command, ...words] = [...prefix, ...unshare, 'sh', '-c', mountRun, 'sh', ...run];
  const env = { ...process.env, [marker]: name };
  return new Promise((resolve, reject) => {
    execFile(command!, words, { cwd: root, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`inside, ${file} failed as ${name}:\n${stdout}\n${stderr}`));
    });
  });
}
