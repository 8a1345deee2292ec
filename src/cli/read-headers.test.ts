import { expect, test } from 'vitest';
import { readHeaders } from './read-headers.ts';

test('white space around values goes, repeated names make a list, Host is told apart', () => {
  const { host, headers } = readHeaders(['X-A:  1 ', 'x-a: 2', 'X-B:', 'Host: h', '__proto__: p', 'x-a: 3']);
  expect(host).toBe('h');
  expect(Object.entries(headers)).toEqual([
    ['X-A', ['1', '2', '3']],
    ['X-B', ''],
    ['__proto__', 'p'],
  ]);
});

test.each(['X-A', ': a', 'X A: b', 'X-A: a\nb'])('%j is refused', (flag) => {
  expect(() => readHeaders([flag])).toThrow("write 'Name: value'");
});
