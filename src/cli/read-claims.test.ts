import { expect, test } from 'vitest';
import { readClaims } from './read-claims.ts';

const plain = (flags: readonly string[]): unknown => JSON.parse(JSON.stringify(readClaims(flags)));

test.each([
  [['iss=https://a', 'sub=7'], { iss: 'https://a', sub: '7' }],
  [['level=5', 'ok=true', 'name=joe=x', 'empty='], { level: 5, ok: true, name: 'joe=x', empty: '' }],
  [['groups=["a","b"]'], { groups: ['a', 'b'] }],
  [['groups=a', 'groups=b'], { groups: ['a', 'b'] }],
  [['realm.roles=admin', 'realm.x=1'], { realm: { roles: 'admin', x: 1 } }],
  [['realm={"roles":["r"]}'], { realm: { roles: ['r'] } }],
  [['https://x.io/roles=admin'], { 'https://x.io/roles': 'admin' }],
  [['[a.b][c]=1'], { 'a.b': { c: 1 } }],
])('%j', (flags, expected) => {
  expect(plain(flags)).toEqual(expected);
});

test('claims may have any name', () => {
  const claims = readClaims(['constructor=a', '__proto__=b']);
  expect(Object.entries(claims)).toEqual([
    ['constructor', 'a'],
    ['__proto__', 'b'],
  ]);
});

test.each([['a'], ['=a']])('%s is refused', (flag) => {
  expect(() => readClaims([flag])).toThrow('write key=value');
});

test('a name cannot be a text and an object', () => {
  expect(() => readClaims(['a=x', 'a.b=y'])).toThrow('a is not an object');
});
