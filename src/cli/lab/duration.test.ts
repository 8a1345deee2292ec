import { expect, test } from 'vitest';
import { describeAge, readDuration } from './duration.ts';

test.each([
  ['30s', 30_000],
  ['1m30s', 90_000],
  ['500ms', 500],
  ['1.5s', 1500],
  ['2h', 7_200_000],
  ['45', 45_000],
])('%s is %d ms', (text, milliseconds) => {
  expect(readDuration(text, '--timeout')).toBe(milliseconds);
});

test.each(['', 'soon', '5 m', '-3s', '3x', 's'])('%j is no duration', (text) => {
  expect(() => readDuration(text, '--since')).toThrow(/--since/);
});

test('ages in few words', () => {
  expect([0, 8_400, 150_000, 8_000_000, 400_000_000].map(describeAge)).toEqual([
    '0s',
    '8s',
    '2m',
    '2h',
    '4d',
  ]);
});
