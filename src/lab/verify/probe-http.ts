import { request } from 'node:http';
import type { Socket } from 'node:net';
import { connectTcp, type NetworkNamespace } from '../system/index.ts';
import { codeOf, type Reply } from './reply.ts';
import type { Cell } from './types.ts';

const enoughBody = 400;

/** Sends what plain curl would, from a pod's own network namespace, as its application: a sidecar captures it. Ends at the signal with a timeout. */
export function probeHttp(
  namespace: NetworkNamespace,
  { address, port, host }: Pick<Cell, 'address' | 'port' | 'host'>,
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
      method: 'GET',
      path: '/',
      headers: { host, connection: 'close' },
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
