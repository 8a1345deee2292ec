import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { countBytes, sendBody } from './body.ts';
import type { Body, Exchange } from './exchange.ts';
import { endToEnd, firstValue, type HeaderList, headerList, without } from './headers.ts';

/** Envoy's limit on the headers of a request. */
const mostHeaderBytes = 60 * 1024;

/** An HTTP/1 server without a port of its own: it is given connections. */
export function createHttp1Server(
  onExchange: (exchange: Exchange, connection: Duplex) => void,
  onBadRequest: (connection: Duplex, code: string | undefined) => void,
): Server {
  const server = createServer({
    maxHeaderSize: mostHeaderBytes,
    requireHostHeader: false,
    keepAliveTimeout: 0,
    requestTimeout: 0,
    headersTimeout: 0,
    joinDuplicateHeaders: false,
  });
  server.timeout = 0;
  server.on('request', (request, response) => onExchange(exchangeOf(request, response), request.socket));
  server.on('checkContinue', (request, response) => {
    const exchange = exchangeOf(request, response, () => response.writeContinue());
    onExchange(exchange, request.socket);
  });
  server.on('checkExpectation', (request, response) =>
    onExchange(exchangeOf(request, response), request.socket),
  );
  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    if (head.length > 0) connection.unshift(head);
    connection.on('error', () => {});
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(request.socket);
    // What the client has sent behind its request is read by nobody: the connection goes with the answer.
    response.on('finish', () => request.socket.destroySoon());
    onExchange(exchangeOf(request, response), request.socket);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, connection: Duplex) => {
    if (error.code === 'ECONNRESET' || !connection.writable) connection.destroy();
    else onBadRequest(connection, error.code);
  });
  return server;
}

function exchangeOf(request: IncomingMessage, response: ServerResponse, proceed?: () => void): Exchange {
  const headers = headerList(request.rawHeaders);
  const host = firstValue(headers, 'host');
  const upgrade = isUpgrade(headers) ? firstValue(headers, 'upgrade') : undefined;
  const received = countBytes();
  const sent = countBytes();
  response.sendDate = false;
  return {
    version: request.httpVersion === '1.0' ? 'HTTP/1.0' : 'HTTP/1.1',
    method: request.method ?? '',
    path: request.url ?? '',
    host,
    headers: without(headers, 'host'),
    body: bodyOf(request, headers, received.add),
    upgrade,
    proceed,
    respond: (status, answer, body) => {
      // What nobody reads of a request is thrown away, or the next one behind it never comes.
      if (body === undefined || typeof body === 'string') request.resume();
      response.removeHeader('connection');
      response.writeHead(status, withLength(answer, body).flat());
      sendBody(response, body, sent.add, (trailers) => response.addTrailers(trailers as [string, string][]));
    },
    switchProtocols: (answer) => {
      const { socket } = request;
      response.detachSocket(socket);
      const lines = answer.map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`, 'latin1');
      return socket;
    },
    abort: () => request.socket.destroy(),
    onEnd: (listener) => {
      if (upgrade === undefined) response.on('close', () => listener(response.writableFinished));
      else request.socket.once('close', () => listener(response.writableFinished));
    },
    bytes: { received: received.total, sent: sent.total },
  };
}

function isUpgrade(headers: HeaderList): boolean {
  return headers.some(([name, value]) => name === 'connection' && /(^|,)\s*upgrade\s*(,|$)/i.test(value));
}

function bodyOf(
  request: IncomingMessage,
  headers: HeaderList,
  count: (bytes: number) => void,
): Body | undefined {
  const length = firstValue(headers, 'content-length');
  const chunked = headers.some(([name]) => name === 'transfer-encoding');
  if (!chunked && (length === undefined || Number(length) === 0)) return undefined;
  request.on('data', (chunk: Buffer) => count(chunk.length));
  request.pause();
  return { stream: request, trailers: () => headerList(request.rawTrailers) };
}

/** A text says its length; a stream has that of the headers or goes in chunks. */
function withLength(headers: HeaderList, body: Body | string | undefined): HeaderList {
  const kept = endToEnd(headers);
  if (body !== undefined && typeof body !== 'string') return kept;
  if (kept.some(([name]) => name === 'content-length')) return kept;
  return [...kept, ['content-length', `${Buffer.byteLength(body ?? '')}`]];
}
