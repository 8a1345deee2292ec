import koffi from 'koffi';

/**
 * The system calls that Node has no words for. They act on the thread that calls them, and Node's own thread makes all sockets of the lab, so that a socket made between two `setns` belongs to
 * the namespace in between. Constants are Linux' (asm-generic).
 */
const libc = koffi.load('libc.so.6');
const cloneNewNetwork = 0x40000000;

const setns: (fd: number, type: number) => number = libc.func('int setns(int, int)');
export const socket: (domain: number, type: number, protocol: number) => number =
  libc.func('int socket(int, int, int)');
export const bind: (fd: number, address: Buffer, length: number) => number = libc.func(
  'int bind(int, const uint8_t *, int)',
);
export const listen: (fd: number, backlog: number) => number = libc.func('int listen(int, int)');
export const setsockopt: (fd: number, level: number, name: number, value: Buffer, length: number) => number =
  libc.func('int setsockopt(int, int, int, const uint8_t *, int)');
export const getsockopt: (
  fd: number,
  level: number,
  name: number,
  value: Buffer,
  length: number[],
) => number = libc.func('int getsockopt(int, int, int, _Out_ uint8_t *, _Inout_ int *)');

export const send: (fd: number, bytes: Buffer, length: number, flags: number) => number = libc.func(
  'intptr_t send(int, const uint8_t *, size_t, int)',
);
export const recv: (fd: number, bytes: Buffer, length: number, flags: number) => number = libc.func(
  'intptr_t recv(int, _Out_ uint8_t *, size_t, int)',
);
/** Negative where there are no more to be had. */
export const inotifyInit: (flags: number) => number = libc.func('int inotify_init1(int)');
const unshare: (flags: number) => number = libc.func('int unshare(int)');

/** Gives the calling thread a new network namespace, and the old one back after `work`. */
export function inNewNamespace<T>(home: number, work: () => T): T {
  if (unshare(cloneNewNetwork) !== 0) throw systemError('unshare');
  try {
    return work();
  } finally {
    if (setns(home, cloneNewNetwork) !== 0) process.abort();
  }
}

/** Runs `work` with the calling thread in the namespace of `fd`. A thread that cannot come back would mix up namespaces, so the process ends then. */
export function inNamespace<T>(fd: number, home: number, work: () => T): T {
  if (setns(fd, cloneNewNetwork) !== 0) throw systemError('setns');
  try {
    return work();
  } finally {
    if (setns(home, cloneNewNetwork) !== 0) process.abort();
  }
}

/** The error of the system call that just failed. */
export function systemError(call: string): NodeJS.ErrnoException {
  return errorOf(call, koffi.errno());
}

/** An error with the name of a system error number. */
export function errorOf(call: string, number: number): NodeJS.ErrnoException {
  const name = Object.entries(koffi.os.errno).find(([, value]) => value === number)?.[0] ?? `errno ${number}`;
  return Object.assign(new Error(`${call}: ${name}`), { code: name, errno: number });
}
