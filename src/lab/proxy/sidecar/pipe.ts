import type { Duplex } from 'node:stream';

/** Bytes that went each way between a client and an upstream. */
export interface Passed {
  readonly received: number;
  readonly sent: number;
}

/**
 * Lets bytes through both ways; an end in one direction leaves the other open. Calls back once both are closed. A connection that breaks breaks the other.
 */
export function joinConnections(client: Duplex, upstream: Duplex, onEnd: (passed: Passed) => void): void {
  let received = 0;
  let sent = 0;
  let open = 2;
  client.on('data', (chunk: Buffer) => (received += chunk.length));
  upstream.on('data', (chunk: Buffer) => (sent += chunk.length));
  const closed = (other: Duplex, whole: boolean): void => {
    if (!whole) other.destroy();
    open -= 1;
    if (open === 0) onEnd({ received, sent });
  };
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    one.on('error', () => one.destroy());
    one.on('close', () => closed(other, one.readableEnded && one.writableFinished));
    one.pipe(other);
  }
}
