import { describe, expect, it } from 'vitest';
import { newMap } from '../values/index.ts';
import { cleanPath, parseFloat64, printed, splitPath } from './go-text.ts';
import { setSpecPath, splitSet, typedText } from './set-path.ts';
import { OperatorStop } from './stop.ts';
import type { TreeMap } from './tree.ts';

const version = { minor: 30 };

function set(...flags: string[]): unknown {
  const root: TreeMap = newMap();
  for (const flag of flags) setSpecPath(root, flag, version);
  return JSON.parse(
    JSON.stringify(root.spec, (_, value) => (typeof value === 'bigint' ? Number(value) : value)),
  );
}

it.each([
  ['5', 5n],
  ['+5', 5n],
  ['007', 7n],
  ['9223372036854775808', 2 ** 63],
  ['1.30', 1.3],
  ['1e3', 1000],
  ['1_000', 1000],
  ['0x1p4', 16],
  ['0x10', '0x10'],
  ['-Inf', -Infinity],
  ['nan', Number.NaN],
  ['+nan', '+nan'],
  ['1e999', '1e999'],
  ['t', true],
  ['FALSE', false],
  ['yes', 'yes'],
  ['a\\,b', 'a,b'],
  ['', ''],
])('types %j as Go does: %s', (text, value) => {
  expect(typedText(text)).toEqual(value);
});

it.each([
  ['a.b', ['a', 'b']],
  ['a[0].b', ['a', '[0]', 'b']],
  ['a.[name:x].b', ['a', '[name:x]', 'b']],
  ['a.b\\.c/d', ['a', 'b.c/d']],
  ['a//b', ['a/b']],
  ['.a.', ['a']],
  ['a..b', ['a', 'b']],
  ['a[0][1]', ['a', '[0][1]']],
])('splits %s', (path, parts) => {
  expect(splitPath(path)).toEqual(parts);
});

it.each([
  ['', '.'],
  ['a/b/../c', 'a/c'],
  ['/a/', '/a'],
  ['../../x', '../../x'],
  ['a/../..', '..'],
])('cleans %j as a path of files', (path, clean) => {
  expect(cleanPath(path)).toBe(clean);
});

it('prints as %v', () => {
  expect([1234567, 100000, 1.3, 0.00001, true, null, ['a', 1], { b: 1, a: 'x' }].map(printed)).toEqual([
    '1.234567e+06',
    '100000',
    '1.3',
    '1e-05',
    'true',
    '<nil>',
    '[a 1]',
    'map[a:x b:1]',
  ]);
  expect(parseFloat64('0x_1p4')).toBe(16);
});

describe('setting', () => {
  it('makes maps and list elements on the way', () => {
    expect(
      set('components.ingressGateways[0].name=gw', 'components.ingressGateways[name:gw].enabled=true'),
    ).toEqual({
      components: { ingressGateways: [{ name: 'gw', enabled: true }] },
    });
    expect(set('a[0]=x', 'a[7]=y')).toEqual({ a: ['x', 'y'] });
  });

  it('keeps versions texts', () => {
    expect(set('compatibilityVersion=1.30', 'tag=1.30', 'values.pilot.tag=1.30')).toEqual({
      compatibilityVersion: '1.30',
      tag: '1.30',
      values: { pilot: { tag: 1.3 } },
    });
  });

  it('loses a value with = before 1.31', () => {
    expect(splitSet('a=b=c', { minor: 30 })).toEqual({ path: 'a=b=c', text: '', lost: 'several =' });
    expect(splitSet('a=b=c', { minor: 31 })).toEqual({ path: 'a', text: 'b=c' });
    expect(splitSet(' a = b ', version)).toEqual({ path: 'a', text: 'b' });
    expect(splitSet('a', version)).toEqual({ path: 'a', text: '', lost: 'no =' });
  });

  it('loses what is set below null', () => {
    const root: TreeMap = newMap();
    root.spec = { a: null };
    setSpecPath(root, 'a.b=1', version);
    expect(root.spec).toEqual({ a: null });
  });

  it.each([
    ['a[name:x].b=1', 'element [name:x] not found', false],
    ['a[x].b=1', 'unknown segment [x]', false],
    ['a[0][1]=1', 'unknown segment [0][1]', false],
    ['b.c[0]=1', 'interface conversion: interface {} is map[string]interface {}, not []interface {}', true],
    ['b.c.d.e=1', 'not a map, got int: 1 int', true],
    ['l[0]=1', 'runtime error: index out of range [0] with length 0', true],
  ])('refuses %s', (flag, message, panics) => {
    const run = (): unknown => set('b.c.d=1', 'l[0].x=1', flag);
    expect(run).toThrow(OperatorStop);
    expect(run).toThrow(expect.objectContaining({ message, panics }));
  });
});
