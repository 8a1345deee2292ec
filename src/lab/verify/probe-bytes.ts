import { connectTcp, type NetworkNamespace } from '../system/index.ts';
import { codeOf, type Reply } from './reply.ts';
import type { Cell } from './types.ts';

/** Sends bytes over TCP and waits for any in return. */
export function probeBytes(
  namespace: NetworkNamespace,
  { address, port }: Pick<Cell, 'address' | 'port'>,
  payload: Uint8Array,
  signal: AbortSignal,
): Promise<Reply> {
  return new Promise((resolve) => {
    let connected = false;
    const socket = connectTcp(namespace, address, port);
    const finish = (reply: Reply): void => {
      resolve(reply);
      socket.destroy();
    };
    socket.once('connect', () => {
      connected = true;
      socket.write(payload);
    });
    socket.once('data', () => finish({ kind: 'bytes' }));
    socket.on('error', (error) => finish({ kind: 'error', code: codeOf(error), connected }));
    socket.on('end', () => finish({ kind: 'error', code: 'ECONNRESET', connected }));
    signal.addEventListener('abort', () => finish({ kind: 'timeout', connected }), { once: true });
  });
}
