import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { createServer, isIPv6, type Server, Socket } from 'node:net';
import { bind, getsockopt, listen, setsockopt, socket, systemError } from './libc.ts';
import { type NetworkNamespace, within } from './namespaces.ts';

const family = { IPv4: 2, IPv6: 10 };
const stream = 1;
const datagram = 2;
const nonBlocking = 0o4000;
const closeOnExec = 0o2000000;
const solSocket = 1;
const soReuseAddress = 2;
const soMark = 36;
const solIp = 0;
const soOriginalDestination = 80;
const backlog = 511;

export interface SocketOptions {
  /** Sets SO_MARK: what the proxy sends itself carries a mark, so that it is not captured again. */
  readonly mark?: number;
  /** Binds the sending end to this address. */
  readonly source?: string;
}

/** Listens in a namespace. Resolves when connections are taken; rejects as `listen` does (EADDRINUSE). */
export async function listenTcp(
  namespace: NetworkNamespace,
  address: string,
  port: number,
  onConnection: (socket: Socket) => void,
): Promise<Server> {
  const server = createServer({ pauseOnConnect: false, allowHalfOpen: true }, onConnection);
  server.listen({ fd: openListener(namespace, address, port) });
  await once(server, 'listening');
  return server;
}

/** A bound stream socket, for servers that listen themselves (`http.Server.listen({ fd })`). */
export function openListener(namespace: NetworkNamespace, address: string, port: number): number {
  const fd = openSocket(namespace, address, stream, {});
  bindTo(fd, address, port);
  return fd;
}

/** The same in the namespace of this process, without any right to change it. Port 0 takes a free one. */
export function openListenerHere(address: string, port: number): number {
  const fd = socket(family.IPv4, stream | nonBlocking | closeOnExec, 0);
  if (fd < 0) throw systemError('socket');
  bindTo(fd, address, port);
  if (listen(fd, backlog) !== 0) throw systemError('listen');
  return fd;
}

/** Connects from within a namespace, to an address (no name). The socket is returned at once; listen for `connect` and `error`. */
export function connectTcp(
  namespace: NetworkNamespace,
  address: string,
  port: number,
  options: SocketOptions = {},
): Socket {
  const fd = openSocket(namespace, address, stream, options);
  const socket = new Socket({ fd, allowHalfOpen: true });
  return socket.connect({ host: address, port });
}

/** A UDP socket in a namespace, bound; port 0 takes any. */
export async function bindUdp(
  namespace: NetworkNamespace,
  address: string,
  port: number,
): Promise<Datagrams> {
  const fd = openSocket(namespace, address, datagram, {});
  bindTo(fd, address, port);
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  const listening = once(socket, 'listening');
  // With a descriptor it listens at once, before this call returns.
  socket.bind({ fd });
  await listening;
  return socket;
}

/** Where a redirected connection was meant to go. undefined for one that was not redirected. Source: SO_ORIGINAL_DST of netfilter. */
export function originalDestination(
  connection: Socket,
): { readonly address: string; readonly port: number } | undefined {
  const { fd } = (connection as unknown as { readonly _handle: { readonly fd: number } })._handle;
  const address = Buffer.alloc(16);
  if (getsockopt(fd, solIp, soOriginalDestination, address, [address.length]) !== 0) return undefined;
  return { address: address.subarray(4, 8).join('.'), port: address.readUInt16BE(2) };
}

function openSocket(
  namespace: NetworkNamespace,
  address: string,
  type: number,
  { mark, source }: SocketOptions,
): number {
  const domain = isIPv6(address) ? family.IPv6 : family.IPv4;
  const fd = within(namespace, () => socket(domain, type | nonBlocking | closeOnExec, 0));
  if (fd < 0) throw systemError('socket');
  setOption(fd, soReuseAddress, 1);
  if (mark !== undefined) setOption(fd, soMark, mark);
  if (source !== undefined) bindTo(fd, source, 0);
  return fd;
}

function setOption(fd: number, name: number, value: number): void {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32LE(value);
  if (setsockopt(fd, solSocket, name, buffer, buffer.length) !== 0) throw systemError('setsockopt');
}

/** Binds, or closes the socket again. */
function bindTo(fd: number, address: string, port: number): void {
  const name = socketAddress(address, port);
  if (bind(fd, name, name.length) === 0) return;
  const error = systemError(`bind ${address}:${port}`);
  closeSync(fd);
  throw error;
}

/** struct sockaddr_in and sockaddr_in6. */
function socketAddress(address: string, port: number): Buffer {
  if (isIPv6(address)) {
    const name = Buffer.alloc(28);
    name.writeUInt16LE(family.IPv6, 0);
    name.writeUInt16BE(port, 2);
    if (address !== '::') throw new Error(`only :: can be bound of IPv6, not ${address}`);
    return name;
  }
  const name = Buffer.alloc(16);
  name.writeUInt16LE(family.IPv4, 0);
  name.writeUInt16BE(port, 2);
  for (const [i, part] of address.split('.').entries()) name[4 + i] = Number(part);
  return name;
}
