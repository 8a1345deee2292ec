import {
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Duplex } from 'node:stream';
import { countBytes, sendBody } from './body.ts';
import type { Exchange } from './exchange.ts';
import { asRecord, endToEnd, type HeaderList, headerList } from './headers.ts';

/** An HTTP/2 server without a port of its own. `accept` gives it a connection; gRPC passes, trailers and all. */
export function createHttp2Server(onExchange: (exchange: Exchange, connection: Duplex) => void): {
  readonly accept: (connection: Duplex) => void;
  readonly close: () => void;
} {
  const server: Http2Server = createServer();
  const open = new Set<{ close(): void }>();
  server.on('sessionError', () => {});
  return {
    accept: (connection) => {
      server.once('session', (session) => {
        open.add(session);
        session.on('close', () => open.delete(session));
        session.on('error', () => connection.destroy());
        // A client that has said its last word gets the answers that are under way, and no more.
        connection.once('end', () => session.close());
        session.on('stream', (stream, headers, flags, raw) => {
          stream.on('error', () => {});
          const ended = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
          onExchange(exchangeOf(stream, headers, raw as unknown as readonly string[], ended), connection);
        });
      });
      server.emit('connection', connection);
    },
    close: () => {
      for (const session of open) session.close();
    },
  };
}

function exchangeOf(
  stream: ServerHttp2Stream,
  pseudo: IncomingHttpHeaders & { readonly [name: `:${string}`]: unknown },
  raw: readonly string[],
  ended: boolean,
): Exchange {
  const headers = headerList(raw);
  const received = countBytes();
  const sent = countBytes();
  let trailers: HeaderList = [];
  stream.on('trailers', (_, __, list?: readonly string[]) => (trailers = headerList(list ?? [])));
  if (!ended) {
    stream.on('data', (chunk: Buffer) => received.add(chunk.length));
    stream.pause();
  }
  return {
    version: 'HTTP/2',
    method: `${pseudo[':method'] ?? ''}`,
    path: `${pseudo[':path'] ?? ''}`,
    host:
      pseudo[':authority'] === undefined
        ? headers.find(([name]) => name === 'host')?.[1]
        : `${pseudo[':authority']}`,
    headers: headers.filter(([name]) => name !== 'host'),
    body: ended ? undefined : { stream, trailers: () => trailers },
    upgrade: undefined,
    proceed: undefined,
    respond: (status, answer, body) => {
      if (stream.destroyed) return;
      const streamed = body !== undefined && typeof body !== 'string';
      const record = { ...asRecord(endToEnd(answer)), ':status': status };
      stream.respond(record, { waitForTrailers: streamed, endStream: body === undefined || body === '' });
      if (!streamed) stream.resume();
      if (body === undefined || body === '') return;
      let behind: HeaderList = [];
      // Without trailers this ends the stream as usual; to close it instead would break it off.
      stream.on('wantTrailers', () => stream.sendTrailers(asRecord(behind)));
      sendBody(stream, body, sent.add, (list) => (behind = list));
    },
    switchProtocols: () => stream,
    abort: () => stream.close(constants.NGHTTP2_INTERNAL_ERROR),
    onEnd: (listener) => {
      stream.on('close', () => listener(stream.writableFinished || stream.rstCode === 0));
    },
    bytes: { received: received.total, sent: sent.total },
  };
}
