import type { Duplex } from 'node:stream';
import { type SpdyStream, serveSpdy } from '../spdy/index.ts';
import { type Channels, createSink, ended, readSize, type Size, type Wanted } from './channels.ts';

/** So long the streams that a command needs are waited for. */
const patience = 30_000;

/**
 * The streams of a remote command over SPDY, by `v4.channel.k8s.io`: one stream each for input, output, errors, sizes and the result. Rejects where the caller goes away or opens too few of them.
 */
export function openSpdyChannels(transport: Duplex, wanted: Wanted): Promise<Channels> {
  const gone = new AbortController();
  const streams = new Map<string, SpdyStream>();
  const expected = new Set([
    'error',
    ...(wanted.stdin ? ['stdin'] : []),
    ...(wanted.stdout ? ['stdout'] : []),
    ...(wanted.stderr ? ['stderr'] : []),
    ...(wanted.terminal ? ['resize'] : []),
  ]);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error('timed out waiting for client to create streams'));
      session.close();
    }, patience).unref();
    const session = serveSpdy(transport, (stream) => {
      const type = stream.headers.get('streamtype') ?? '';
      if (!expected.delete(type)) {
        stream.destroy();
        return;
      }
      streams.set(type, stream);
      if (expected.size > 0) return;
      clearTimeout(timer);
      resolve(channelsOf(streams, wanted, gone.signal, () => session.close()));
    });
    transport.once('close', () => {
      clearTimeout(timer);
      gone.abort();
      reject(new Error('the caller has gone'));
    });
  });
}

function channelsOf(
  streams: ReadonlyMap<string, SpdyStream>,
  wanted: Wanted,
  signal: AbortSignal,
  close: () => void,
): Channels {
  const errors = streams.get('error')!;
  const output = streams.get('stdout') ?? createSink();
  const errorOutput = wanted.terminal ? undefined : (streams.get('stderr') ?? createSink());
  const listeners: ((size: Size) => void)[] = [];
  let size: Size | undefined;
  let rest = '';
  streams.get('resize')?.on('data', (bytes: Buffer) => {
    // One JSON value behind the other, each with a line end.
    const lines = (rest + bytes.toString()).split('\n');
    rest = lines.pop()!.slice(0, 1024);
    for (const line of lines) size = readSize(Buffer.from(line)) ?? size;
    if (size !== undefined) for (const tell of listeners) tell(size);
  });
  for (const name of ['error', 'stdout', 'stderr']) streams.get(name)?.resume();
  return {
    streams: {
      stdin: streams.get('stdin'),
      stdout: output,
      stderr: errorOutput,
      terminal: wanted.terminal,
      onResize(listener) {
        listeners.push(listener);
        if (size !== undefined) listener(size);
      },
      signal,
    },
    async finish(result) {
      await Promise.all([ended(output), errorOutput && ended(errorOutput)]);
      errors.write(JSON.stringify(result));
      await ended(errors);
      close();
      for (const stream of streams.values()) stream.destroy();
    },
  };
}
