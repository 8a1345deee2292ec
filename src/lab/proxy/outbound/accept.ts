import type { Socket } from 'node:net';
import { originalDestination } from '../../system/index.ts';
import { readFirstBytes } from '../inbound/first-bytes.ts';
import { countAccepted } from '../sidecar/count.ts';
import type { HttpDoor } from '../sidecar/fronts.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
import { takeConnection } from '../sidecar/take.ts';
import { chooseListener, listenerName } from './listener.ts';
import { passThrough, serveService } from './tcp.ts';

const ownListener = 15001;

/** Takes a connection of the pod's own application at 15001. */
export async function acceptOutbound(sidecar: Sidecar, raw: Socket, http: HttpDoor): Promise<void> {
  raw.on('error', () => raw.destroy());
  raw.setNoDelay(true);
  const local = originalDestination(raw);
  if (local === undefined || local.port === ownListener) {
    raw.destroy();
    return;
  }
  const connection = takeConnection(sidecar, raw, local, sidecar.context.address);
  const { directory } = sidecar.picture();
  countAccepted(sidecar.stats, listenerName(directory, local), raw);
  const listener = chooseListener(directory, local);
  if (listener.kind === 'passthrough') {
    passThrough(sidecar, connection);
    return;
  }
  if (listener.kind === 'service' && listener.target.protocol === 'tcp') {
    serveService(sidecar, connection, listener.target);
    return;
  }
  const first = await readFirstBytes(raw, 'HTTP');
  if (raw.destroyed || first.kind === 'nothing') raw.destroy();
  else if (first.kind === 'HTTP/1' || first.kind === 'HTTP/2') {
    http.accept(connection, raw, first.kind === 'HTTP/2' ? 'HTTP/2' : 'HTTP/1.1');
  } else if (listener.kind === 'service') serveService(sidecar, connection, listener.target);
  else passThrough(sidecar, connection);
}
