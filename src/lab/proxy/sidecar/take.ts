import type { Socket } from 'node:net';
import type { Connection } from './connection.ts';
import type { Sidecar } from './sidecar.ts';

/** A connection as it is when a listener takes it: bytes so far, from nobody that is known. `unseen`: the other end's address where the socket cannot tell it any more. */
export function takeConnection(
  sidecar: Sidecar,
  raw: Socket,
  local: Connection['local'],
  unseen: string,
): Connection {
  const id = sidecar.nextConnection();
  return {
    id,
    thread: 22 + (id % 2),
    start: new Date(),
    remote: { address: raw.remoteAddress ?? unseen, port: raw.remotePort ?? 0 },
    local,
    raw,
    transport: 'plaintext',
    peer: undefined,
    serverName: undefined,
  };
}
