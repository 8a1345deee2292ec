import { expect, test } from 'vitest';
import { closest } from './closest.ts';

test('the nearest names come first, then the nearest namespaces', () => {
  const names = [
    'shop/deploy/web',
    'other/deploy/web',
    'shop/sts/db',
    'shop/deploy/web-admin',
    'shop/svc/wbe',
  ];
  expect(closest('shop/web', names, 4)).toEqual([
    'shop/deploy/web',
    'other/deploy/web',
    'shop/svc/wbe',
    'shop/deploy/web-admin',
  ]);
});

test('of none there is none', () => {
  expect(closest('a', [])).toEqual([]);
});
