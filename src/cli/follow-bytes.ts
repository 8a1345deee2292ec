import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { logBytes, unreadable } from './log-bytes.ts';
import type { Terminal } from './terminal.ts';

/** Milliseconds between looks at a file that may have grown. */
const interval = 200;
const chunkSize = 256 * 1024;

/**
 * The bytes of a log as they come, until `signal` ends it: of a file also what is written from now on, as `tail -F` does, and of the one
 * that takes its place; of standard input until it ends. Throws an input error where a file cannot be read.
 */
export async function* followBytes(
  name: string,
  terminal: Terminal,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (name === '-') yield* untilAborted(logBytes(name, terminal), signal);
  else yield* grownBytes(name, resolve(terminal.cwd, name), signal);
}

async function* untilAborted(
  chunks: AsyncGenerator<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const ended = new Promise<undefined>((settle) => {
    if (signal.aborted) settle(undefined);
    signal.addEventListener('abort', () => settle(undefined), { once: true });
  });
  for (;;) {
    const coming = chunks.next();
    // What is still awaited when the reading ends may fail; nobody asks for it any more.
    coming.catch(() => undefined);
    const next = await Promise.race([coming, ended]);
    if (next === undefined || next.done === true) return;
    yield next.value;
  }
}

async function* grownBytes(name: string, path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let offset = 0;
  let inode: number | undefined;
  for (let isFirst = true; ; isFirst = false) {
    const found = await stat(path).catch((error: unknown) => {
      if (isFirst) throw unreadable(name, error);
      return undefined;
    });
    if (found !== undefined) {
      // A log that was rotated, or emptied, begins anew.
      if (found.size < offset || (inode !== undefined && found.ino !== inode)) offset = 0;
      inode = found.ino;
      if (found.size > offset || isFirst) {
        for await (const chunk of readFrom(name, path, offset)) {
          offset += chunk.length;
          yield chunk;
          if (signal.aborted) return;
        }
      }
    }
    if (signal.aborted) return;
    await pause(signal);
  }
}

async function* readFrom(name: string, path: string, from: number): AsyncGenerator<Uint8Array> {
  const file = await open(path).catch((error: unknown) => {
    throw unreadable(name, error);
  });
  try {
    for (let at = from; ; ) {
      const buffer = new Uint8Array(chunkSize);
      const { bytesRead } = await file.read(buffer, 0, chunkSize, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw unreadable(name, error);
  } finally {
    await file.close();
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((settle) => {
    const timer = setTimeout(settle, interval);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        settle();
      },
      { once: true },
    );
  });
}
