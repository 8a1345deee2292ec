import { describe, expect, test } from 'vitest';
import type { Protocol } from '../model/index.ts';
import { describePorts, mergeRanges, otherPorts, type PortList, withoutPorts } from './port-words.ts';

const declared = new Map<Protocol, ReadonlySet<number>>([['TCP', new Set([8080, 9090])]]);

function words(lists: Partial<Record<Protocol, PortList>>): string {
  return describePorts(new Map(Object.entries(lists) as [Protocol, PortList][]), declared);
}

const one = (port: number): { first: number; last: number } => ({ first: port, last: port });

describe('ports in words', () => {
  test('all of them', () => {
    expect(words({ TCP: 'all', UDP: 'all', SCTP: 'all' })).toBe('all ports');
    expect(words({ TCP: 'all other', UDP: 'all', SCTP: 'all' })).toBe('all other ports');
    expect(words({ TCP: 'all' })).toBe('all TCP ports');
    expect(words({ TCP: 'all other', UDP: [one(53)] })).toBe('all other TCP ports, UDP 53');
  });

  test('declared ones first, wherever they lie', () => {
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

test('ranges that touch become one', () => {
  expect(mergeRanges([one(3), { first: 1, last: 2 }, one(5)])).toEqual([{ first: 1, last: 3 }, one(5)]);
});

test('ranges less ports', () => {
  expect(withoutPorts([{ first: 1, last: 5 }], [5, 1, 3, 9])).toEqual([one(2), one(4)]);
});
