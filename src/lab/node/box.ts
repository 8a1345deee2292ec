import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFile,
  readFileSync,
  readlinkSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Birth, type Born, bear } from './birth.ts';
import { limitedTo } from './capabilities.ts';
import { StartError } from './executable.ts';
import { bindMount, makeReadOnly } from './linux.ts';
import { inPlace, type Place } from './place.ts';
import { buildRoot, type RootOptions } from './root.ts';
import type { Sandbox } from './sandbox.ts';
import { type Tools, toolNames } from './tools.ts';

export type Command = Pick<Birth, 'argv' | 'env' | 'directory' | 'streams' | 'makeDirectory'>;

/** One life of a container: its root and its processes. Both are made when they are first needed, so that a program in the lab's own process costs nothing. */
export interface Box {
  /** Starts the container's process 1, with `words` before it. Throws a StartError; an Error where the root can't be made. */
  start(command: Command, words?: readonly string[]): Promise<Born>;
  /** Starts a process beside process 1; where the container has none, one that only waits is made. `words` stand before it. */
  join(command: Command, words?: readonly string[]): Promise<Born>;
  /** Opens a file as the container sees it. */
  open(path: string, flags: number): number;
  readFile(path: string): Promise<string | undefined>;
  /** Replaces a file, or makes it, in one step. */
  writeFile(path: string, text: string): void;
  /** The names in a directory, sorted; none where there is no such directory. */
  listDirectory(path: string): readonly string[];
  /** Ends all its processes, at once. */
  close(): Promise<void>;
}

export interface BoxOptions {
  readonly sandbox: Sandbox;
  readonly tools: Tools;
  readonly capabilities: readonly string[];
  /** Asked once, when the root is made. */
  readonly root: () => RootOptions;
}

/** Of the kernel as a whole, whoever's /proc it is: not for a container to write to. */
const kernelFiles = ['sys', 'sysrq-trigger', 'irq', 'bus', 'fs'];

/** Only waits. Orphans of the container become its children; as it ignores them, the kernel takes them away when they end. */
const holder = ['sh', '-c', 'trap "" CHLD; exec sleep infinity'];

export function createBox({ sandbox, tools, capabilities, root }: BoxOptions): Box {
  let mounts: number | undefined;
  let first: Promise<{ readonly born: Born; readonly place: Place }> | undefined;
  let closed = false;
  const limit = limitedTo(capabilities, tools.setpriv);

  function rootOf(): number {
    if (closed) throw new Error('the container has ended');
    mounts ??= buildRoot(sandbox.place(), root());
    return mounts;
  }

  /** Process 1 mounts its /proc itself, in a copy of the mount namespace: only a process of the new namespace can. */
  async function begin(
    command: Command,
    words: readonly string[] = [],
  ): Promise<{ readonly born: Born; readonly place: Place }> {
    const place: Place = { ...sandbox.place(), mounts: rootOf(), processes: 'new' };
    const born = bear({
      ...command,
      place,
      before: [tools.unshare, '--mount-proc', '--', ...words, ...limit],
    });
    const settled = await settle(born, mounts!);
    return { born, place: { ...sandbox.place(), ...settled } };
  }

  function closePlace({ mounts, processes }: Place): void {
    if (mounts !== undefined) closeSync(mounts);
    if (typeof processes === 'number') closeSync(processes);
  }

  return {
    async start(command, words) {
      if (first !== undefined) throw new Error('the container has its process already');
      first = begin(command, words);
      return (await first).born;
    },
    async join(command, words = []) {
      first ??= begin({ argv: holder, env: {}, directory: '/', streams: { stdin: false } });
      const { place } = await first;
      // Without namespaces to join, the command would run in the lab's own.
      if (closed || place.mounts === undefined || place.processes === undefined) {
        throw new StartError('cannot exec in a stopped container', 126);
      }
      return bear({ ...command, place, before: [...words, ...limit] });
    },
    open: (path, flags) => inPlace({ mounts: rootOf() }, () => openSync(path, flags)),
    async readFile(path) {
      let fd: number;
      try {
        // Not to wait for the other end of a named pipe that somebody has put there.
        const flags = constants.O_RDONLY | constants.O_NONBLOCK;
        fd = inPlace({ mounts: rootOf() }, () => openSync(path, flags));
      } catch {
        return undefined;
      }
      try {
        return await promisify(readFile)(fd, 'utf8');
      } catch {
        return undefined;
      } finally {
        closeSync(fd);
      }
    },
    writeFile(path, text) {
      inPlace({ mounts: rootOf() }, () => {
        mkdirSync(dirname(path), { recursive: true });
        const fresh = `${path}.new`;
        writeFileSync(fresh, text);
        renameSync(fresh, path);
      });
    },
    listDirectory(path) {
      try {
        return inPlace({ mounts: rootOf() }, () => readdirSync(path)).sort();
      } catch {
        return [];
      }
    },
    async close() {
      closed = true;
      const begun = await first?.catch(() => undefined);
      begun?.born.kill('SIGKILL');
      await begun?.born.exited;
      if (begun !== undefined) closePlace(begun.place);
      if (mounts !== undefined) closeSync(mounts);
      mounts = undefined;
    },
  };
}

/** Waits until process 1 has its own /proc and is the container's program, and gives the namespaces in which others can join it. A process that ends before that has none. */
async function settle(born: Born, before: number): Promise<Pick<Place, 'mounts' | 'processes'>> {
  let ended = false;
  void born.exited.then(() => {
    ended = true;
  });
  const original = readlinkSync(`/proc/self/fd/${before}`);
  let settled: Pick<Place, 'mounts' | 'processes'> | undefined;
  for (let wait = 1; !ended; wait = Math.min(wait * 2, 16)) {
    settled ??= namespacesOf(born.pid, original);
    if (settled !== undefined && !isStillATool(born.pid)) return settled;
    await sleep(wait);
  }
  return settled ?? {};
}

/** Whether a process is one of those that only prepare for the program of the container: a signal would be lost on it. */
function isStillATool(pid: number): boolean {
  try {
    return toolNames.has(readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
  } catch {
    return false;
  }
}

function namespacesOf(pid: number, original: string): Pick<Place, 'mounts' | 'processes'> | undefined {
  const open: number[] = [];
  try {
    if (readlinkSync(`/proc/${pid}/ns/mnt`) === original) return undefined;
    for (const kind of ['mnt', 'pid']) open.push(openSync(`/proc/${pid}/ns/${kind}`, 'r'));
    const [mounts, processes] = open as [number, number];
    if (inPlace({ mounts }, protectKernelFiles)) return { mounts, processes };
  } catch {
    // It has ended, or is just about to be what it will be.
  }
  for (const fd of open) closeSync(fd);
  return undefined;
}

/** false as long as /proc is still the lab's: there the lab sees itself, in a container's it doesn't. */
function protectKernelFiles(): boolean {
  if (existsSync('/proc/self')) return false;
  for (const name of kernelFiles) {
    const path = `/proc/${name}`;
    if (!existsSync(path)) continue;
    bindMount(path, path);
    makeReadOnly(path);
  }
  return true;
}
