import type { Readable, Writable } from 'node:stream';
import type { ExecStreams } from './types.ts';

/** What callers can do to a program that has an input or a terminal. */
export interface ProgramInput {
  /** Resolves when the program's side has taken it; rejects when it takes no more. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly end: () => void;
  readonly resize?: (size: { readonly columns: number; readonly rows: number }) => void;
}

/** One life of a container as those see it who are attached to it. */
export interface Console {
  /** Gives the program's output to all who are attached. A promise, where one of them has to catch up before there can be more. */
  output(bytes: Uint8Array, stream: 'stdout' | 'stderr'): Promise<unknown> | undefined;
  /** The program reads from here. */
  connect(input: ProgramInput): void;
  /** Output from now on, and the caller's input to the program. Resolves when the container has ended or the caller has gone. */
  attach(streams: ExecStreams): Promise<void>;
  /** The container has ended. */
  end(): void;
}

/** `once`: the input ends with that of the first caller who has one (stdinOnce). */
export function createConsole(once: boolean): Console {
  const attached = new Set<ExecStreams>();
  const over = Promise.withResolvers<void>();
  let input: ProgramInput | undefined;

  async function type(stdin: Readable): Promise<void> {
    const taker = input;
    try {
      for await (const bytes of stdin) await taker?.write(bytes as Buffer);
    } catch {
      // The program reads no more, or the caller has gone.
    }
    if (!once || input === undefined) return;
    input.end();
    // Of whoever comes later, nothing is read by the program.
    input = undefined;
  }

  return {
    output(bytes, stream) {
      let slow: Promise<unknown>[] | undefined;
      for (const streams of attached) {
        const to = stream === 'stdout' ? streams.stdout : (streams.stderr ?? streams.stdout);
        if (!to.write(bytes)) slow = [...(slow ?? []), caughtUp(to, streams.signal)];
      }
      return slow && Promise.all(slow);
    },
    connect(given) {
      input = given;
    },
    async attach(streams) {
      if (streams.signal.aborted) return;
      attached.add(streams);
      const gone = Promise.withResolvers<void>();
      const leave = (): void => gone.resolve();
      streams.signal.addEventListener('abort', leave, { once: true });
      const { resize } = input ?? {};
      if (resize !== undefined) streams.onResize?.(resize);
      if (streams.stdin !== undefined) void type(streams.stdin);
      await Promise.race([over.promise, gone.promise]);
      attached.delete(streams);
      streams.signal.removeEventListener('abort', leave);
    },
    end: () => over.resolve(),
  };
}

/** Resolves when a stream takes more, or nobody is there for it. */
function caughtUp(stream: Writable, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done);
      stream.off('close', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
    signal.addEventListener('abort', done);
    if (signal.aborted || stream.destroyed) done();
  });
}
