import { expect, test } from 'vitest';
import { formatIpRange, type IpRange, parseRange } from './ip.ts';
import { allRanges, commonRanges, coversRange, otherRanges, rangesMeet } from './ip-ranges.ts';

const ranges = (...texts: readonly string[]): readonly IpRange[] => texts.map((text) => parseRange(text)!);
const words = (list: readonly IpRange[]): string => list.map(formatIpRange).join(' ');

test('what lies in both lists, whatever their order and overlap', () => {
  const wide = ranges('192.168.0.0/16', '10.0.0.0/8', '10.1.0.0/16', '2001:db8::/32');
  const narrow = ranges('2001:db8::1', '10.1.2.0/24', '192.168.7.7', '172.16.0.0/12');
  expect(words(commonRanges(wide, narrow))).toBe('10.1.2.0/24 192.168.7.7 2001:db8::1');
  expect(commonRanges(narrow, wide)).toEqual(commonRanges(wide, narrow));
  expect(commonRanges(allRanges, allRanges)).toEqual(allRanges);
});

test('what is left, by family', () => {
  expect(words(otherRanges(ranges('128.0.0.0/1', '192.0.0.0/8', '::/0')))).toBe('0.0.0.0/1');
  expect(otherRanges(allRanges)).toEqual([]);
  expect(otherRanges([])).toEqual(allRanges);
});

test('one range and another', () => {
  const [wide, narrow, other, six] = ranges('10.0.0.0/8', '10.1.0.0/16', '11.0.0.0/8', '::a00:0/104');
  expect(coversRange(wide!, narrow!)).toBe(true);
  expect(coversRange(narrow!, wide!)).toBe(false);
  expect(rangesMeet(narrow!, wide!)).toBe(true);
  expect(rangesMeet(narrow!, other!)).toBe(false);
  expect(rangesMeet(wide!, six!)).toBe(false);
});
