import { Duplex } from 'node:stream';
import { resetStatus } from './frames.ts';
import type { Headers } from './headers.ts';
import type { WrittenFrame } from './write-frames.ts';

/** One stream of a connection. Destroying it before both ends have finished resets it. */
export interface SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: Headers;
}

/** What a stream needs of its connection. */
export interface StreamHost {
  readonly send: (frame: WrittenFrame, sent?: () => void) => void;
  /** How many of the wanted bytes may be sent now. */
  readonly takeWindow: (wanted: number) => number;
  /** It holds more, or no more, than it wants to. */
  readonly setFull: (isFull: boolean) => void;
  readonly closed: () => void;
}

/** A stream as its connection holds it. */
export interface StreamLink {
  readonly stream: SpdyStream;
  /** Replies to the client, where nothing has been said yet. */
  accept(): void;
  receive(bytes: Buffer, fin: boolean): void;
  receiveEnd(): void;
  receiveReset(): void;
  windowGrown(): void;
}

/** Longer writes become several frames, so that other streams get their turn. */
const longestData = 64 * 1024;
/** A stream that holds so much that nobody has read makes the connection wait. */
const mostUnread = 1024 * 1024;
/** So much is read before the client is granted more. */
const grantAfter = 16 * 1024;

export function createSpdyStream(id: number, headers: Headers, host: StreamHost): StreamLink {
  let replied = false;
  let received = 0;
  let granted = 0;
  let remoteEnded = false;
  let remoteReset = false;
  let isFull = false;
  /** A write that waits for the window. */
  let held: (() => void) | undefined;

  const duplex = new Duplex({
    allowHalfOpen: true,
    read() {
      // It's asked for more before what it gives now is taken off, and then not again until more has come.
      queueMicrotask(settle);
    },
    write(bytes: Buffer, _encoding, done) {
      accept();
      sendPart(bytes, done);
    },
    final(done) {
      accept();
      host.send({ type: 'data', stream: id, bytes: Buffer.alloc(0), fin: true }, done);
    },
    destroy(error, done) {
      const finished = remoteEnded && duplex.writableFinished;
      if (!finished && !remoteReset) {
        host.send({ type: 'rst-stream', stream: id, status: resetStatus.cancel });
      }
      replied = true;
      setFull(false);
      host.closed();
      done(error);
    },
  });
  // Whoever uses it listens too; without anybody, a reset must not end the lab.
  duplex.on('error', () => {});
  const stream: SpdyStream = Object.assign(duplex, { id, headers });

  function sendPart(bytes: Buffer, done: () => void): void {
    if (duplex.destroyed) {
      done();
      return;
    }
    const size = host.takeWindow(Math.min(bytes.length, longestData));
    if (size === 0 && bytes.length > 0) {
      held = () => sendPart(bytes, done);
      return;
    }
    const frame = { type: 'data', stream: id, bytes: bytes.subarray(0, size), fin: false } as const;
    host.send(frame, size === bytes.length ? done : () => sendPart(bytes.subarray(size), done));
  }

  function accept(): void {
    if (replied || duplex.destroyed) return;
    replied = true;
    host.send({ type: 'syn-reply', stream: id, headers: new Map(), fin: false });
  }

  /** Grants what has been read, but not what only lies here. */
  function grant(): void {
    const delta = received - duplex.readableLength - granted;
    if (delta < grantAfter || remoteEnded || duplex.destroyed) return;
    granted += delta;
    host.send({ type: 'window-update', stream: id, delta });
  }

  function settle(): void {
    grant();
    setFull(!duplex.destroyed && duplex.readableLength > mostUnread);
  }

  function setFull(now: boolean): void {
    if (now !== isFull) host.setFull(now);
    isFull = now;
  }

  function receiveEnd(): void {
    if (remoteEnded || duplex.destroyed) return;
    remoteEnded = true;
    duplex.push(null);
  }

  return {
    stream,
    accept,
    receive(bytes, fin) {
      if (duplex.destroyed) return;
      if (remoteEnded) {
        host.send({ type: 'rst-stream', stream: id, status: resetStatus.streamAlreadyClosed });
        remoteReset = true;
        duplex.destroy();
        return;
      }
      received += bytes.length;
      if (bytes.length > 0) duplex.push(bytes);
      settle();
      if (fin) receiveEnd();
    },
    receiveEnd,
    receiveReset() {
      remoteReset = true;
      duplex.destroy();
    },
    windowGrown() {
      const send = held;
      held = undefined;
      send?.();
    },
  };
}
