import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Credentials } from '../sidecar/credentials.ts';

const ofHttp: ReadonlySet<string> = new Set(['istio-http/1.0', 'istio-http/1.1', 'istio-h2']);
const ofMesh: ReadonlySet<string> = new Set(['istio', 'istio-peer-exchange', ...ofHttp]);

/** Does a client hello say that a sidecar speaks? */
export function carriesIstio(protocols: readonly string[]): boolean {
  return protocols.some((protocol) => ofMesh.has(protocol));
}

/** Does it say that HTTP is inside? */
export function carriesIstioHttp(protocols: readonly string[]): boolean {
  return protocols.some((protocol) => ofHttp.has(protocol));
}

/**
 * Ends TLS on a connection of which the client hello was put back. Of the client's protocols it takes h2 or http/1.1, in this order, as Istio's chains do; none where it offers
 * neither. The client's certificate is asked for, and left to the caller to check. undefined = the handshake failed.
 */
export function terminateTls(
  raw: Socket,
  { context }: Credentials,
  offered: readonly string[],
): Promise<TLSSocket | undefined> {
  const chosen = ['h2', 'http/1.1'].find((protocol) => offered.includes(protocol));
  return new Promise((resolve) => {
    const secure = new TLSSocket(raw, {
      isServer: true,
      secureContext: context,
      requestCert: true,
      rejectUnauthorized: false,
      ...(chosen === undefined ? {} : { ALPNProtocols: [chosen] }),
    });
    const fail = (): void => {
      secure.destroy();
      raw.destroy();
      resolve(undefined);
    };
    secure.on('error', fail);
    secure.once('close', fail);
    // Node tells of a server's finished handshake by this event alone.
    (secure as NodeJS.EventEmitter).once('secure', () => {
      secure.off('close', fail);
      // Only a TLS server of Node's own clears this, and HTTP/2 waits for it.
      (secure as { secureConnecting?: boolean }).secureConnecting = false;
      resolve(secure);
    });
  });
}
