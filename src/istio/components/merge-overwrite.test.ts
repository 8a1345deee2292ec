import { expect, it } from 'vitest';
import { coalesce } from './coalesce.ts';
import { type GoMap, toGoMap, valueAt } from './go-values.ts';
import { mergeOverwrite } from './merge-overwrite.ts';
import type { Values } from './types.ts';

const merged = (into: Values, from: Values): GoMap => mergeOverwrite(toGoMap(into), toGoMap(from));

it('merges maps deeply and replaces all else, also by what is empty', () => {
  expect(
    merged({ a: { b: 1, c: 2 }, d: [1], e: 'x', f: { g: 1 } }, { a: { b: null }, d: [], e: '', f: 0 }),
  ).toEqual(toGoMap({ a: { b: null, c: 2 }, d: [], e: '', f: 0 }));
});

it('keeps a map against an empty one, and gives way to a map elsewhere', () => {
  expect(merged({ a: { b: 1 }, c: [1] }, { a: {}, c: { d: 1 } })).toEqual(
    toGoMap({ a: { b: 1 }, c: { d: 1 } }),
  );
});

it('takes over the very map, which later merges change at both places', () => {
  const global = toGoMap({ policy: { enabled: true } });
  const top = mergeOverwrite(toGoMap({}), global);
  mergeOverwrite(top, toGoMap({ policy: { enabled: false } }));
  expect(valueAt(global, ['policy', 'enabled'])).toBe(false);
});

it('lets a null of the user remove what the chart sets, and stay a null elsewhere', () => {
  const chart = toGoMap({ inner: { a: 1, b: null, c: { d: 1 } }, top: 1 });
  const user = toGoMap({ inner: { a: null, b: null, x: null, c: 'text' }, top: null, other: null });
  expect(coalesce(user, chart)).toEqual(toGoMap({ inner: { b: null, x: null, c: 'text' }, other: null }));
});
