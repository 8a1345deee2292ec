import { closeSync, openSync } from 'node:fs';
import { inNamespace } from './libc.ts';

/** A network namespace of the lab, by the file under which it is kept and an open descriptor of it. */
export interface NetworkNamespace {
  readonly name: string;
  /** A path that `ip netns exec`, `nsenter --net=` take. */
  readonly path: string;
  readonly fd: number;
}

/** Opens a network namespace that stands at `path`. The descriptor stays open until `closeNamespace`. */
export function openNamespace(name: string, path: string): NetworkNamespace {
  return { name, path, fd: openSync(path, 'r') };
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
