import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
} from 'node:http2';
import type { Body } from './exchange.ts';
import { asRecord, type HeaderList, headerList } from './headers.ts';
import {
  notUnderstood,
  terminated,
  type UpstreamCall,
  type UpstreamRequest,
  type UpstreamResponse,
  type UpstreamTarget,
} from './upstream.ts';

/** HTTP/2 connections to upstreams, one for each target's key, shared by its requests. */
export interface Http2Pool {
  readonly send: (target: UpstreamTarget, request: UpstreamRequest) => UpstreamCall;
  /** Takes no connection that there is for a new request; each ends when its streams have. */
  readonly close: () => void;
}

export function createHttp2Pool(): Http2Pool {
  const sessions = new Map<string, Promise<ClientHttp2Session>>();
  const sessionOf = (target: UpstreamTarget): Promise<ClientHttp2Session> => {
    const known = sessions.get(target.key);
    if (known !== undefined) return known;
    const forget = (): void => {
      if (sessions.get(target.key) === opened) sessions.delete(target.key);
    };
    const opened: Promise<ClientHttp2Session> = openSession(target, forget);
    sessions.set(target.key, opened);
    opened.catch(forget);
    return opened;
  };
  return {
    send: (target, request) => send(sessionOf(target), request),
    close: () => {
      for (const session of sessions.values()) session.then((each) => each.close()).catch(() => undefined);
      sessions.clear();
    },
  };
}

async function openSession(target: UpstreamTarget, onEnd: () => void): Promise<ClientHttp2Session> {
  const connection = await target.connect();
  const session = connect('http://upstream', { createConnection: () => connection });
  session.on('error', () => undefined);
  session.on('goaway', onEnd);
  session.on('close', onEnd);
  session.unref();
  return session;
}

function send(opening: Promise<ClientHttp2Session>, request: UpstreamRequest): UpstreamCall {
  let stream: ClientHttp2Stream | undefined;
  let aborted = false;
  const start = async (): Promise<UpstreamResponse> => {
    const session = await opening;
    if (aborted) throw terminated();
    const { method, path, host, headers, body, onConnection } = request;
    onConnection(`${session.socket.localAddress}:${session.socket.localPort}`);
    stream = session.request(
      { ...asRecord(headers), ':method': method, ':path': path, ':authority': host, ':scheme': 'http' },
      { endStream: body === undefined, waitForTrailers: body !== undefined },
    );
    if (body !== undefined) pipeBody(body, stream);
    return responseOf(stream);
  };
  return {
    response: start(),
    abort: () => {
      aborted = true;
      stream?.close();
    },
  };
}

function responseOf(stream: ClientHttp2Stream): Promise<UpstreamResponse> {
  return new Promise((resolve, reject) => {
    let trailers: HeaderList = [];
    stream.on('trailers', (_: IncomingHttpHeaders, __: number, raw?: readonly string[]) => {
      trailers = headerList(raw ?? []);
    });
    stream.on('response', (pseudo, _flags, raw?: readonly string[]) => {
      const body = { stream, trailers: () => trailers };
      resolve({ status: Number(pseudo[':status']), headers: headerList(raw ?? []), body });
    });
    stream.on('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ERR_HTTP2_ERROR' ? notUnderstood() : terminated());
    });
    stream.on('close', () => reject(terminated()));
  });
}

function pipeBody({ stream, trailers }: Body, target: ClientHttp2Stream): void {
  target.on('wantTrailers', () => target.sendTrailers(asRecord(trailers())));
  stream.on('error', () => target.close());
  stream.pipe(target);
}
