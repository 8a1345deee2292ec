import type { Socket } from 'node:net';
import { originalDestination } from '../../system/index.ts';
import { readFirstBytes } from '../inbound/first-bytes.ts';
import type { Connection } from '../sidecar/connection.ts';
import type { HttpDoor } from '../sidecar/fronts.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
import type { Directory, ServiceTarget } from './directory.ts';
import { passThrough, serveService } from './tcp.ts';

const ownListener = 15001;

/** What a listener of Istio's would do with connections to an address. */
export type OutboundListener =
  /** All HTTP of the port, by Host; other bytes pass to where they were going. */
  | { readonly kind: 'HTTP port' }
  | { readonly kind: 'service'; readonly target: ServiceTarget }
  | { readonly kind: 'passthrough' };

/**
 * Chooses the listener for a destination: that of a Service with its own address and raw or sniffed bytes, else the one for all HTTP of the port, else
 * none. Source: istio pilot/pkg/networking/core/listener.go.
 */
function chooseListener(directory: Directory, address: string, port: number): OutboundListener {
  const target = directory.atAddress(address, port);
  if (target !== undefined && target.protocol !== 'http') return { kind: 'service', target };
  return directory.hasHttpPort(port) ? { kind: 'HTTP port' } : { kind: 'passthrough' };
}

/** Takes a connection of the pod's own application at 15001. */
export async function acceptOutbound(sidecar: Sidecar, raw: Socket, http: HttpDoor): Promise<void> {
  raw.on('error', () => raw.destroy());
  raw.setNoDelay(true);
  const local = originalDestination(raw);
  if (local === undefined || local.port === ownListener) {
    raw.destroy();
    return;
  }
  const connection = describe(sidecar, raw, local);
  const listener = chooseListener(sidecar.picture().directory, local.address, local.port);
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

function describe(sidecar: Sidecar, raw: Socket, local: Connection['local']): Connection {
  const id = sidecar.nextConnection();
  return {
    id,
    thread: 22 + (id % 2),
    start: new Date(),
    // What is captured on its way out keeps the pod's address; the socket shows that of the redirect.
    remote: { address: raw.remoteAddress ?? sidecar.context.address, port: raw.remotePort ?? 0 },
    local,
    raw,
    transport: 'plaintext',
    peer: undefined,
    serverName: undefined,
  };
}
