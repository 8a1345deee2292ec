import { expect, test } from 'vitest';
import { formatSelector } from './labels.ts';
import { count, listNames, listWords } from './words.ts';

test('lists in words', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map((words) => listWords(words))).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ]);
  expect(listWords(['a', 'b', 'c'], 'or')).toBe('a, b or c');
});

test('names, each once, and how many there are beyond', () => {
  expect(listNames(['a', 'b', 'a', 'c'])).toBe('a, b and c');
  expect(listNames(['a', 'b', 'c', 'd'])).toBe('a, b, c and 1 other');
  expect(listNames(new Set(['a', 'b', 'c', 'd']), 2)).toBe('a, b and 2 others');
});

test('numbers', () => {
  expect([count(0, 'pod'), count(1, 'pod'), count(2, 'entry', 'entries')]).toEqual([
    '0 pods',
    '1 pod',
    '2 entries',
  ]);
});

test('selectors as kubectl writes them', () => {
  const matchExpressions = [
    { key: 'tier', operator: 'In', values: ['a', 'b'] },
    { key: 'env', operator: 'NotIn', values: ['prod'] },
    { key: 'zone', operator: 'NotIn', values: ['x', 'y'] },
    { key: 'team', operator: 'Exists' },
    { key: 'legacy', operator: 'DoesNotExist' },
  ] as const;
  expect(formatSelector({ matchLabels: { app: 'web' }, matchExpressions })).toBe(
    'app=web,tier in (a, b),env!=prod,zone notin (x, y),team,!legacy',
  );
  expect(formatSelector({})).toBe('');
});
