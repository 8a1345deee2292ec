import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpRequest, Request, Token } from '../../model/index.ts';
import { connectTcp, type NetworkNamespace } from '../system/index.ts';
import { codeOf, type Reply } from './reply.ts';
import type { Cell } from './types.ts';

const enoughBody = 400;

/** Sends a request as plain curl would, from a pod's own network namespace, as its application: a sidecar captures it. Ends at the signal with a timeout. */
export function probeHttp(
  namespace: NetworkNamespace,
  { address, port, request: { jwt }, tokens }: Pick<Cell, 'address' | 'port' | 'request' | 'tokens'>,
  { method = 'GET', path = '/', host = address, headers = {} }: HttpRequest,
  signal: AbortSignal,
): Promise<Reply> {
  return new Promise((resolve) => {
    let connected = false;
    let socket: Socket;
    try {
      socket = connectTcp(namespace, address, port);
    } catch (error) {
      resolve({ kind: 'error', code: codeOf(error), connected });
      return;
    }
    socket.once('connect', () => {
      connected = true;
    });
    const finish = (reply: Reply): void => {
      resolve(reply);
      socket.destroy();
    };
    signal.addEventListener('abort', () => finish({ kind: 'timeout', connected }), { once: true });
    socket.on('error', (error) => finish({ kind: 'error', code: codeOf(error), connected }));
    const call = request({
      createConnection: () => socket,
      method,
      path,
      headers: fieldLines({ host, connection: 'close', ...headers }, tokenHeaders(jwt, tokens)),
    });
    call.on('error', (error) => finish({ kind: 'error', code: codeOf(error), connected }));
    call.on('response', (response) => {
      let body = '';
      const { statusCode: status = 0, headers } = response;
      const done = (): void => finish({ kind: 'response', status, headers, body });
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > enoughBody) done();
      });
      response.on('end', done);
      response.on('error', done);
    });
    call.end();
  });
}

/** Names and values one after the other, as Node takes headers that may stand twice. */
function fieldLines(
  headers: NonNullable<HttpRequest['headers']>,
  more: readonly (readonly [string, string])[],
): string[] {
  const given = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value) => [name, value] as const),
  );
  return [...given, ...more].flat();
}

/** The headers in which tokens are sent. */
function tokenHeaders(
  jwt: Request['jwt'],
  texts: readonly string[] = [],
): readonly (readonly [string, string])[] {
  if (jwt === undefined || jwt === 'none') return [];
  return [jwt].flat().map(({ location }: Token, i) => {
    const text = texts[i] ?? '';
    if (location === undefined) return ['authorization', `Bearer ${text}`];
    if ('header' in location) return [location.header, `${location.prefix ?? ''}${text}`];
    if ('cookie' in location) return ['cookie', `${location.cookie}=${text}`];
    throw new Error(`a token in the query (${location.param}) is part of the path, and is written there`);
  });
}
