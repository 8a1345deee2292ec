import { closeSync, constants, write } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReadStream } from 'node:tty';
import { promisify } from 'node:util';
import type { Box } from './box.ts';
import { control } from './linux.ts';

/** A terminal of a container (a pair of pseudo terminals of its own /dev/pts). */
export interface Terminal {
  /** The end for the process, held open on the lab's side as well. */
  readonly slave: number;
  /** What the process writes; ends when no process has the terminal any more. */
  readonly output: Readable;
  /** Gives the process what was typed. */
  type(bytes: Uint8Array): Promise<void>;
  resize(size: { readonly columns: number; readonly rows: number }): void;
  /** Lets go of the slave: when no process has it any more, the output ends. */
  release(): void;
  /** Hangs up. */
  close(): void;
}

const unlock = 0x40045431;
const getNumber = 0x80045430;
const setSize = 0x5414;
const usualSize = { columns: 80, rows: 24 };
const full = 5;

export function openTerminal(box: Pick<Box, 'open'>): Terminal {
  const flags = constants.O_RDWR | constants.O_NOCTTY;
  const master = box.open('/dev/pts/ptmx', flags | constants.O_NONBLOCK);
  let slave: number;
  try {
    control(master, unlock, Buffer.alloc(4));
    const number = Buffer.alloc(4);
    control(master, getNumber, number);
    slave = box.open(`/dev/pts/${number.readUInt32LE()}`, flags);
  } catch (error) {
    closeSync(master);
    throw error;
  }
  let open = true;
  const output = new ReadStream(master);
  // EIO is how the end of a terminal reads.
  output.on('error', () => output.destroy());
  output.once('close', () => {
    open = false;
  });

  function resize({ columns, rows }: { readonly columns: number; readonly rows: number }): void {
    if (!open) return;
    const size = Buffer.alloc(8);
    size.writeUInt16LE(rows, 0);
    size.writeUInt16LE(columns, 2);
    control(master, setSize, size);
  }

  let held = true;
  function release(): void {
    if (held) closeSync(slave);
    held = false;
  }

  resize(usualSize);
  return {
    slave,
    output,
    /** Not through the stream: Node writes to terminals until all is taken, and a process that doesn't read would hold up the whole lab. */
    async type(bytes) {
      for (let rest = bytes; rest.length > 0 && open; ) {
        try {
          const { bytesWritten } = await promisify(write)(master, rest);
          rest = rest.subarray(bytesWritten);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
          await sleep(full);
        }
      }
    },
    resize,
    release,
    close() {
      release();
      output.destroy();
    },
  };
}
