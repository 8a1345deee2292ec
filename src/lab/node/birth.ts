import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import { defaultPath, findExecutable, StartError } from './executable.ts';
import { openPipe } from './linux.ts';
import { inPlace, type Place } from './place.ts';
import type { Exit } from './types.ts';

/** A process that was started, from the lab's side. */
export interface Born {
  readonly pid: number;
  /** Absent where the process has been given descriptors. */
  readonly stdin?: Socket;
  readonly stdout?: Socket;
  readonly stderr?: Socket;
  readonly exited: Promise<Exit>;
  /** To the process, and with `group` to all of its process group as well. */
  readonly kill: (signal: NodeJS.Signals, group?: boolean) => void;
}

export interface Birth {
  readonly place: Place;
  readonly argv: readonly string[];
  /** Words that run before `argv` and start it in the end (setpriv …), with full paths. */
  readonly before: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Makes the directory where it's missing, as for the first process of a container. */
  readonly makeDirectory?: boolean;
  /** A descriptor for all three streams (a terminal), or pipes. Without `stdin` the process reads nothing. */
  readonly streams: { readonly fd: number } | { readonly stdin: boolean };
}

/**
 * Starts a process in a place: no helper, one fork. Throws a StartError where there is no such program or directory. It leads a process group of its own, so that it can be ended with what it started;
 * with descriptors it stays in the lab's session, for `setsid` to make one.
 */
export function bear(birth: Birth): Born {
  const { streams } = birth;
  if ('fd' in streams) return watched(startIn(birth, [streams.fd, streams.fd, streams.fd], false), undefined);
  const input = streams.stdin ? openPipe() : undefined;
  const output = openPipe();
  const errors = openPipe();
  const theirs = [input?.read, output.write, errors.write].filter((fd) => fd !== undefined);
  const ours = [input?.write, output.read, errors.read].filter((fd) => fd !== undefined);
  try {
    const child = startIn(birth, [input?.read ?? 'ignore', output.write, errors.write], true);
    const pipes = {
      ...(input !== undefined && {
        stdin: quiet(new Socket({ fd: input.write, readable: false, writable: true })),
      }),
      stdout: quiet(new Socket({ fd: output.read, readable: true, writable: false })),
      stderr: quiet(new Socket({ fd: errors.read, readable: true, writable: false })),
    };
    return watched(child, pipes);
  } catch (error) {
    for (const fd of ours) closeSync(fd);
    throw error;
  } finally {
    for (const fd of theirs) closeSync(fd);
  }
}

function startIn(birth: Birth, stdio: (number | 'ignore')[], leader: boolean): ChildProcess {
  const { place, argv, before, directory, env } = birth;
  return inPlace(place, () => {
    if (birth.makeDirectory === true) mkdirSync(directory, { recursive: true });
    if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
      const why = `chdir to cwd (${JSON.stringify(directory)}) set in config.json failed: no such file or directory`;
      throw new StartError(why, 126);
    }
    findExecutable(argv[0] ?? '', env.PATH ?? defaultPath, directory);
    const [command, ...words] = [...before, ...argv];
    const child = spawn(command!, words, {
      cwd: directory,
      env: { PATH: defaultPath, ...env },
      stdio,
      detached: leader,
    });
    // Some errors come later as an event, too.
    child.on('error', () => {});
    if (child.pid === undefined) {
      throw new StartError(`exec: ${JSON.stringify(argv[0])}: ${command} cannot be started`, 126);
    }
    return child;
  });
}

function watched(child: ChildProcess, pipes: Pick<Born, 'stdin' | 'stdout' | 'stderr'> | undefined): Born {
  const pid = child.pid!;
  let gone = false;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      gone = true;
      const number = signal === null ? undefined : constants.signals[signal];
      resolve(number === undefined ? { code: code ?? 0 } : { code: 128 + number, signal: number });
    });
  });
  return {
    pid,
    ...pipes,
    exited,
    kill(signal, group = false) {
      if (group) send(-pid, signal);
      if (!gone) send(pid, signal);
    },
  };
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

/** A pipe that breaks is no mistake of the lab's. */
function quiet(socket: Socket): Socket {
  return socket.on('error', () => {});
}
