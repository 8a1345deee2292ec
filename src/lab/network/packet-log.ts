import {
  attribute,
  closeNetlink,
  type NetlinkMessage,
  type NetlinkSocket,
  type NetworkNamespace,
  netlinkProtocols,
  openNetlink,
  readAttributes,
  receiveNetlink,
  requestNetlink,
} from '../system/index.ts';

/** A packet that a rule with a `log group` statement saw. */
export interface LoggedPacket {
  readonly prefix: string;
  /** From its IP header on. */
  readonly bytes: Buffer;
  /** Indexes of the devices that it came by and would have left by. */
  readonly inDevice: number | undefined;
  readonly outDevice: number | undefined;
}

/** A listener to a group of NFLOG. */
export interface PacketLog {
  /** Packets that have come since the last call. */
  read(): readonly LoggedPacket[];
  /** How often the kernel had to leave packets out, because nobody read for too long. */
  readonly overruns: number;
  close(): void;
}

/** Numbers of <linux/netfilter/nfnetlink_log.h>; NFNL_SUBSYS_ULOG is 4. */
const packetMessage = 4 << 8;
const configMessage = (4 << 8) | 1;
const attributes = { inDevice: 4, outDevice: 5, payload: 9, prefix: 10 } as const;
const config = { command: 1, mode: 2, timeout: 4, threshold: 5 } as const;
const bindGroup = 1;
const copyPacket = 2;
const receiveBuffer = 1 << 20;
const mostReads = 64;

/**
 * Listens to what rules of a namespace log to a group: the first `length` bytes of each packet, told at once. Throws where the kernel has no NFLOG, or another program has the group.
 */
export function openPacketLog(namespace: NetworkNamespace, group: number, length: number): PacketLog {
  const socket = openNetlink(namespace, netlinkProtocols.netfilter, receiveBuffer);
  const mode = Buffer.alloc(6);
  mode.writeUInt32BE(length, 0);
  mode.writeUInt8(copyPacket, 4);
  try {
    requestNetlink(socket, [
      configure(group, attribute(config.command, Buffer.from([bindGroup]))),
      configure(group, attribute(config.mode, mode)),
      configure(group, attribute(config.threshold, bigEndian(1))),
      configure(group, attribute(config.timeout, bigEndian(1))),
    ]);
  } catch (error) {
    closeNetlink(socket);
    throw error;
  }
  let overruns = 0;
  return {
    read: () => {
      const packets: LoggedPacket[] = [];
      for (let i = 0; i < mostReads; i++) {
        const messages = receive(socket);
        if (messages === 'overrun') overruns++;
        else if (messages.length === 0) break;
        else packets.push(...messages.flatMap(readPacket));
      }
      return packets;
    },
    get overruns() {
      return overruns;
    },
    close: () => closeNetlink(socket),
  };
}

function receive(socket: NetlinkSocket): readonly NetlinkMessage[] | 'overrun' {
  try {
    return receiveNetlink(socket);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOBUFS') return 'overrun';
    throw error;
  }
}

/** struct nfgenmsg with the group, and one attribute. */
function configure(group: number, part: Buffer): { readonly type: number; readonly body: Buffer } {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(group, 2);
  return { type: configMessage, body: Buffer.concat([header, part]) };
}

function readPacket({ type, body }: NetlinkMessage): readonly LoggedPacket[] {
  if (type !== packetMessage) return [];
  const found = readAttributes(body.subarray(4));
  const payload = found.get(attributes.payload);
  if (payload === undefined) return [];
  return [
    {
      prefix: found.get(attributes.prefix)?.toString().replace(/\0+$/, '') ?? '',
      bytes: Buffer.from(payload),
      inDevice: found.get(attributes.inDevice)?.readUInt32BE(0),
      outDevice: found.get(attributes.outDevice)?.readUInt32BE(0),
    },
  ];
}

function bigEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
