import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import type { Duplex, Writable } from 'node:stream';
import * as ws from 'ws';
import type { Frame } from '../../src/lab/api/spdy/frames.ts';
import { createFrameReader } from '../../src/lab/api/spdy/read-frames.ts';
import { createFrameWriter, type WrittenFrame } from '../../src/lab/api/spdy/write-frames.ts';

/** The library's framing without its handshake, which takes no protocol with a slash; its types leave it out. */
const { Receiver, Sender } = ws as unknown as {
  readonly Receiver: new (options: { readonly isServer: boolean }) => Writable;
  readonly Sender: new (
    socket: Duplex,
  ) => {
    send(bytes: Buffer, options: Readonly<Record<string, boolean>>, done: () => void): void;
  };
};

/** Where the API is, and who asks. */
export interface ApiAddress {
  readonly server: string;
  readonly token: string;
  readonly caPem: string;
}

/** The client's end of a SPDY connection, as bare as tests need it: frames go out and come in, nothing is done by itself. */
export interface SpdyClient {
  readonly headers: IncomingHttpHeaders;
  readonly send: (frame: WrittenFrame) => void;
  /** Anything at all. */
  readonly sendBytes: (bytes: Buffer) => void;
  /** All that has come. */
  readonly frames: readonly Frame[];
  /** Resolves with the first value that is not undefined; asked again after each piece that comes. Rejects when the connection has ended. */
  until<T>(look: (frames: readonly Frame[]) => T | undefined): Promise<T>;
  /** Resolves when the connection has ended. */
  readonly ended: Promise<void>;
  readonly socket: Duplex;
  close(): void;
}

export type Carrier = 'SPDY in a WebSocket' | 'SPDY alone';

/** Opens a port-forward as kubectl does today, or as it did. Rejects with the status of a refusal. */
export async function connectForward(api: ApiAddress, path: string, carrier: Carrier): Promise<SpdyClient> {
  const alone = carrier === 'SPDY alone';
  const { socket, head, headers } = await upgrade(api, path, alone ? spdyHeaders : tunnelHeaders(), alone);
  const read = createFrameReader();
  const write = createFrameWriter();
  const frames: Frame[] = [];
  const waiting = new Set<() => void>();
  let over = false;
  const wake = (): void => {
    for (const each of [...waiting]) each();
  };
  const take = (bytes: Buffer): void => {
    frames.push(...read(bytes));
    wake();
  };
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => {
      over = true;
      wake();
      resolve();
    });
  });
  socket.on('error', () => {});
  let sendBytes = (bytes: Buffer): void => void socket.write(bytes);
  if (alone) socket.on('data', take);
  else {
    const sender = new Sender(socket);
    sendBytes = (bytes) =>
      sender.send(bytes, { binary: true, compress: false, fin: true, mask: true }, () => {});
    const receiver = new Receiver({ isServer: false });
    receiver.on('message', take);
    receiver.on('conclude', () => socket.end());
    socket.pipe(receiver);
  }
  if (head.length > 0) socket.unshift(head);
  return {
    headers,
    frames,
    socket,
    ended,
    sendBytes,
    send: (frame) => sendBytes(write(frame)),
    until: (look) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const found = look(frames);
          if (found === undefined && !over) return;
          waiting.delete(check);
          if (found === undefined) reject(new Error(`the connection ended after ${JSON.stringify(frames)}`));
          else resolve(found);
        };
        waiting.add(check);
        check();
      }),
    close: () => socket.destroy(),
  };
}

const spdyHeaders = {
  Connection: 'Upgrade',
  Upgrade: 'SPDY/3.1',
  'X-Stream-Protocol-Version': 'portforward.k8s.io',
};

function tunnelHeaders(): Readonly<Record<string, string>> {
  return {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Protocol': 'SPDY/3.1+portforward.k8s.io',
  };
}

interface Upgraded {
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly headers: IncomingHttpHeaders;
}

function upgrade(
  { server, token, caPem }: ApiAddress,
  path: string,
  headers: Readonly<Record<string, string>>,
  post: boolean,
): Promise<Upgraded> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${server}${path}`, {
      method: post ? 'POST' : 'GET',
      headers: { Authorization: `Bearer ${token}`, ...headers },
      ca: caPem,
    });
    outgoing.on('upgrade', (answer, socket, head) => resolve({ socket, head, headers: answer.headers }));
    outgoing.on('response', (answer) => {
      let body = '';
      answer.on('data', (bytes: Buffer) => {
        body += bytes;
      });
      answer.on('end', () => reject(new Error(`${answer.statusCode}: ${body}`)));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** Opens the two streams of one forwarded connection; `first` is an odd number, the second stream is the next. */
export function openPair(
  client: SpdyClient,
  port: number,
  first: number,
  requestId: string | undefined,
): void {
  for (const [i, type] of (['error', 'data'] as const).entries()) {
    const headers = new Map([
      ['streamtype', type],
      ['port', String(port)],
      ...(requestId === undefined ? [] : [['requestid', requestId] as const]),
    ]);
    client.send({ type: 'syn-stream', stream: first + 2 * i, headers, fin: type === 'error' });
  }
}

/** All that has come on a stream, when its end has. */
export function textOf(client: SpdyClient, stream: number): Promise<string> {
  return client.until((frames) => {
    const own = frames.filter((frame) => frame.type === 'data' && frame.stream === stream);
    if (!own.some((frame) => frame.type === 'data' && frame.fin)) return undefined;
    return Buffer.concat(own.map((frame) => (frame as { readonly bytes: Buffer }).bytes)).toString();
  });
}

/** One HTTP exchange over a connection of its own, as istioctl asks Envoy's admin port. Gives status and body. */
export async function askThrough(
  client: SpdyClient,
  port: number,
  first: number,
  method: string,
  path: string,
): Promise<{ readonly status: number; readonly body: string; readonly error: string }> {
  openPair(client, port, first, String(first));
  const head = `${method} ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
  client.send({ type: 'data', stream: first + 2, bytes: Buffer.from(head), fin: false });
  const answer = await textOf(client, first + 2);
  client.send({ type: 'data', stream: first + 2, bytes: Buffer.alloc(0), fin: true });
  const error = await textOf(client, first);
  const split = answer.indexOf('\r\n\r\n');
  const headers = answer.slice(0, split);
  const rest = answer.slice(split + 4);
  return {
    status: Number(/^HTTP\/1\.\d (\d+)/.exec(headers)?.[1] ?? 0),
    body: /^transfer-encoding: chunked\r?$/im.test(headers) ? unchunked(rest) : rest,
    error,
  };
}

function unchunked(text: string): string {
  let body = '';
  for (let rest = text; rest !== ''; ) {
    const end = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.slice(0, end), 16);
    if (!(size > 0)) break;
    body += rest.slice(end + 2, end + 2 + size);
    rest = rest.slice(end + 4 + size);
  }
  return body;
}
