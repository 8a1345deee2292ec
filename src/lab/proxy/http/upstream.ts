import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Body } from './exchange.ts';
import type { HeaderList } from './headers.ts';

/** Where requests go on to: connections with the same key are used one for another. */
export interface UpstreamTarget {
  readonly key: string;
  readonly version: 'HTTP/1.1' | 'HTTP/2';
  /** Makes a connection. Rejects with an UpstreamError. */
  readonly connect: () => Promise<Socket>;
}

export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: HeaderList;
  readonly body: Body | undefined;
  readonly upgrade: string | undefined;
  /** Called when the other end lets the body come. */
  readonly proceed: (() => void) | undefined;
  /** Called when it has a connection to go out on; `local` is that one's own end, `ADDRESS:PORT`. */
  readonly onConnection: (local: string) => void;
}

export interface UpstreamResponse {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Body | undefined;
  /** Of a connection that went over to another protocol: what it is from now on. */
  readonly switched?: Duplex;
}

/** A request under way. */
export interface UpstreamCall {
  readonly response: Promise<UpstreamResponse>;
  readonly abort: () => void;
}

/** Why no response came. `flag` is Envoy's response flag, `reason` its words for the reset. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly flag: 'UF' | 'UC' | 'UPE';
  /** Of the response code details: `connection_termination`. */
  readonly slug: string;
  /** What the transport had to say, for the access log. */
  readonly transportFailure: string | undefined;
  /** Whether it is the last of several attempts. */
  readonly retried: boolean;

  constructor(
    flag: 'UF' | 'UC' | 'UPE',
    reason: string,
    slug: string,
    transportFailure?: string,
    retried = false,
  ) {
    super(reason);
    this.flag = flag;
    this.slug = slug;
    this.transportFailure = transportFailure;
    this.retried = retried;
  }
}

/** The connection ended before there was an answer. */
export function terminated(transportFailure?: string): UpstreamError {
  return new UpstreamError('UC', 'connection termination', 'connection_termination', transportFailure);
}

/** What came was not the protocol that was spoken. */
export function notUnderstood(): UpstreamError {
  return new UpstreamError('UPE', 'protocol error', 'protocol_error');
}

/** The failure of the last attempt that there was to be. */
export function retriedInVain({ flag, message, slug, transportFailure }: UpstreamError): UpstreamError {
  return new UpstreamError(flag, message, slug, transportFailure, true);
}

/** Nothing answered in time. */
export function timedOut(): UpstreamError {
  return new UpstreamError('UF', 'connection timeout', 'connection_timeout');
}

const connectErrors: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  ECONNRESET: 'Connection reset by peer',
  EPERM: 'Operation not permitted',
  EACCES: 'Permission denied',
};

/** A connection could not be made. */
export function notConnected(error: NodeJS.ErrnoException): UpstreamError {
  if (error.code === 'ETIMEDOUT') return timedOut();
  return failedToConnect(`delayed connect error: ${connectErrors[error.code ?? ''] ?? error.message}`);
}

/** The same, with what the transport says of it, in words. */
export function failedToConnect(why: string): UpstreamError {
  const text = why.replaceAll(' ', '_');
  return new UpstreamError('UF', 'remote connection failure', `remote_connection_failure|${text}`, text);
}
