import type { Connection, ProxiedRequest } from '../../model/index.ts';

/** What rules are held against: a connection, and on an HTTP chain the request in it. */
export interface Subject {
  readonly connection: Connection;
  /** undefined on a TCP chain. */
  readonly request: ProxiedRequest | undefined;
  /** Metadata of protocol filters (MySQL, MongoDB) is not known: an incomplete request to a TCP port. Otherwise there is none. */
  readonly metadataOpen: boolean;
}

/** Kinds of filter chain; some fields mean nothing on a TCP chain. */
export type Chain = 'HTTP' | 'TCP';
