// On Debian as root: installs the programs that the lab uses, where one of them is missing, and starts no service. Anywhere else it installs nothing: portcullis lab doctor says what is missing.
// Envoy comes into the checkout, on every Linux.
// Runs on whatever Node the machine has, so it keeps to what Node 18 knows. Everything it says goes to stderr. It never fails: without these programs there are verdicts, but no packets.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fetchEnvoy } from './fetch-envoy.mjs';

/** A program of each package, and the package. */
const packages = [
  ['nft', 'nftables'],
  ['ip', 'iproute2'],
  ['curl', 'curl'],
  ['envsubst', 'gettext-base'],
  ['nginx', 'nginx'],
];
const directories = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const policy = '/usr/sbin/policy-rc.d';

const missing = packages
  .filter(([program]) => !directories.some((directory) => existsSync(`${directory}/${program}`)))
  .map(([, name]) => name);
const mayInstall = isDebian() && process.getuid() === 0;
if (missing.length > 0 && mayInstall) install(missing);
fetchEnvoy(directories, () => mayInstall && install(['python3-pip']));

function isDebian() {
  if (process.platform !== 'linux' || !existsSync('/etc/os-release')) return false;
  return /^ID(_LIKE)?="?([a-z ]*\b)?debian\b/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** Gives whether it worked. */
function install(names) {
  process.stderr.write(`portcullis: installing ${names.join(', ')} for the lab (apt-get), once\n`);
  // Debian's packages ask this file whether they may start their service; 101 is no.
  const ours = !existsSync(policy);
  try {
    if (ours) {
      writeFileSync(policy, '#!/bin/sh\nexit 101\n');
      chmodSync(policy, 0o755);
    }
    const words = ['install', '-y', '--no-install-recommends', ...names];
    return apt(...words) || (apt('update') && apt(...words));
  } catch (error) {
    process.stderr.write(`portcullis: ${error.message}\n`);
    return false;
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}

function apt(...words) {
  const run = spawnSync(
    'apt-get',
    ['-q', '-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=20', ...words],
    {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
      encoding: 'utf8',
      timeout: 180_000,
    },
  );
  const isUpdate = words[0] === 'update';
  if (
    run.status !== 0 &&
    (isUpdate || !/Unable to locate|Failed to fetch|404/.test(`${run.stdout}${run.stderr}`))
  ) {
    process.stderr.write(
      `portcullis: apt-get ${words[0]} failed: ${(run.stderr || '').trim().split('\n').pop()}\n`,
    );
  }
  return run.status === 0;
}
