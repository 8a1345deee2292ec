import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { cidrWarnings, isStrictSubset, parseCidr } from './cidr.ts';

const fault = (text: string): string | undefined => parseCidr(text)?.fault;

describe('parseCidr', () => {
  it.each([
    '10.0.0.0',
    '10.0.0/8',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/+8',
    '10.0.0.0/ 8',
    '10.0.0.256/8',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.0.0',
    'fe80::1%eth0/64',
    '::/129',
    ':::/0',
    '/8',
    '',
  ])('refuses %j', (text) => expect(parseCidr(text)).toBeUndefined());

  it.each([
    ['10.0.0.0/8', undefined],
    ['::/0', undefined],
    ['10.0.0.0/08', 'leading zeros'],
    ['010.0.0.0/8', 'leading zeros'],
    ['2001:0db8::/32', undefined],
    ['2001:00db8::/32', 'leading zeros'],
    ['::ffff:10.0.0.0/104', 'mapped'],
    ['::ffff:10.1.0.0/104', 'mapped'],
    ['10.1.0.0/8', 'host bits'],
    ['2001:db8::1/32', 'host bits'],
    ['010.1.0.0/8', 'leading zeros'],
  ])('finds in %s: %s', (text, expected) => expect(fault(text)).toBe(expected));
});

describe('isStrictSubset', () => {
  it('holds exactly for longer prefixes of the same family that lie within', () => {
    const range = fc.tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(128));
    fc.assert(
      fc.property(range, range, ([a, n], [b, m]) => {
        const outer = `${a}/${Math.min(n, a.includes(':') ? 128 : 32)}`;
        const inner = `${b}/${Math.min(m, b.includes(':') ? 128 : 32)}`;
        const [outerBase, outerLength] = ipaddr.parseCIDR(outer);
        const [innerBase, innerLength] = ipaddr.parseCIDR(inner);
        fc.pre(!/ffff:/i.test(outer + inner));
        const expected =
          outerBase.kind() === innerBase.kind() &&
          innerLength > outerLength &&
          innerBase.match(outerBase, outerLength);
        expect(isStrictSubset(parseCidr(inner)!, parseCidr(outer)!)).toBe(expected);
      }),
    );
  });

  it.each([
    ['10.1.0.0/16', '10.0.0.0/8', true],
    ['10.0.0.0/8', '10.0.0.0/8', false],
    ['10.0.0.0/8', '0.0.0.0/0', true],
    ['10.0.0.0/8', '::/0', false],
    ['10.1.2.3/16', '10.0.0.0/8', true],
    ['::ffff:10.1.0.0/112', '10.0.0.0/8', true],
    ['10.1.0.0/16', '::ffff:10.0.0.0/104', false],
  ])('%s in %s is %s', (inner, outer, expected) => {
    expect(isStrictSubset(parseCidr(inner)!, parseCidr(outer)!)).toBe(expected);
  });
});

it.each([
  ['10.0.0.0/8', []],
  [
    '2001:DB8::/32',
    ['IPv6 CIDR value "2001:DB8::/32" should be in RFC 5952 canonical format ("2001:db8::/32")'],
  ],
  ['10.0.0.0/08', ['non-standard CIDR value "10.0.0.0/08" is invalid: use "10.0.0.0/8"']],
  ['::ffff:10.0.0.0/104', ['non-standard CIDR value "::ffff:10.0.0.0/104" is invalid: use "10.0.0.0/8"']],
  [
    '10.1.2.3/8',
    ['CIDR value "10.1.2.3/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.1.2.3/32"?)'],
  ],
  [
    '2001:db8::1/032',
    [
      'CIDR value "2001:db8::1/032" is ambiguous in this context (should be "2001:db8::/32" or "2001:db8::1/128"?)',
      'non-standard CIDR value "2001:db8::1/032" is invalid: use "2001:db8::/32"',
    ],
  ],
])('warns of %s', (text, warnings) => {
  expect(cidrWarnings(parseCidr(text)!)).toEqual(warnings);
});
