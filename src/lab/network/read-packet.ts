import type { DroppedPacket } from './types.ts';

const names: Readonly<Record<number, string>> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP', 132: 'SCTP' };
const withPorts: ReadonlySet<string> = new Set(['TCP', 'UDP', 'SCTP']);

/**
 * Reads the ends of an IPv4 packet from its header on. A protocol without a name here is its number. Ports are left out where the protocol has none or the piece does not reach them (a later
 * fragment). undefined for what is no IPv4 packet.
 */
export function readPacket(
  bytes: Uint8Array,
): Pick<DroppedPacket, 'protocol' | 'source' | 'destination'> | undefined {
  if (bytes.length < 20 || bytes[0]! >> 4 !== 4) return undefined;
  const start = (bytes[0]! & 15) * 4;
  const protocol = names[bytes[9]!] ?? String(bytes[9]);
  const fragment = ((bytes[6]! & 0x1f) << 8) | bytes[7]!;
  const ported = withPorts.has(protocol) && fragment === 0 && bytes.length >= start + 4;
  const end = (at: number, portAt: number): { address: string; port?: number } => {
    const address = bytes.subarray(at, at + 4).join('.');
    return ported ? { address, port: (bytes[portAt]! << 8) | bytes[portAt + 1]! } : { address };
  };
  return { protocol, source: end(12, start), destination: end(16, start + 2) };
}
