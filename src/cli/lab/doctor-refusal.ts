import { existsSync, readFileSync } from 'node:fs';
import type { Finding } from './finding.ts';

/** Reads a file of /proc; undefined where there is none. */
export type ReadText = (path: string) => string | undefined;

/** A setting that keeps users from making namespaces, and how it is changed. */
interface Setting {
  readonly key: string;
  readonly bad: string;
  readonly good: string;
  readonly says: string;
}

const settings: readonly Setting[] = [
  {
    key: 'user.max_user_namespaces',
    bad: '0',
    good: '15000',
    says: 'user namespaces are switched off',
  },
  {
    key: 'kernel.unprivileged_userns_clone',
    bad: '0',
    good: '1',
    says: 'user namespaces are kept from ordinary users',
  },
  {
    key: 'kernel.apparmor_restrict_unprivileged_userns',
    bad: '1',
    good: '0',
    says: 'AppArmor takes all rights from user namespaces of ordinary users',
  },
  { key: 'user.max_net_namespaces', bad: '0', good: '15000', says: 'network namespaces are switched off' },
  { key: 'user.max_mnt_namespaces', bad: '0', good: '15000', says: 'mount namespaces are switched off' },
  { key: 'user.max_pid_namespaces', bad: '0', good: '15000', says: 'process namespaces are switched off' },
];

/** So that a container may make namespaces and mount /proc in them. */
const containerFlags =
  '--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined';

/** Finds out from the kernel's settings why namespaces could not be made. `said` is what unshare wrote. */
export function explainRefusal(
  said: string,
  read: ReadText = readText,
  isContainer: boolean = insideContainer(),
): Pick<Finding, 'detail' | 'fix'> {
  const isRoot = process.getuid?.() === 0;
  const found = settings.find(({ key, bad }) => read(`/proc/sys/${key.replace('.', '/')}`)?.trim() === bad);
  const message = said.trim().split('\n')[0] ?? '';
  const isForRoot = found?.key.startsWith('user.') === true;
  if (found !== undefined && (!isRoot || isForRoot)) {
    const { key, bad, good, says } = found;
    const way = isRoot || isForRoot ? '' : '; the other way is to run the lab as root';
    return { detail: `${says} (${key}=${bad})${way}`, fix: `sudo sysctl -w ${key}=${good}` };
  }
  const filtered = /^Seccomp:\s*2$/m.test(read('/proc/self/status') ?? '');
  if (isContainer || filtered) {
    return {
      detail: `this container may not make namespaces (${message}): its seccomp filter or its masked /proc forbid it`,
      fix: `start it with docker run --privileged, or with ${containerFlags}`,
    };
  }
  return {
    detail: `namespaces cannot be made: ${message}`,
    fix: 'run the lab as root, or in a virtual machine',
  };
}

function insideContainer(): boolean {
  return (
    existsSync('/.dockerenv') ||
    existsSync('/run/.containerenv') ||
    /docker|kubepods|containerd|libpod|lxc/.test(readText('/proc/1/cgroup') ?? '')
  );
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
