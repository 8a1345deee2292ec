import type { Socket } from 'node:net';
import type { Peer } from '../certificates/peer.ts';

/** A connection that a sidecar has taken, and what is known of it. */
export interface Connection {
  /** As Envoy's log numbers them. */
  readonly id: number;
  readonly thread: number;
  readonly start: Date;
  readonly remote: { readonly address: string; readonly port: number };
  /** Where it was meant to go. */
  readonly local: { readonly address: string; readonly port: number };
  readonly raw: Socket;
  readonly transport: 'plaintext' | 'TLS' | 'mutual TLS';
  /** The other end's certificate, where TLS ended here. */
  readonly peer: Peer | undefined;
  /** Of the client hello. */
  readonly serverName: string | undefined;
}

/** `ADDRESS:PORT`. */
export function addressText({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address}:${port}`;
}
