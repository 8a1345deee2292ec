import { closeSync, constants, openSync } from 'node:fs';
import { type NetworkNamespace, ownNamespace } from '../system/index.ts';
import {
  enter,
  goTo,
  leave,
  newHostname,
  newIpc,
  newMounts,
  newNetwork,
  newProcesses,
  ownFileSystemView,
} from './linux.ts';

/** The namespaces that something is to happen in, by open descriptors. A missing one is the lab's own. */
export interface Place {
  readonly network?: NetworkNamespace;
  readonly mounts?: number;
  readonly hostname?: number;
  readonly ipc?: number;
  /** Where processes are born; `new`: the first one is process 1 of a new namespace. */
  readonly processes?: number | 'new';
}

interface Home {
  readonly network: number;
  readonly mounts: number;
  readonly hostname: number;
  readonly ipc: number;
  readonly processes: number;
  readonly directory: number;
}

let known: Home | undefined;

/** Where the lab's thread lives. Host name and IPC are made its own first: it couldn't come back into those of the machine, over which it has no power. */
function home(): Home {
  if (known !== undefined) return known;
  leave(newHostname | newIpc);
  known = {
    network: ownNamespace.fd,
    mounts: openSync('/proc/thread-self/ns/mnt', 'r'),
    hostname: openSync('/proc/thread-self/ns/uts', 'r'),
    ipc: openSync('/proc/thread-self/ns/ipc', 'r'),
    processes: openSync('/proc/thread-self/ns/pid', 'r'),
    directory: openSync('.', constants.O_RDONLY | constants.O_DIRECTORY),
  };
  return known;
}

/**
 * Runs something in another place. Only what happens before it returns does so: a process that is started in it belongs there for good, a promise goes on outside. A thread that cannot come back
 * would mix up containers, so the process ends then.
 */
export function inPlace<T>(place: Place, work: () => T): T {
  const at = home();
  const back: (() => void)[] = [];
  const go = (there: () => void, again: () => void): void => {
    there();
    back.push(again);
  };
  const visit = (fd: number | undefined, homeFd: number, kind: number): void => {
    if (fd !== undefined)
      go(
        () => enter(fd, kind),
        () => enter(homeFd, kind),
      );
  };
  try {
    visit(place.network?.fd, at.network, newNetwork);
    visit(place.hostname, at.hostname, newHostname);
    visit(place.ipc, at.ipc, newIpc);
    if (place.processes === 'new') {
      go(
        () => leave(newProcesses),
        () => enter(at.processes, newProcesses),
      );
    } else visit(place.processes, at.processes, newProcesses);
    if (place.mounts !== undefined) ownFileSystemView();
    visit(place.mounts, at.mounts, newMounts);
    return work();
  } finally {
    comeBack(place.mounts === undefined ? back : [() => goTo(at.directory), ...back]);
  }
}

/** Makes a mount namespace, a copy of the lab's own, and runs `build` in it. Gives its descriptor; it lasts as long as that is open or a process lives in it. */
export function newMountNamespace(place: Place, build: () => void): number {
  const at = home();
  return inPlace(place, () => {
    ownFileSystemView();
    leave(newMounts);
    try {
      const fd = openSync('/proc/thread-self/ns/mnt', 'r');
      try {
        build();
        return fd;
      } catch (error) {
        closeSync(fd);
        throw error;
      }
    } finally {
      comeBack([() => goTo(at.directory), () => enter(at.mounts, newMounts)]);
    }
  });
}

/** Makes namespaces for a host name and for System V IPC, and runs `prepare` in them. */
export function newHostNamespaces(prepare: () => void): { readonly hostname: number; readonly ipc: number } {
  const at = home();
  leave(newHostname | newIpc);
  try {
    prepare();
    return {
      hostname: openSync('/proc/thread-self/ns/uts', 'r'),
      ipc: openSync('/proc/thread-self/ns/ipc', 'r'),
    };
  } finally {
    comeBack([() => enter(at.hostname, newHostname), () => enter(at.ipc, newIpc)]);
  }
}

function comeBack(steps: readonly (() => void)[]): void {
  try {
    for (const step of steps.toReversed()) step();
  } catch {
    process.abort();
  }
}
