import { closeSync } from 'node:fs';
import { bind, errorOf, recv, send, setsockopt, socket, systemError } from './libc.ts';
import { type NetworkNamespace, within } from './namespaces.ts';

const family = 16;
const raw = 3;
const closeOnExec = 0o2000000;
const dontWait = 0x40;
const solSocket = 1;
const soReceiveBuffer = 8;
const headerLength = 16;
const error = 2;
const done = 3;
const wantsAnswer = 1;
const wantsAck = 4;

/** NETLINK_ROUTE and NETLINK_NETFILTER. */
export const netlinkProtocols = { route: 0, netfilter: 12 } as const;

/** A netlink socket of one network namespace. */
export interface NetlinkSocket {
  readonly fd: number;
}

/** One message that came: its type and what stands behind its header. */
export interface NetlinkMessage {
  readonly type: number;
  readonly body: Buffer;
}

/** A request: its type, flags beside REQUEST and ACK, and its body. */
export interface NetlinkRequest {
  readonly type: number;
  readonly flags?: number;
  readonly body: Buffer;
}

const incoming = Buffer.alloc(1 << 16);

/** Opens a netlink socket in a namespace; it belongs to that namespace for good. `receiveBuffer` in bytes. Throws where the kernel has no such protocol. */
export function openNetlink(
  namespace: NetworkNamespace,
  protocol: number,
  receiveBuffer?: number,
): NetlinkSocket {
  const fd = within(namespace, () => socket(family, raw | closeOnExec, protocol));
  if (fd < 0) throw systemError('netlink socket');
  const name = Buffer.alloc(12);
  name.writeUInt16LE(family, 0);
  if (bind(fd, name, name.length) !== 0) throw systemError('netlink bind');
  if (receiveBuffer !== undefined) {
    const size = Buffer.alloc(4);
    size.writeInt32LE(receiveBuffer);
    setsockopt(fd, solSocket, soReceiveBuffer, size, size.length);
  }
  return { fd };
}

export function closeNetlink({ fd }: NetlinkSocket): void {
  closeSync(fd);
}

/**
 * Sends requests that change something, all in one system call. The kernel has worked through them when this returns. Throws the first error, with the kernel's
 * code (EEXIST) and the place of the request that failed; those behind it were tried all the same.
 */
export function requestNetlink(socket: NetlinkSocket, requests: readonly NetlinkRequest[]): void {
  const messages = requests.map(({ type, flags = 0, body }, i) => {
    const message = Buffer.alloc(headerLength + align(body.length));
    message.writeUInt32LE(headerLength + body.length, 0);
    message.writeUInt16LE(type, 4);
    message.writeUInt16LE(wantsAnswer | wantsAck | flags, 6);
    message.writeUInt32LE(i + 1, 8);
    body.copy(message, headerLength);
    return message;
  });
  const bytes = Buffer.concat(messages);
  if (send(socket.fd, bytes, bytes.length, 0) < 0) throw systemError('netlink send');
  let failure: Error | undefined;
  for (let left = requests.length; left > 0; ) {
    const length = recv(socket.fd, incoming, incoming.length, dontWait);
    if (length < 0) throw systemError('netlink receive');
    for (const { type, sequence, body } of split(incoming.subarray(0, length))) {
      if (type !== error) continue;
      left--;
      const code = -body.readInt32LE(0);
      if (code !== 0) failure ??= errorOf(`netlink request ${sequence} of ${requests.length}`, code);
    }
  }
  if (failure !== undefined) throw failure;
}

/**
 * What has come meanwhile, without waiting; empty where nothing has. The bodies are good until the next call. Throws ENOBUFS where the kernel had to leave messages out.
 */
export function receiveNetlink({ fd }: NetlinkSocket): readonly NetlinkMessage[] {
  const length = recv(fd, incoming, incoming.length, dontWait);
  if (length >= 0) return split(incoming.subarray(0, length)).filter(({ type }) => type > done);
  const failure = systemError('netlink receive');
  if (failure.code === 'EAGAIN') return [];
  throw failure;
}

function split(bytes: Buffer): (NetlinkMessage & { readonly sequence: number })[] {
  const messages: (NetlinkMessage & { readonly sequence: number })[] = [];
  for (let at = 0; at + headerLength <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    if (length < headerLength || at + length > bytes.length) break;
    messages.push({
      type: bytes.readUInt16LE(at + 4),
      sequence: bytes.readUInt32LE(at + 8),
      body: bytes.subarray(at + headerLength, at + length),
    });
    at += align(length);
  }
  return messages;
}

/** An attribute: a number takes 4 bytes in this machine's order, text gets its closing zero, a list is a nest of attributes. */
export function attribute(type: number, value: Buffer | number | string | readonly Buffer[]): Buffer {
  const data = dataOf(value);
  const bytes = Buffer.alloc(4 + align(data.length));
  bytes.writeUInt16LE(4 + data.length, 0);
  bytes.writeUInt16LE(type, 2);
  data.copy(bytes, 4);
  return bytes;
}

/** The attributes in a piece of a message, by type. */
export function readAttributes(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16LE(at);
    if (length < 4 || at + length > bytes.length) break;
    found.set(bytes.readUInt16LE(at + 2) & 0x3fff, bytes.subarray(at + 4, at + length));
    at += align(length);
  }
  return found;
}

function dataOf(value: Buffer | number | string | readonly Buffer[]): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (typeof value === 'string') return Buffer.from(`${value}\0`);
  if (typeof value !== 'number') return Buffer.concat(value);
  const data = Buffer.alloc(4);
  data.writeUInt32LE(value);
  return data;
}

function align(length: number): number {
  return (length + 3) & ~3;
}
