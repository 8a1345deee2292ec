import { spawn } from 'node:child_process';
import { closeSync, existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Duplex, Readable } from 'node:stream';
import { findLab, labMarker } from './find.ts';
import type { LabHandle, LabOptions } from './options.ts';
import { systemPath } from './system-path.ts';
import { unshareFlags } from './unshare-flags.ts';

/** What the process inside says while it starts, one JSON object a line. */
export type StartMessage =
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string; readonly details: readonly string[] };

/** A lab did not start: why, and what it said. */
export class LabStartError extends Error {
  override readonly name = 'LabStartError';
  readonly details: readonly string[];
  /** True where its namespaces were made and a part of the lab failed in them: a mistake of ours, or a kernel that lacks something. */
  readonly inside: boolean;

  constructor(message: string, details: readonly string[] = [], inside = false) {
    super(message);
    this.details = details;
    this.inside = inside;
  }
}

/** A lab that was started, and its end. */
export interface StartedLab {
  readonly lab: LabHandle;
  /** Lets the lab live on when this process ends. Without it the lab ends with this process, however it ends. */
  readonly detach: () => void;
  readonly exited: Promise<void>;
}

/**
 * Starts a lab and waits until its API answers. The listening socket is made here, in the network namespace of the caller, because the process inside has no way back to it.
 * Throws a LabStartError.
 */
export async function startLab(
  options: LabOptions,
  onProgress: (text: string) => void = () => {},
): Promise<StartedLab> {
  // Loaded here: it binds to Linux' libc, and the verbs must start elsewhere, too.
  const { openListenerHere } = await import('../system/index.ts');
  const listener = openListenerHere('127.0.0.1', 0);
  const child = spawn('unshare', [...unshareFlags, '--', process.execPath, ...insideWords(options)], {
    detached: true,
    cwd: '/',
    env: { ...process.env, PATH: systemPath(process.env.PATH) },
    stdio: ['ignore', 'ignore', 'pipe', listener, 'pipe'],
  });
  closeSync(listener);
  const lifeline = child.stdio[4] as Duplex;
  const said = collect(child.stderr!);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  lifeline.on('error', () => {});
  const failure = await untilReady(child, lifeline, onProgress);
  if (failure !== undefined) {
    child.kill('SIGKILL');
    const details = failure.details.length > 0 ? failure.details : said();
    throw new LabStartError(failure.message, details, failure.inside);
  }
  const lab = findLab(options.name);
  if (lab === undefined) {
    child.kill('SIGKILL');
    throw new LabStartError(`lab ${options.name} has started, but cannot be seen in /proc`);
  }
  const detach = (): void => {
    lifeline.end('detach\n');
    for (const stream of [lifeline, child.stderr!]) (stream as Socket).unref();
    child.unref();
  };
  return { lab, detach, exited };
}

type Failure = { readonly message: string; readonly details: readonly string[]; readonly inside: boolean };

function untilReady(
  child: ReturnType<typeof spawn>,
  lifeline: Duplex,
  onProgress: (text: string) => void,
): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    child.once('error', (error) =>
      resolve({ message: `unshare: ${error.message}`, details: [], inside: false }),
    );
    child.once('exit', (code, signal) =>
      resolve({
        message: `the lab ended while it started (${signal ?? `exit code ${code}`})`,
        details: [],
        inside: false,
      }),
    );
    createInterface({ input: lifeline }).on('line', (line) => {
      const message = JSON.parse(line) as StartMessage;
      if (message.kind === 'progress') onProgress(message.text);
      else resolve(message.kind === 'ready' ? undefined : { ...message, inside: true });
    });
  });
}

/** Node's arguments: the built program beside this one, or its source. */
function insideWords(options: LabOptions): readonly string[] {
  const built = join(import.meta.dirname, 'lab.cjs');
  const entry = existsSync(built) ? built : join(import.meta.dirname, '../run/main.ts');
  return ['--disable-warning=ExperimentalWarning', entry, labMarker, options.name, JSON.stringify(options)];
}

/** Keeps the last lines of a stream. */
function collect(stream: Readable): () => readonly string[] {
  let lines: readonly string[] = [];
  createInterface({ input: stream }).on('line', (line) => {
    lines = [...lines, line].slice(-20);
  });
  return () => lines;
}
