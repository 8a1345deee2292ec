import { describe, expect, test } from 'vitest';
import { otherPorts, type PortRange, type Protocol } from '../model/index.ts';
import { describePorts, type PortShare } from './port-words.ts';

const declared = new Map<Protocol, ReadonlySet<number>>([['TCP', new Set([8080, 9090])]]);

const one = (port: number): PortRange => ({ first: port, last: port });
const every: PortShare = { ranges: [{ first: 1, last: 65535 }], isRest: true };

function words(shares: Partial<Record<Protocol, PortShare | readonly PortRange[]>>): string {
  const entries = Object.entries(shares) as [Protocol, PortShare | readonly PortRange[]][];
  return describePorts(
    new Map(
      entries.map(([key, share]) => [key, 'isRest' in share ? share : { ranges: share, isRest: false }]),
    ),
    declared,
  );
}

describe('ports in words', () => {
  test('all of them', () => {
    expect(words({ TCP: every, UDP: every, SCTP: every })).toBe('all ports');
    expect(words({ TCP: every })).toBe('all TCP ports');
    expect(words({ TCP: [one(80)], UDP: every, SCTP: every })).toBe('TCP 80, all UDP and SCTP ports');
  });

  test('all that are not named elsewhere, with those that are declared', () => {
    const rest = { ranges: otherPorts([one(8080)]), isRest: true };
    expect(words({ TCP: rest, UDP: [one(53)] })).toBe('TCP 9090, UDP 53, all other TCP ports');
    expect(words({ TCP: rest, UDP: every, SCTP: every })).toBe('TCP 9090 and all other ports');
    const none = { ranges: otherPorts([one(8080), one(9090)]), isRest: true };
    expect(words({ TCP: none, UDP: every, SCTP: every })).toBe('all other ports');
  });

  test('ranges with declared ports first', () => {
    expect(words({ TCP: [{ first: 80, last: 81 }, one(8080)] })).toBe('TCP 8080 and 80-81');
    expect(words({ TCP: [one(80), { first: 8000, last: 8100 }] })).toBe('TCP 8000-8100 and 80');
  });

  test('many that nobody declares are counted', () => {
    const many = [1, 3, 5, 7, 9].map(one);
    expect(words({ TCP: [...many, one(8080)] })).toBe('TCP 8080 and 5 other ports');
    expect(words({ UDP: many })).toBe('5 UDP ports');
  });

  test('nearly all by what is missing', () => {
    expect(words({ TCP: otherPorts([one(22), { first: 8000, last: 8100 }]) })).toBe(
      'all TCP ports but 22 and 8000-8100',
    );
  });
});
