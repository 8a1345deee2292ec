import type { Readable } from 'node:stream';
import type { Born } from './birth.ts';
import type { Box, Command } from './box.ts';
import type { Console } from './console.ts';
import type { ContainerLog } from './log.ts';
import { openTerminal } from './terminal.ts';
import type { Running } from './types.ts';

export interface ContainerProcess {
  readonly box: Box;
  readonly setsid: string;
  readonly command: Omit<Command, 'streams'>;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly log: ContainerLog;
  readonly console: Console;
}

/** Starts process 1 of a container: its output goes to the log and to whoever is attached, input comes from those. */
export function startProcess(options: ContainerProcess): Promise<Running> {
  return options.tty ? withTerminal(options) : withPipes(options);
}

async function withPipes({ box, command, stdin, log, console }: ContainerProcess): Promise<Running> {
  const born = await box.start({ ...command, streams: { stdin } });
  const input = born.stdin;
  if (input !== undefined) {
    console.connect({
      write: (bytes) =>
        new Promise((resolve, reject) => {
          input.write(bytes, (error) => (error == null ? resolve() : reject(error)));
        }),
      end: () => input.end(),
    });
    void born.exited.then(() => input.destroy());
  }
  return copied(born, log, console, { stdout: born.stdout!, stderr: born.stderr! });
}

async function withTerminal(options: ContainerProcess): Promise<Running> {
  const { box, setsid, command, stdin, log, console } = options;
  const terminal = openTerminal(box);
  try {
    const env = { TERM: 'xterm', ...command.env };
    const born = await box.start({ ...command, env, streams: { fd: terminal.slave } }, [
      setsid,
      '--ctty',
      '--',
    ]);
    console.connect({
      write: (bytes) => (stdin ? terminal.type(bytes) : Promise.resolve()),
      // A terminal has no end: the program stays, and who attaches next goes on.
      end: () => {},
      resize: terminal.resize,
    });
    // Held until then, so that the terminal doesn't hang up while the program has closed it for a moment.
    void born.exited.then(() => terminal.release());
    return copied(born, log, console, { stdout: terminal.output });
  } catch (error) {
    terminal.close();
    throw error;
  }
}

type Outputs = Readonly<Partial<Record<'stdout' | 'stderr', Readable>>>;

function copied(born: Born, log: ContainerLog, console: Console, outputs: Outputs): Running {
  const all = (['stdout', 'stderr'] as const).flatMap((name) => {
    const stream = outputs[name];
    if (stream === undefined) return [];
    const writer = log.writer();
    readGently(stream, (bytes) => {
      writer.write(bytes);
      const slow = console.output(bytes, name);
      // What is left of a program that has ended is no more than a pipe holds.
      return slow && Promise.race([slow, born.exited]);
    });
    return [ended(stream).then(writer.end)];
  });
  // With process 1 the kernel ends all others, so that nobody holds the pipes any more.
  const exited = born.exited.then(async (exit) => {
    await Promise.all(all);
    return exit;
  });
  return { exited, signal: (name) => born.kill(name) };
}

/** Reads a stream, but of a program that writes without end only for a part of the time: everything else of the lab is in the same event loop. Nor faster than `take` says. */
function readGently(stream: Readable, take: (bytes: Buffer) => Promise<unknown> | undefined): void {
  /** So many times as long as the work took. */
  const restShare = 8;
  const shortestRest = 24;
  let restUntil = 0;
  stream.on('data', (bytes: Buffer) => {
    const start = performance.now();
    const slow = take(bytes);
    const spent = performance.now() - start;
    restUntil = Math.max(restUntil, start) + spent * restShare;
    const rest = restUntil - performance.now();
    const resume = (): void => {
      stream.resume();
    };
    if (slow !== undefined) {
      stream.pause();
      void slow.then(resume);
      return;
    }
    if (rest < shortestRest) return;
    stream.pause();
    setTimeout(resume, rest);
  });
}

/** Resolves when nothing more comes; a stream may have ended before anybody looked. */
function ended(stream: Readable): Promise<void> {
  if (stream.closed) return Promise.resolve();
  return new Promise((resolve) => stream.once('close', resolve));
}
