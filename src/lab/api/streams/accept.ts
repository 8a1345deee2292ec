import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** A connection that waits for its upgrade. */
export interface Waiting {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What came behind the request already. */
  readonly head: Buffer;
}

const chosen = new WeakMap<IncomingMessage, string>();

const server = new WebSocketServer({ noServer: true }).on('headers', (headers, request) => {
  const protocol = chosen.get(request);
  if (protocol !== undefined) headers.push(`Sec-WebSocket-Protocol: ${protocol}`);
});

/** Makes a WebSocket of a connection. The protocol is announced here, not by the library, which refuses a name with a slash (`SPDY/3.1+portforward.k8s.io`). */
export function acceptWebSocket(
  { request, socket, head }: Waiting,
  protocol: string,
  use: (connection: WebSocket) => void,
): void {
  chosen.set(request, protocol);
  delete request.headers['sec-websocket-protocol'];
  server.handleUpgrade(request, socket, head, use);
}

/** Lets a connection go over to SPDY/3.1 and gives it back, with what was read too far still to be read. */
export function acceptSpdy({ socket, head }: Waiting, protocol: string): Duplex {
  socket.write(
    [
      'HTTP/1.1 101 Switching Protocols',
      'Connection: Upgrade',
      'Upgrade: SPDY/3.1',
      `X-Stream-Protocol-Version: ${protocol}`,
      '',
      '',
    ].join('\r\n'),
  );
  if (head.length > 0) socket.unshift(head);
  return socket;
}
