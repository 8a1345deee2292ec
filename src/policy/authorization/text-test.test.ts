import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namespaceTest, principalTest, serviceAccountTest, trustDomainTest } from './identity-test.ts';
import { pathTest } from './path-test.ts';
import { readTextTest } from './text-test.ts';

describe('readTextTest', () => {
  it.each([
    ['abc', 'abc', true],
    ['abc', 'ABC', false],
    ['a*', 'abc', true],
    ['*c', 'abc', true],
    ['*c', 'abd', false],
    ['a*c', 'abc', false],
    ['a*c', 'a*c', true],
    ['*b*', 'abc', false],
    ['*b*', 'ab*', true],
    ['*', 'x', true],
    ['*', '', false],
    ['**', 'a*', true],
    ['**', 'ab', false],
  ])('%s on %j is %s', (value, text, matches) => {
    expect(readTextTest(value, 'something').matches(text)).toBe(matches);
  });

  it('tells a value that is there from one with characters', () => {
    expect(readTextTest('*', 'given').matches('')).toBe(true);
    expect(readTextTest('*', 'something').matches('')).toBe(false);
  });

  it('folds ASCII letters only', () => {
    expect(readTextTest('*.EXAMPLE.com', 'given', true).matches('a.Example.COM')).toBe(true);
    expect(readTextTest('\u212a', 'given', true).matches('k')).toBe(false);
  });

  it('has a pattern that says the same', () => {
    const text = fc.stringMatching(/^[ab*]{0,4}$/);
    fc.assert(
      fc.property(text, text, (value, probe) => {
        const test = readTextTest(value, 'given');
        const { form, text: wanted } = test.pattern;
        const bySource = {
          presence: true,
          exact: probe === wanted,
          prefix: probe.startsWith(wanted),
          suffix: probe.endsWith(wanted),
        }[form as 'presence' | 'exact' | 'prefix' | 'suffix'];
        expect(test.matches(probe)).toBe(bySource);
      }),
    );
  });
});

describe('identities', () => {
  it.each([
    ['cluster.local/ns/foo/sa/bar', true],
    ['*/sa/bar', true],
    ['cluster.local/ns/foo/*', true],
    ['*', true],
    ['spiffe://cluster.local/ns/foo/sa/bar', false],
    ['*/ns/foo/*', false],
  ])('principals: %s', (value, matches) => {
    expect(principalTest(value).matches('cluster.local/ns/foo/sa/bar')).toBe(matches);
  });

  it.each([
    ['foo', true],
    ['fo', false],
    ['f*', true],
    ['*o', true],
    ['f*o', true],
    ['*', true],
    ['f.o', false],
  ])('namespaces: %s', (value, matches) => {
    expect(namespaceTest(value).matches('td/ns/foo/sa/bar')).toBe(matches);
  });

  it('take many stars in stride', () => {
    const value = `${'a*'.repeat(30)}b`;
    expect(namespaceTest(value).matches(`td/ns/${'a'.repeat(63)}/sa/bar`)).toBe(false);
    expect(namespaceTest(value).matches(`td/ns/${'a'.repeat(62)}b/sa/bar`)).toBe(true);
  });

  it.each([
    ['bar', 'td/ns/foo/sa/bar', true],
    ['other/bar', 'td/ns/foo/sa/bar', false],
    ['foo/bar', 'td/ns/foo/sa/bar', true],
    ['bar', 'td/ns/foo/x/sa/bar/y', true],
    ['bar', 'td/ns/foo/sa/bart', false],
    ['bar', '/ns/foo/sa/bar', false],
  ])('serviceAccounts: %s of %s', (value, identity, matches) => {
    expect(serviceAccountTest(value, 'foo').matches(identity)).toBe(matches);
  });

  it.each([
    ['td', true],
    ['t', false],
    ['*', true],
    ['*d', true],
    ['t*', true],
    ['*ns', false],
  ])('trustDomains: %s', (value, matches) => {
    expect(trustDomainTest(value).matches('td/ns/foo/sa/bar')).toBe(matches);
  });
});

describe('path templates', () => {
  it.each([
    ['/allow/admin/{**}', '/allow/admin/', true],
    ['/allow/admin/{**}', '/allow/admin/x/y', true],
    ['/allow/admin/{**}', '/allow/admin', false],
    ['/store/{**}/cart', '/store//cart', true],
    ['/store/{**}/cart', '/store/a/b/cart', true],
    ['/store/{**}/cart', '/store/cart', false],
    ['/foo/{*}/bar/{**}', '/foo/x/bar/', true],
    ['/foo/{*}/bar/{**}', '/foo//bar/x', false],
    ['/foo/{*}', '/foo/a=b*', true],
    ['/foo/{*}', '/foo/a[b]', false],
    ['/foo/{*}', '/foo/a/', false],
    ['/a.b/{*}', '/axb/c', false],
    ['/$(a)+/{*}', '/$(a)+/c', true],
  ])('%s on %s is %s', (value, path, matches) => {
    expect(pathTest(value).matches(path)).toBe(matches);
  });
});
