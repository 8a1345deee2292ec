import { expect, test } from 'vitest';
import { mergePortRanges, otherPorts, withoutPorts } from './port-ranges.ts';

const one = (port: number) => ({ first: port, last: port });

test('ranges that touch become one', () => {
  expect(mergePortRanges([one(3), { first: 1, last: 2 }, one(5)])).toEqual([{ first: 1, last: 3 }, one(5)]);
});

test('the ports that are left', () => {
  expect(otherPorts([one(80), { first: 2, last: 79 }])).toEqual([one(1), { first: 81, last: 65535 }]);
  expect(otherPorts([{ first: 1, last: 65535 }])).toEqual([]);
});

test('ranges less ports', () => {
  expect(withoutPorts([{ first: 1, last: 5 }], [5, 1, 3, 9])).toEqual([one(2), one(4)]);
});
