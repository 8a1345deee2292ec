import { describe, expect, test } from 'vitest';
import { parseSet } from './parse-set.ts';
import type { SetMode } from './set-text.ts';
import { draftOf, type Values } from './types.ts';

function read(text: string, mode: SetMode = 'set', base: Values = {}): unknown {
  const into = draftOf(base);
  const result = parseSet(text, mode, into, (name) => `<${name}>`);
  return 'fault' in result ? result.fault.message : into;
}

// What helm's pkg/strvals 3.22 makes of the same texts.
describe('what Helm reads', () => {
  test.each<[string, unknown]>([
    ['a.b=c,d=e', { a: { b: 'c' }, d: 'e' }],
    ['d[0]=e,d[2]=f', { d: ['e', null, 'f'] }],
    ['d[0].port=443,d[0].name=x', { d: [{ port: 443n, name: 'x' }] }],
    ['d[1][0]=x', { d: [null, ['x']] }],
    ['f={x,1,true,}', { f: ['x', 1n, true, ''] }],
    ['f={x},g=1', { f: ['x'], g: 1n }],
    ['h\\.i=1,nodes\\[0\\]=2', { 'h.i': 1n, 'nodes[0]': 2n }],
    ['a=x\\,y,b=z\\\\', { a: 'x,y', b: 'z\\' }],
    ['a=null,b=NULL,c=~', { a: null, b: null, c: '~' }],
    ['a=True,b=FALSE,c=yes', { a: true, b: false, c: 'yes' }],
    ['a=0,b=007,c=-7,d=+7,e=1e3,f=1.0', { a: 0n, b: '007', c: -7n, d: 7n, e: '1e3', f: '1.0' }],
    ['a=9223372036854775807,b=9223372036854775808', { a: 2n ** 63n - 1n, b: '9223372036854775808' }],
    ['a=,b=1', { a: '', b: 1n }],
    ['a=', { a: '' }],
    ['a=b=c', { a: 'b=c' }],
    ['=x,a=1', { a: 1n }],
    ['a.', {}],
    ['a[0]', { a: [] }],
    ['', {}],
    ['__proto__.constructor=1', JSON.parse('{"__proto__": {}}')],
  ])('%s', (text, wanted) => {
    if (text.startsWith('__proto__')) expect(Object.keys(read(text) as object)).toEqual(['__proto__']);
    else expect(read(text)).toEqual(wanted);
  });

  test('over what is there', () => {
    const base: Values = { a: { b: 1, c: 2 }, d: [1, { e: 2 }] };
    expect(read('a.b=x,d[1].f=y,d[0].g=z', 'set', base)).toEqual({
      a: { b: 'x', c: 2 },
      d: [{ g: 'z' }, { e: 2, f: 'y' }],
    });
    expect(base).toEqual({ a: { b: 1, c: 2 }, d: [1, { e: 2 }] });
  });

  test('each flag in its way', () => {
    expect(read('a=1,b={true,x}', 'set-string')).toEqual({ a: '1', b: ['true', 'x'] });
    expect(read('a={"b": [1, null]} ,c="x,y",d=', 'set-json')).toEqual({
      a: { b: [1, null] },
      c: 'x,y',
      d: null,
    });
    expect(read('a[0].b=x,y={z\\', 'set-literal')).toEqual({ a: [{ b: 'x,y={z\\' }] });
    expect(read('a=one.txt,b=two.txt', 'set-file')).toEqual({ a: '<one.txt>', b: '<two.txt>' });
  });
});

describe('what Helm refuses', () => {
  test.each<[string, SetMode, Values, number, string]>([
    ['a', 'set', {}, 0, 'key "a" has no value'],
    ['x=1,a.b,c=1', 'set', {}, 6, 'key "b" has no value (cannot end with ,)'],
    ['a.=1', 'set', {}, 0, 'key map "a" has no value'],
    ['a[0=1', 'set', {}, 1, '[ is not closed'],
    ['a[x]=1', 'set', {}, 2, '"x" is not an index'],
    ['a[-1]=1', 'set', {}, 5, 'negative -1 index not allowed'],
    ['a[65537]=1', 'set', {}, 0, 'index 65537 is greater than 65536, the greatest that Helm takes'],
    ['a[0]b=1', 'set', {}, 4, 'unexpected data at end of array index: "b"'],
    ['a={x,y', 'set', {}, 2, "list must terminate with '}'"],
    ['a.b=1', 'set', { a: 'x' }, 0, '"a" is text already, and a name below it needs a map'],
    ['a[0]=1', 'set', { a: null }, 1, '"a" is null already, and an index needs a list'],
    ['a=x', 'set-json', {}, 2, 'the value is not JSON'],
    ['a={"b": 1e999}', 'set-json', {}, 2, 'the value is not JSON'],
    [`${'a.'.repeat(31)}a=1`, 'set', {}, 61, 'names nest at most 30 levels deep'],
  ])('%s', (text, mode, base, at, message) => {
    const result = parseSet(text, mode, draftOf(base));
    expect(result).toMatchObject({ fault: { at, message } });
    expect('fault' in result && result.fault.help).toBeTruthy();
  });
});
