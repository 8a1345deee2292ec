import { describe, expect, test } from 'vitest';
import { market, viewOf } from '../../test/support/market.ts';
import type { PortRange } from '../model/index.ts';
import type { MapEnd, Passage } from '../reach/index.ts';
import { describeClosed, describePassages, describeRequests, formatPassages } from './passage-words.ts';

/** Declares TCP 8081. */
const orders = viewOf(market).map.ends.find(({ label }) => label === 'shop/Deployment/orders') as MapEnd;

const every: readonly PortRange[] = [{ first: 1, last: 65535 }];
const one = (port: number): readonly PortRange[] => [{ first: port, last: port }];
const but = (port: number): readonly PortRange[] => [
  { first: 1, last: port - 1 },
  { first: port + 1, last: 65535 },
];

function tcp(ports: readonly PortRange[], bytes: Passage['bytes'], http: Passage['bytes']): Passage {
  return { protocol: 'TCP', ports, bytes, http: { outcome: http } };
}

function other(protocol: 'UDP' | 'SCTP', ports: readonly PortRange[]): Passage {
  return { protocol, ports, bytes: 'allow', http: undefined };
}

describe('what comes through, in words', () => {
  test.each<[string, readonly Passage[]]>([
    ['nothing', []],
    ['TCP 8081', [tcp(one(8081), 'allow', 'allow')]],
    ['all ports', [tcp(every, 'allow', 'allow'), other('UDP', every), other('SCTP', every)]],
    [
      'TCP 8081: HTTP; all other ports',
      [
        tcp(but(8081), 'allow', 'allow'),
        tcp(one(8081), 'deny', 'allow'),
        other('UDP', every),
        other('SCTP', every),
      ],
    ],
    ['TCP 8081: not known; TCP 53', [tcp(one(53), 'allow', 'allow'), tcp(one(8081), 'unknown', 'unknown')]],
  ])('%s', (words, passages) => {
    expect(formatPassages(passages, orders)).toBe(words);
  });

  test('a declared port stands for its line', () => {
    const [line] = describePassages([tcp([{ first: 8000, last: 9000 }], 'allow', 'allow')], orders);
    expect(line).toEqual({ ports: 'TCP 8000-9000', requests: '', example: { protocol: 'TCP', port: 8081 } });
  });
});

test.each<[string, Passage['bytes'], Passage['bytes']]>([
  ['', 'allow', 'allow'],
  ['HTTP', 'deny', 'allow'],
  ['bytes that are not HTTP', 'allow', 'deny'],
  ['HTTP; bytes that are not HTTP: not known', 'unknown', 'allow'],
  ['HTTP: not known; bytes that are not HTTP', 'allow', 'unknown'],
])('requests: %s', (words, bytes, http) => {
  expect(describeRequests(tcp(one(80), bytes, http))).toBe(words);
});

describe('what is closed', () => {
  test('declared ports, then all others', () => {
    expect(describeClosed([tcp(one(80), 'allow', 'allow')], orders).map(({ ports }) => ports)).toEqual([
      'TCP 8081',
      'all other ports',
    ]);
  });

  test('nothing where every port is open', () => {
    expect(
      describeClosed([tcp(every, 'allow', 'allow'), other('UDP', every), other('SCTP', every)], orders),
    ).toEqual([]);
  });

  test('all ports at once', () => {
    expect(describeClosed([], orders)).toEqual([
      { ports: 'all ports', example: { protocol: 'TCP', port: 8081 } },
    ]);
  });
});
