import { closeSync, openSync } from 'node:fs';
import { inNamespace, inNewNamespace } from './libc.ts';

/** A network namespace of the lab: an open descriptor of it, and a path. */
export interface NetworkNamespace {
  readonly name: string;
  /** A path that `nsenter --net=` and `ip link set DEVICE netns` take, while the descriptor is open. */
  readonly path: string;
  readonly fd: number;
}

/** Opens a network namespace that stands at `path`. The descriptor stays open until `closeNamespace`. */
export function openNamespace(name: string, path: string): NetworkNamespace {
  return { name, path, fd: openSync(path, 'r') };
}

/**
 * Makes an empty network namespace. It needs no file: it lasts while its descriptor is open here or a process or a socket is in it. Takes half a millisecond. Throws EPERM where
 * this process may not (no user namespace of its own).
 */
export function createNamespace(name: string): NetworkNamespace {
  const fd = inNewNamespace(ownNamespace.fd, () => openSync('/proc/thread-self/ns/net', 'r'));
  return { name, path: `/proc/${process.pid}/fd/${fd}`, fd };
}

export function closeNamespace({ fd }: NetworkNamespace): void {
  closeSync(fd);
}

/** The namespace in which this process was started: the node's own, or the host's where no lab runs. */
export const ownNamespace: NetworkNamespace = openNamespace('own', '/proc/self/ns/net');

/**
 * Runs something in another network namespace. Only what happens before it returns does so: sockets that are made in it belong to that namespace for good, a promise goes on outside.
 */
export function within<T>(namespace: NetworkNamespace, work: () => T): T {
  return inNamespace(namespace.fd, ownNamespace.fd, work);
}
