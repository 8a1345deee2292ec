import type { Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { connectTcp, type NetworkNamespace } from '../../system/index.ts';
import { proxyMark } from '../capture/rules.ts';
import { checkPeer, isPeer } from '../certificates/peer.ts';
import { failedToConnect, notConnected, terminated, timedOut, UpstreamError } from '../http/upstream.ts';
import type { Credentials } from './credentials.ts';

/** Milliseconds; Istio's meshConfig.connectTimeout. */
const connectTimeout = 10_000;

export interface Destination {
  readonly address: string;
  readonly port: number;
  /** The address that the connection comes from; the pod's own without one. */
  readonly source?: string;
}

/** How to speak mutual TLS to an upstream. */
export interface MutualTls {
  readonly credentials: Credentials;
  readonly serverName: string;
  readonly protocols: readonly string[];
  /** Identities that the server may have, without `spiffe://`. */
  readonly allowed: ReadonlySet<string>;
  readonly sessions: Sessions;
}

/** Sessions of earlier handshakes, to be resumed, by upstream; each with the identity that was shown then: a resumed one shows none. */
export type Sessions = Map<string, { readonly ticket: Buffer; readonly identity: string }>;

/** Connects from a pod, past its own capture. Rejects with an UpstreamError: refused, timed out and the like. */
export function connectPlain(network: NetworkNamespace, to: Destination): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const options = to.source === undefined ? { mark: proxyMark } : { mark: proxyMark, source: to.source };
    let socket: Socket;
    try {
      socket = connectTcp(network, to.address, to.port, options);
    } catch (error) {
      reject(notConnected(error as NodeJS.ErrnoException));
      return;
    }
    const timer = setTimeout(() => {
      reject(timedOut());
      socket.destroy();
    }, connectTimeout);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(notConnected(error));
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

/** Shakes hands on a connection as a client of the mesh. The server's certificate must be of the mesh and name one of the identities that it may have. */
export function shakeHandsAsClient(raw: Socket, tls: MutualTls, key: string): Promise<TLSSocket> {
  const { credentials, serverName, protocols, allowed, sessions } = tls;
  return new Promise((resolve, reject) => {
    const earlier = sessions.get(key);
    const secure = connectTls({
      socket: raw,
      secureContext: credentials.context,
      servername: serverName,
      ALPNProtocols: [...protocols],
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(earlier === undefined ? {} : { session: earlier.ticket }),
    });
    const fail = (trouble: string): void => {
      reject(failedToConnect(`TLS_error:|${trouble}:TLS_error_end`));
      secure.destroy();
    };
    const timer = setTimeout(() => fail('handshake timed out'), connectTimeout);
    secure.on('error', (error) => {
      clearTimeout(timer);
      fail(error.message);
    });
    secure.once('close', () => {
      clearTimeout(timer);
      reject(failedToConnect('TLS_error:|closed:TLS_error_end'));
    });
    secure.once('secureConnect', () => {
      clearTimeout(timer);
      const reused = secure.isSessionReused() ? earlier?.identity : undefined;
      const shown = reused ?? identityShown(secure, credentials);
      if (typeof shown !== 'string') fail(shown.trouble);
      else if (!allowed.has(shown)) fail(`verify SAN list: spiffe://${shown} is none of the server's`);
      else {
        secure.on('session', (ticket) => sessions.set(key, { ticket, identity: shown }));
        resolve(secure);
      }
    });
  });
}

function identityShown(secure: TLSSocket, { roots }: Credentials): string | { readonly trouble: string } {
  const peer = checkPeer(secure.getPeerX509Certificate(), roots);
  return isPeer(peer) ? peer.identity : peer;
}

/** TLS without a client's certificate, as a DestinationRule of mode SIMPLE asks for. */
export function shakeHandsPlainly(raw: Socket, serverName: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = connectTls({ socket: raw, servername: serverName, rejectUnauthorized: false });
    secure.on('error', (error) => reject(failedToConnect(`TLS_error:|${error.message}:TLS_error_end`)));
    secure.once('close', () => reject(failedToConnect('TLS_error:|closed:TLS_error_end')));
    secure.once('secureConnect', () => resolve(secure));
  });
}

/** Any error as one of an upstream. */
export function asUpstreamError(error: unknown): UpstreamError {
  return error instanceof UpstreamError ? error : terminated();
}
