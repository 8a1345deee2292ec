import koffi from 'koffi';

/**
 * The system calls of a container: namespaces, mounts, pipes, terminals. They act on the thread that calls them, which is Node's own; a process that Node starts is born into the namespaces in which
 * that thread is at that moment. Constants are Linux' (asm-generic).
 */
const libc = koffi.load('libc.so.6');

export const newMounts = 0x2_0000;
export const newHostname = 0x400_0000;
export const newIpc = 0x800_0000;
export const newProcesses = 0x2000_0000;
export const newNetwork = 0x4000_0000;
const sharedFileSystemView = 0x200;

export const mountFlags = {
  readOnly: 1,
  noSetuid: 2,
  noDevices: 4,
  noExecute: 8,
  remount: 32,
  bind: 0x1000,
  recursive: 0x4000,
  private: 0x4_0000,
} as const;

type Text = string | null;
type Call<A extends readonly unknown[]> = (...args: A) => number;

const calls = {
  unshare: libc.func('int unshare(int)') as Call<[number]>,
  setns: libc.func('int setns(int, int)') as Call<[number, number]>,
  mount: libc.func(
    'int mount(const char *, const char *, const char *, unsigned long, const char *)',
  ) as Call<[Text, string, Text, number, Text]>,
  umount2: libc.func('int umount2(const char *, int)') as Call<[string, number]>,
  pivot_root: libc.func('int pivot_root(const char *, const char *)') as Call<[string, string]>,
  sethostname: libc.func('int sethostname(const char *, size_t)') as Call<[string, number]>,
  chdir: libc.func('int chdir(const char *)') as Call<[string]>,
  fchdir: libc.func('int fchdir(int)') as Call<[number]>,
  pipe2: libc.func('int pipe2(_Out_ int *, int)') as Call<[number[], number]>,
  ioctl: libc.func('int ioctl(int, unsigned long, _Inout_ uint8_t *)') as Call<[number, number, Buffer]>,
  mount_setattr: libc.func(
    'long syscall(long, int, const char *, unsigned int, const uint8_t *, size_t)',
  ) as Call<[number, number, string, number, Buffer, number]>,
};

/** Throws the error of the system call, with its name and `about` in the message. */
function succeed(result: number, call: string, about: string): void {
  if (result >= 0) return;
  const number = koffi.errno();
  const code = Object.entries(koffi.os.errno).find(([, value]) => value === number)?.[0] ?? `errno ${number}`;
  throw Object.assign(new Error(`${call} ${about}: ${code}`), { code, errno: number });
}

/** Leaves the shared namespaces of these kinds for new ones. */
export function leave(kinds: number): void {
  succeed(calls.unshare(kinds), 'unshare', kinds.toString(16));
}

/** Gives the thread a root and a working directory of its own: without that, its mount namespace can't be changed. Threads that are started later share them again, so it's called each time. */
export function ownFileSystemView(): void {
  leave(sharedFileSystemView);
}

/** Enters the namespace that is open as `fd`. */
export function enter(fd: number, kind: number): void {
  succeed(calls.setns(fd, kind), 'setns', String(fd));
}

export function mount(source: Text, target: string, type: Text, flags = 0, options: Text = null): void {
  succeed(calls.mount(source, target, type, flags, options), 'mount', `${type ?? source} at ${target}`);
}

/** Shows what stands at `source` at `target` as well, with everything that is mounted below it where `recursive`. */
export function bindMount(source: string, target: string, recursive = false): void {
  mount(source, target, null, mountFlags.bind | (recursive ? mountFlags.recursive : 0));
}

/** Makes a mount read-only, with everything that is mounted below it. Linux 5.12 and later. */
export function makeReadOnly(target: string): void {
  const mountSetattr = 442;
  const here = -100;
  const recursive = 0x8000;
  const attributes = Buffer.alloc(32);
  attributes.writeBigUInt64LE(BigInt(mountFlags.readOnly), 0);
  succeed(
    calls.mount_setattr(mountSetattr, here, target, recursive, attributes, attributes.length),
    'mount_setattr',
    target,
  );
}

/** Makes `path`, a mount, the root of this mount namespace and lets go of the root before. */
export function changeRoot(path: string): void {
  const detach = 2;
  succeed(calls.chdir(path), 'chdir', path);
  succeed(calls.pivot_root('.', '.'), 'pivot_root', path);
  succeed(calls.umount2('.', detach), 'umount', 'the old root');
  succeed(calls.chdir('/'), 'chdir', '/');
}

export function setHostname(name: string): void {
  succeed(calls.sethostname(name, Buffer.byteLength(name)), 'sethostname', name);
}

/** Goes back to the directory that is open as `fd`. */
export function goTo(fd: number): void {
  succeed(calls.fchdir(fd), 'fchdir', String(fd));
}

/** A pipe, for the output of a process: what Node makes itself is a pair of sockets, and a program cannot open `/dev/stdout` where that is a socket. */
export function openPipe(): { readonly read: number; readonly write: number } {
  const closeOnExec = 0o2000000;
  const ends = [0, 0];
  succeed(calls.pipe2(ends, closeOnExec), 'pipe2', '');
  return { read: ends[0]!, write: ends[1]! };
}

/** ioctl with a pointer to `bytes`, which it may change. */
export function control(fd: number, request: number, bytes: Buffer): void {
  succeed(calls.ioctl(fd, request, bytes), 'ioctl', request.toString(16));
}
