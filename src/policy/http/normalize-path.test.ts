import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizePath } from './normalize-path.ts';

describe('normalizePath', () => {
  it.each([
    ['/a/../foo', '/foo'],
    ['/../foo', '/foo'],
    ['/%2e%2E/foo', '/foo'],
    ['/foo/.', '/foo/'],
    ['/foo/..', '/'],
    ['/a//../x', '/a/x'],
    ['/a/b/../../foo', '/foo'],
    ['/foo...', '/foo...'],
    ['/...', '/...'],
    ['/a/..%2ffoo', '/a/..%2ffoo'],
    ['/a%2e%2e%2ffoo', '/a..%2ffoo'],
    ['/a/..%5cfoo', '/a/..%5cfoo'],
    ['/\\foo', '//foo'],
    ['/a\\..\\foo', '/foo'],
    ['/%66oo', '/foo'],
    ['/%7Efoo', '/~foo'],
    ['/foo%2Fbar', '/foo%2Fbar'],
    ['/foo%252Fbar', '/foo%252Fbar'],
    ['/foo%zz', '/foo%zz'],
    ['/foo%2', '/foo%2'],
    ['/foo%', '/foo%'],
    ['/%%36%31', '/%2561'],
    ['/%%361', '/%2561'],
    ['/foo"^`{|}x', '/foo%22%5E%60%7B%7C%7Dx'],
    ['/<a>', '/%3Ca%3E'],
    ['/foo[*];p=1', '/foo[*];p=1'],
    ['/foo?x=/../%66{', '/foo?x=/../%66{'],
    ['//foo//', '//foo//'],
  ])('BASE makes %j to %j', (path, wanted) => expect(normalizePath(path, 'BASE')).toBe(wanted));

  it.each([
    ['//foo///bar//', '/foo/bar/'],
    ['///', '//'],
    ['//', '//'],
    ['/foo%2F%2fbar', '/foo%2F%2fbar'],
    ['/foo?a=//', '/foo?a=//'],
  ])('MERGE_SLASHES makes %j to %j', (path, wanted) => {
    expect(normalizePath(path, 'MERGE_SLASHES')).toBe(wanted);
  });

  it.each([
    ['/foo%2F%5cbar', '/foo/bar'],
    ['/a%2f..%2Ffoo', '/foo'],
    ['/foo%252Fbar', '/foo%252Fbar'],
    ['/foo?a=%2F', '/foo?a=%2F'],
  ])('DECODE_AND_MERGE_SLASHES makes %j to %j', (path, wanted) => {
    expect(normalizePath(path, 'DECODE_AND_MERGE_SLASHES')).toBe(wanted);
  });

  it('NONE leaves everything', () => expect(normalizePath('/a/../%00', 'NONE')).toBe('/a/../%00'));

  it('refuses an encoded NUL', () => expect(normalizePath('/foo%00', 'BASE')).toBeUndefined());

  it('leaves no dot segment and no backslash in any path, and is settled after one pass', () => {
    const piece = fc.constantFrom('/', '.', '..', '%2e', '%2E', '\\', 'a', '%41', '%', '%2F', ';', '{', '?');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const once = normalizePath(`/${pieces.join('')}`, 'BASE')!;
        const path = once.split('?')[0]!;
        expect(path.startsWith('/')).toBe(true);
        expect(path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment))).toBe(false);
        expect(path).not.toContain('\\');
        expect(normalizePath(once, 'BASE')).toBe(once);
      }),
    );
  });
});
