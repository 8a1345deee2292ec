import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it, test } from 'vitest';
import { formatAddress, formatIpRange, parseAddress, parseRange, rangeHolds } from './ip.ts';

const ipv4 = fc.ipV4();
// ipaddr.js takes every IPv6 text with a dotted tail for an IPv4-mapped one; those are checked by hand below.
const ipv6 = fc.ipV6().filter((text) => !text.includes('.'));

describe('parseAddress', () => {
  it('reads what ipaddr.js reads', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), (text) => {
        const parsed = parseAddress(text);
        expect(parsed, text).toBeDefined();
        const bytes = ipaddr.parse(text).toByteArray();
        expect(parsed!.value).toBe(bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n));
      }),
    );
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '010.0.0.1',
    '256.0.0.1',
    '1.2.3.4 ',
    '0x7f.0.0.1',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8::',
    'fe80::1%eth0',
    '::1.2.3',
    '1.2.3.4::',
    'g::',
  ])('refuses %j', (text) => expect(parseAddress(text)).toBeUndefined());

  it.each([
    ['::0.0.0.0', '::'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
  ])('reads the dotted tail of %s', (text, written) => {
    expect(formatAddress(parseAddress(text)!)).toBe(written);
  });

  it('reads leading zeros as decimal where asked to', () => {
    expect(parseAddress('010.0.0.008', true)).toEqual(parseAddress('10.0.0.8'));
  });
});

describe('formatAddress', () => {
  it('writes RFC 5952 and reads back', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), (text) => {
        const address = parseAddress(text)!;
        expect(parseAddress(formatAddress(address))).toEqual(address);
        if (address.family === 6 && address.value >> 32n !== 0xffffn) {
          expect(formatAddress(address)).toBe((ipaddr.parse(text) as ipaddr.IPv6).toRFC5952String());
        }
      }),
    );
  });
});

describe('parseRange', () => {
  it('holds what ipaddr.js matches, and never mixes families', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), fc.oneof(ipv4, ipv6), fc.nat(128), (base, probe, length) => {
        const max = base.includes(':') ? 128 : 32;
        const bits = length % (max + 1);
        const range = parseRange(`${base}/${bits}`)!;
        const a = ipaddr.parse(base);
        const b = ipaddr.parse(probe);
        const expected = a.kind() === b.kind() && b.match(a, bits);
        expect(rangeHolds(range, parseAddress(probe)!)).toBe(expected);
      }),
    );
  });

  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/08', '10.0.0.0/-1', '::/129', '/8'])(
    'refuses %j',
    (text) => {
      expect(parseRange(text)).toBeUndefined();
    },
  );
});

describe('formatIpRange', () => {
  test.each(['10.0.0.0/8', '203.0.113.7', '2001:db8::/32', '0.0.0.0/0'])(
    'writes %s as it was read',
    (text) => {
      expect(formatIpRange(parseRange(text)!)).toBe(text);
    },
  );

  test('names both ends of what no CIDR says', () => {
    expect(formatIpRange({ family: 4, first: 0x0a000003n, last: 0x0a000009n })).toBe('10.0.0.3-10.0.0.9');
  });
});
