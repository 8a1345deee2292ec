/** An IPv4 packet as loggers of netfilter tell it. Parts that were not kept are undefined. */
export interface IpPacket {
  readonly source: string;
  readonly destination: string;
  /** Of the whole packet, as its header says. */
  readonly length: number;
  readonly tos: number;
  readonly ttl: number;
  readonly id: number;
  readonly flags: { readonly ce: boolean; readonly df: boolean; readonly mf: boolean };
  /** In units of 8 bytes; above 0 there is no transport header. */
  readonly fragment: number;
  readonly protocol: number;
  readonly transport: Transport | undefined;
}

export type Transport =
  | {
      readonly kind: 'TCP';
      readonly sourcePort: number;
      readonly destinationPort: number;
      readonly sequence: number;
      readonly acknowledgement: number;
      readonly reserved: number;
      /** The lower bits of byte 13: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128. */
      readonly flags: number;
      readonly window: number;
      readonly urgent: number;
    }
  | {
      readonly kind: 'UDP';
      readonly sourcePort: number;
      readonly destinationPort: number;
      readonly length: number;
    }
  | { readonly kind: 'SCTP'; readonly sourcePort: number; readonly destinationPort: number }
  | {
      readonly kind: 'ICMP';
      readonly type: number;
      readonly code: number;
      /** Of echo requests and replies. */
      readonly echo: { readonly id: number; readonly sequence: number } | undefined;
    };

const shortestHeader = 20;

/** Reads a packet from its IP header on; undefined for one that is no IPv4. Source: RFC 791, 9293, 768, 792. */
export function decodePacket(bytes: Uint8Array): IpPacket | undefined {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (data.length < shortestHeader || data[0]! >> 4 !== 4) return undefined;
  const fragmentation = data.readUInt16BE(6);
  const fragment = fragmentation & 0x1fff;
  const protocol = data[9]!;
  const payload = data.subarray((data[0]! & 0xf) * 4);
  return {
    source: data.subarray(12, 16).join('.'),
    destination: data.subarray(16, 20).join('.'),
    length: data.readUInt16BE(2),
    tos: data[1]!,
    ttl: data[8]!,
    id: data.readUInt16BE(4),
    flags: {
      ce: (fragmentation & 0x8000) !== 0,
      df: (fragmentation & 0x4000) !== 0,
      mf: (fragmentation & 0x2000) !== 0,
    },
    fragment,
    protocol,
    transport: fragment > 0 ? undefined : decodeTransport(protocol, payload),
  };
}

function decodeTransport(protocol: number, data: Buffer): Transport | undefined {
  if (protocol === 6 && data.length >= 20) return decodeTcp(data);
  if (protocol === 17 && data.length >= 8) {
    return { kind: 'UDP', ...ports(data), length: data.readUInt16BE(4) };
  }
  if (protocol === 132 && data.length >= 12) return { kind: 'SCTP', ...ports(data) };
  if (protocol === 1 && data.length >= 8) return decodeIcmp(data);
  return undefined;
}

const ports = (data: Buffer): { readonly sourcePort: number; readonly destinationPort: number } => ({
  sourcePort: data.readUInt16BE(0),
  destinationPort: data.readUInt16BE(2),
});

function decodeTcp(data: Buffer): Transport {
  return {
    kind: 'TCP',
    ...ports(data),
    sequence: data.readUInt32BE(4),
    acknowledgement: data.readUInt32BE(8),
    reserved: (data[12]! & 0xf) << 2,
    flags: data[13]!,
    window: data.readUInt16BE(14),
    urgent: data.readUInt16BE(18),
  };
}

function decodeIcmp(data: Buffer): Transport {
  const type = data[0]!;
  const echo =
    type === 0 || type === 8 ? { id: data.readUInt16BE(4), sequence: data.readUInt16BE(6) } : undefined;
  return { kind: 'ICMP', type, code: data[1]!, echo };
}
