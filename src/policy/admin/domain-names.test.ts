import { expect, it } from 'vitest';
import { notSaid, type PacketEnd } from '../../model/index.ts';
import { matchDomainNames } from './domain-names.ts';

const host = (label: string): PacketEnd => ({ pod: undefined, address: notSaid, label });

it.each<[string, string, boolean]>([
  ['example.com', 'example.com', true],
  ['Example.COM.', 'example.com', true],
  ['example.com', 'www.example.com', false],
  ['*.example.com', 'www.example.com', true],
  ['*.example.com', 'a.b.example.com', true],
  ['*.example.com', 'example.com', false],
  ['*.example.com', 'notexample.com', false],
  ['*.example.com', '.example.com', false],
  ['*.example.com', 'shop/server', false],
])('%s holds %s: %s', (name, label, expected) => {
  expect(matchDomainNames([name], host(label))).toBe(expected);
});

it('asks what an address is the address of', () => {
  const end: PacketEnd = { pod: undefined, address: '192.0.2.1', label: '192.0.2.1' };
  expect(matchDomainNames(['example.com', '*.example.org'], end)).toEqual({
    facts: [
      {
        kind: 'external address',
        host: '192.0.2.1',
        patterns: [
          { form: 'exact', text: 'example.com' },
          { form: 'suffix', text: '.example.org' },
        ],
      },
    ],
  });
});
