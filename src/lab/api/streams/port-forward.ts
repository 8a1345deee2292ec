import type { Duplex } from 'node:stream';
import type { SpdyStream } from '../spdy/index.ts';
import { join } from './join.ts';
import { readPort } from './ports.ts';

/** A way to the ports of one pod. */
export interface ForwardTarget {
  readonly connect: (port: number) => Promise<Duplex>;
  /** The pod's name and uid, for the words of an error. */
  readonly name: string;
  readonly uid: string;
}

interface Pair {
  error?: SpdyStream;
  data?: SpdyStream;
  readonly timer: NodeJS.Timeout;
}

/** So long the second stream of a pair is waited for. */
const patience = 30_000;

/**
 * Takes the streams of a port-forward: for each connection a pair of one request ID, `data` for what is forwarded and `error` for what goes wrong. A stream that says not what it is for is refused.
 * Source: kubelet/pkg/cri/streaming/portforward/httpstream.go.
 */
export function forwardStreams(target: ForwardTarget): (stream: SpdyStream) => void {
  const pairs = new Map<string, Pair>();

  function drop(id: string, pair: Pair): void {
    clearTimeout(pair.timer);
    if (pairs.get(id) === pair) pairs.delete(id);
  }

  function create(id: string): Pair {
    const pair: Pair = { timer: setTimeout(() => give(), patience).unref() };
    const give = (): void => {
      drop(id, pair);
      pair.error?.end(`(request=${id}) timed out waiting for streams`);
      pair.data?.destroy();
    };
    pairs.set(id, pair);
    return pair;
  }

  return (stream) => {
    const { headers } = stream;
    const type = headers.get('streamtype');
    const port = readPort(headers.get('port') ?? '');
    if (typeof port !== 'number' || (type !== 'error' && type !== 'data')) {
      stream.destroy();
      return;
    }
    const id = requestIdOf(stream, type);
    const pair = pairs.get(id) ?? create(id);
    if (pair[type] !== undefined) {
      stream.destroy();
      return;
    }
    pair[type] = stream;
    stream.once('close', () => drop(id, pair));
    const { data, error } = pair;
    if (data === undefined || error === undefined) return;
    drop(id, pair);
    void forward(target, port, data, error);
  };
}

/** Clients of old send no request ID: their error stream comes first, the data stream right after it. */
function requestIdOf({ headers, id }: SpdyStream, type: 'error' | 'data'): string {
  return headers.get('requestid') ?? String(type === 'error' ? id : id - 2);
}

async function forward(
  { connect, name, uid }: ForwardTarget,
  port: number,
  data: SpdyStream,
  error: SpdyStream,
): Promise<void> {
  // Nothing comes on it; its end must be read all the same.
  error.resume();
  try {
    await join(data, await connect(port));
  } catch (reason) {
    error.write(`error forwarding port ${port} to pod ${name}, uid ${uid}: ${(reason as Error).message}`);
    data.end();
    data.resume();
  }
  error.end();
}
