import type { Duplex, Readable } from 'node:stream';
import type { HeaderList } from './headers.ts';

/** Versions of HTTP, in the access log's words. */
export type HttpVersion = 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2';

/** A message body with what follows it. Without a body there is no reader of it. */
export interface Body {
  readonly stream: Readable;
  /** What came behind the body; known at its end. */
  readonly trailers: () => HeaderList;
}

/** One request that a proxy has taken, and the way to answer it, whichever version of HTTP it came by. */
export interface Exchange {
  readonly version: HttpVersion;
  readonly method: string;
  /** The request target as sent. */
  readonly path: string;
  /** Of the Host header or `:authority`. */
  readonly host: string | undefined;
  /** All others. */
  readonly headers: HeaderList;
  readonly body: Body | undefined;
  /** The protocol that the client wants to go over to (`websocket`). */
  readonly upgrade: string | undefined;
  /** Sends `100 Continue`; undefined where the client does not wait for it. */
  readonly proceed: (() => void) | undefined;
  /** Answers. Streams a body as it comes. Once only. */
  readonly respond: (status: number, headers: HeaderList, body?: Body | string) => void;
  /** Answers 101 and gives the connection, of which HTTP has nothing more to say. */
  readonly switchProtocols: (headers: HeaderList) => Duplex;
  /** Breaks it off without an answer. */
  readonly abort: () => void;
  /** Calls back once, when the answer is out or the client is gone; `complete` tells which. */
  readonly onEnd: (listener: (complete: boolean) => void) => void;
  readonly bytes: { readonly received: () => number; readonly sent: () => number };
}
