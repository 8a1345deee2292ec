import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { inputError } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** Bytes that are read from a file at once. */
const chunkSize = 256 * 1024;

/** The bytes of a file as they are read, or of standard input (`-`) as they come. Throws an input error where it cannot be read. */
export async function* logBytes(name: string, terminal: Terminal): AsyncGenerator<Uint8Array> {
  if (name === '-') {
    if (terminal.streamInput === undefined) yield await terminal.readInput();
    else yield* terminal.streamInput();
    return;
  }
  try {
    yield* createReadStream(resolve(terminal.cwd, name), { highWaterMark: chunkSize });
  } catch (error) {
    throw unreadable(name, error);
  }
}

/** The input error of a file that cannot be read; what is none of the system is thrown as it is. */
export function unreadable(name: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  return inputError(`${name} cannot be read: ${reasons[code] ?? code}`);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
};
