import { expect, it } from 'vitest';
import { ChangedMap } from './changed-map.ts';

it('changes each value once, when it is asked for', () => {
  const asked: number[] = [];
  const map = new ChangedMap(
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
    (value) => {
      asked.push(value);
      return value * 10;
    },
  );
  expect([map.get('b'), map.get('b'), map.get('c'), asked]).toEqual([20, 20, undefined, [2]]);
  expect([map.size, map.has('a'), map.has('c'), [...map.keys()]]).toEqual([2, true, false, ['a', 'b']]);
  expect([...map]).toEqual([
    ['a', 10],
    ['b', 20],
  ]);
  expect([...map.values()]).toEqual([10, 20]);
  const seen: string[] = [];
  map.forEach((value, key) => {
    seen.push(`${key}${value}`);
  });
  expect(seen).toEqual(['a10', 'b20']);
  expect(asked).toEqual([2, 1]);
});
