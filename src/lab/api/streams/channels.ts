import { Readable, Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import type { ExecStreams } from '../../node/index.ts';

/** The first byte of a frame says what it carries. */
const stdin = 0;
const stdout = 1;
const stderr = 2;
const status = 3;
const resize = 4;
/** Of v5 alone: the channel that the second byte names is closed. */
const close = 255;

/** What a caller wants to be connected. */
export interface Wanted {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly terminal: boolean;
}

export interface Channels {
  readonly streams: ExecStreams;
  /** Ends the output, sends what it came to and closes the connection. */
  finish(result: object): Promise<void>;
}

export type Size = { readonly columns: number; readonly rows: number };

/** The streams of a remote command over a WebSocket that speaks `v4.channel.k8s.io` or `v5.channel.k8s.io`. */
export function openChannels(socket: WebSocket, wanted: Wanted): Channels {
  const gone = new AbortController();
  const input = wanted.stdin ? createInput(socket) : undefined;
  const output = wanted.stdout ? createOutput(socket, stdout) : createSink();
  const errors = wanted.terminal ? undefined : wanted.stderr ? createOutput(socket, stderr) : createSink();
  const listeners: ((size: Size) => void)[] = [];
  let size: Size | undefined;

  socket.on('message', (data: Buffer) => {
    const [channel, ...rest] = [data[0], data.subarray(1)] as const;
    const [bytes] = rest;
    if (channel === stdin && input !== undefined) input.take(bytes);
    else if (channel === resize) {
      size = readSize(bytes) ?? size;
      if (size !== undefined) for (const tell of listeners) tell(size);
    } else if (channel === close && bytes[0] === stdin) input?.end();
  });
  socket.on('close', () => {
    input?.end();
    gone.abort();
  });
  // The close event that follows says all that is to be known.
  socket.on('error', () => {});
  // Tells the caller that the connection stands, before there is anything to say.
  socket.send(Buffer.from([wanted.stdout ? stdout : wanted.stderr ? stderr : status]));

  return {
    streams: {
      stdin: input?.stream,
      stdout: output,
      stderr: errors,
      terminal: wanted.terminal,
      onResize(listener) {
        listeners.push(listener);
        if (size !== undefined) listener(size);
      },
      signal: gone.signal,
    },
    async finish(result) {
      await Promise.all([ended(output), errors && ended(errors)]);
      if (socket.readyState !== socket.OPEN) return;
      socket.send(Buffer.concat([Buffer.from([status]), Buffer.from(JSON.stringify(result))]));
      socket.close(1000);
    },
  };
}

interface Input {
  readonly stream: Readable;
  readonly take: (bytes: Buffer) => void;
  readonly end: () => void;
}

/** Reads no further from the connection than the program reads its input. */
function createInput(socket: WebSocket): Input {
  let open = true;
  const stream = new Readable({
    read() {
      if (socket.isPaused) socket.resume();
    },
  });
  stream.on('error', () => {});
  stream.on('close', () => {
    // A program that reads no more: what still comes is thrown away, so that resizes and the end get through.
    open = false;
    if (socket.isPaused) socket.resume();
  });
  return {
    stream,
    take(bytes) {
      if (open && bytes.length > 0 && !stream.push(bytes)) socket.pause();
    },
    end() {
      if (open) stream.push(null);
      open = false;
    },
  };
}

function createOutput(socket: WebSocket, channel: number): Writable {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      // Whoever has gone away wants no more of it; the signal ends the program.
      if (socket.readyState !== socket.OPEN) done();
      else socket.send(Buffer.concat([Buffer.from([channel]), chunk]), () => done());
    },
  });
  stream.on('error', () => {});
  return stream;
}

/** Takes what nobody wants. */
export function createSink(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

/** Ends a stream; resolves when all of it is written, or nothing of it can be. */
export function ended(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableFinished) {
      resolve();
      return;
    }
    stream.once('finish', resolve);
    stream.once('close', resolve);
    if (!stream.writableEnded) stream.end();
  });
}

/** Reads what a caller says of its terminal's size. */
export function readSize(bytes: Buffer): Size | undefined {
  try {
    const { Width, Height } = JSON.parse(bytes.toString()) as { Width?: unknown; Height?: unknown };
    if (typeof Width !== 'number' || typeof Height !== 'number') return undefined;
    return { columns: Width, rows: Height };
  } catch {
    return undefined;
  }
}
