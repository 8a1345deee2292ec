import { describe, expect, it } from 'vitest';
import { readPacket } from './read-packet.ts';

const header = (protocol: number, fragment = 0): readonly number[] => [
  ...[0x45, 0, 0, 60, 0, 1],
  ...[fragment >> 8, fragment & 255],
  ...[64, protocol, 0, 0],
  ...[10, 244, 0, 2],
  ...[10, 244, 0, 3],
];
const ports = [0xb2, 0x1c, 0, 80];
const ends = { source: { address: '10.244.0.2' }, destination: { address: '10.244.0.3' } };

describe('readPacket', () => {
  it('reads addresses and ports', () => {
    expect(readPacket(Uint8Array.from([...header(6), ...ports]))).toEqual({
      protocol: 'TCP',
      source: { address: '10.244.0.2', port: 45596 },
      destination: { address: '10.244.0.3', port: 80 },
    });
  });

  it('skips the options of the IP header', () => {
    const options = [0x46, ...header(17).slice(1), 1, 1, 1, 0, ...ports];
    expect(readPacket(Uint8Array.from(options))?.destination).toEqual({ address: '10.244.0.3', port: 80 });
  });

  it('leaves ports out of what has none, or does not reach them', () => {
    expect(readPacket(Uint8Array.from([...header(1), ...ports]))).toEqual({ protocol: 'ICMP', ...ends });
    expect(readPacket(Uint8Array.from([...header(17, 100), ...ports]))).toEqual({ protocol: 'UDP', ...ends });
    expect(readPacket(Uint8Array.from(header(132)))).toEqual({ protocol: 'SCTP', ...ends });
  });

  it('names other protocols by number, and takes IPv4 only', () => {
    expect(readPacket(Uint8Array.from(header(47)))?.protocol).toBe('47');
    expect(readPacket(Uint8Array.from([0x60, ...header(6).slice(1)]))).toBeUndefined();
    expect(readPacket(Uint8Array.from([0x45, 0]))).toBeUndefined();
  });
});
