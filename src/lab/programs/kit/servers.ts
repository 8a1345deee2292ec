import type { Socket as Datagrams, RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { bindUdp, listenTcp, type NetworkNamespace, openListener } from '../../system/index.ts';

/** Closes a server and every connection that it has. */
export type Close = () => void;

const anywhere = '0.0.0.0';

/** Serves HTTP on a port of a namespace, on every address of it or on one. Rejects where the port is taken. */
export async function serveHttp(
  network: NetworkNamespace,
  port: number,
  listener: RequestListener,
  address: string = anywhere,
): Promise<Close> {
  const server = createServer({ keepAliveTimeout: 75_000 }, listener);
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  server.listen({ fd: openListener(network, address, port) });
  await once(server, 'listening');
  server.on('error', () => {});
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

/** Serves TCP on a port of a namespace. A connection that breaks is nobody's concern: errors of it are dropped. */
export async function serveTcp(
  network: NetworkNamespace,
  port: number,
  onConnection: (socket: Socket) => void,
): Promise<Close> {
  const open = new Set<Socket>();
  const server = await listenTcp(network, anywhere, port, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    onConnection(socket);
  });
  server.on('error', () => {});
  return () => {
    server.close();
    for (const socket of open) socket.destroy();
  };
}

/** Answers datagrams on a port of a namespace: with what `answer` gives, or not at all where that is undefined. */
export async function serveUdp(
  network: NetworkNamespace,
  port: number,
  answer: (message: Buffer, from: RemoteInfo) => string | Buffer | undefined,
): Promise<Close> {
  const socket: Datagrams = await bindUdp(network, anywhere, port);
  socket.on('error', () => {});
  socket.on('message', (message, from) => {
    const reply = answer(message, from);
    if (reply !== undefined) socket.send(reply, from.port, from.address, () => {});
  });
  return () => {
    socket.close();
  };
}

/** Starts servers one after the other. Where one fails, those that run are closed. Gives what closes all. */
export async function serveAll(starts: readonly (() => Promise<Close>)[]): Promise<Close> {
  const closes: Close[] = [];
  const closeAll = (): void => {
    for (const close of closes) close();
  };
  try {
    for (const start of starts) closes.push(await start());
  } catch (error) {
    closeAll();
    throw error;
  }
  return closeAll;
}
