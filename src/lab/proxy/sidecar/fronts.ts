import type { Duplex } from 'node:stream';
import { badRequestText } from '../http/bad-request.ts';
import type { Exchange } from '../http/exchange.ts';
import { createHttp1Server } from '../http/front-h1.ts';
import { createHttp2Server } from '../http/front-h2.ts';
import { inboundServer, serveRequest } from '../inbound/http.ts';
import { outboundServer, sendRequest } from '../outbound/http.ts';
import { addressText, type Connection } from './connection.ts';
import type { Sidecar } from './sidecar.ts';
import { httpPrefix } from './stat-names.ts';

export type Side = 'inbound' | 'outbound';

/** Where connections that carry HTTP go to, once it is known which version. */
export interface HttpDoor {
  readonly accept: (connection: Connection, stream: Duplex, version: 'HTTP/1.1' | 'HTTP/2') => void;
}

/** The HTTP of one sidecar, of both sides. */
export interface Fronts {
  readonly door: (side: Side) => HttpDoor;
  /** Requests that are not answered yet. */
  readonly inFlight: () => number;
  /** Ends HTTP/2 connections as soon as they are idle. */
  readonly drain: () => void;
  readonly close: () => void;
}

interface Taken {
  readonly side: Side;
  readonly connection: Connection;
}

/** Makes the HTTP servers of a sidecar: they listen nowhere, and are given connections. */
export function createFronts(sidecar: Sidecar): Fronts {
  const taken = new WeakMap<Duplex, Taken>();
  const flying = new Set<Exchange>();
  const onExchange = (exchange: Exchange, stream: Duplex): void => {
    const known = taken.get(stream);
    if (known === undefined) {
      exchange.abort();
      return;
    }
    flying.add(exchange);
    exchange.onEnd(() => flying.delete(exchange));
    handle(sidecar, known, exchange);
  };
  const http1 = createHttp1Server(onExchange, (stream, code) =>
    refuse(sidecar, taken.get(stream), stream, code),
  );
  const http2 = createHttp2Server(onExchange);
  return {
    door: (side) => ({
      accept: (connection, stream, version) => {
        taken.set(stream, { side, connection });
        sidecar.stats.add(`${httpPrefix(sidecar.picture(), side, connection)}downstream_cx_total`);
        if (version === 'HTTP/2') http2.accept(stream);
        else http1.emit('connection', stream);
      },
    }),
    inFlight: () => flying.size,
    drain: http2.close,
    close: () => http1.closeAllConnections(),
  };
}

function handle(sidecar: Sidecar, { side, connection }: Taken, exchange: Exchange): void {
  const fail = (error: unknown): void => {
    sidecar.log.agent('error', undefined, `a request was dropped: ${error}`);
    exchange.abort();
  };
  try {
    if (side === 'outbound') sendRequest(sidecar, connection, exchange);
    else serveRequest(sidecar, connection, exchange).catch(fail);
  } catch (error) {
    fail(error);
  }
}

/** What is no HTTP gets an answer all the same, and an entry in the access log. */
function refuse(sidecar: Sidecar, taken: Taken | undefined, stream: Duplex, code: string | undefined): void {
  const { status, body, text } = badRequestText(
    code,
    taken?.side === 'outbound' ? outboundServer : inboundServer,
  );
  stream.end(text);
  if (taken === undefined) return;
  const { local, remote, serverName } = taken.connection;
  sidecar.stats.add(
    `${httpPrefix(sidecar.picture(), taken.side, taken.connection)}downstream_cx_protocol_error`,
  );
  sidecar.logAccess({
    start: new Date(),
    protocol: 'HTTP/1.1',
    code: status,
    flags: 'DPE',
    details: status === 431 ? 'http1.headers_too_large' : 'http1.codec_error',
    bytesReceived: 0,
    bytesSent: body.length,
    duration: 0,
    downstreamLocal: addressText(local),
    downstreamRemote: addressText(remote),
    serverName,
  });
}
