import { describe, expect, it } from 'vitest';
import { claimTexts, readClaimPath } from './claims.ts';
import { readRequestPrincipal, requestPrincipalHolds } from './request-principal.ts';
import { expandPrincipals, expandTrustDomains } from './trust-domains.ts';

describe('trust domain aliases', () => {
  const known = ['new-td', 'old-td', 'x'];

  it.each([
    ['new-td/ns/a/sa/b', ['new-td/ns/a/sa/b', 'old-td/ns/a/sa/b', 'x/ns/a/sa/b']],
    ['cluster.local/ns/a/sa/b', ['new-td/ns/a/sa/b', 'old-td/ns/a/sa/b', 'x/ns/a/sa/b']],
    ['*td/ns/a/sa/b', ['*td/ns/a/sa/b', 'x/ns/a/sa/b']],
    ['new*/ns/a/sa/b', ['new-td/ns/a/sa/b', 'old-td/ns/a/sa/b', 'x/ns/a/sa/b']],
    ['stranger/ns/a/sa/b', ['stranger/ns/a/sa/b']],
    ['*/ns/a/sa/b', ['*/ns/a/sa/b']],
    ['*', ['*']],
    ['new-td/ns/*', ['new-td/ns/*']],
  ])('principal %s', (value, expanded) => expect(expandPrincipals([value], known)).toEqual(expanded));

  it('puts in an alias with a star as it is', () => {
    expect(expandPrincipals(['td/ns/a/sa/b'], ['td', '*-old'])).toEqual(['td/ns/a/sa/b', '*-old/ns/a/sa/b']);
  });

  it('trust domains: known ones stand for all, cluster.local for itself', () => {
    expect(expandTrustDomains(['x', 'cluster.local', 'new*'], known)).toEqual([
      ...known,
      'cluster.local',
      'new*',
    ]);
  });
});

describe('claims', () => {
  it.each([
    ['[a]', ['a']],
    ['[a][b]', ['a', 'b']],
    ['[a[b]]', ['a[b]']],
    ['[a]]', ['a]']],
    ['[realm.roles]', ['realm.roles']],
    ['x[a]', undefined],
    ['[a][b', undefined],
    ['', undefined],
  ])('the path of %j', (suffix, path) => expect(readClaimPath(suffix)).toEqual(path));

  it.each([
    [{ a: 'x' }, ['x']],
    [{ a: ['x', 1, ['y'], 'z'] }, ['x', 'z']],
    [{ a: 1 }, []],
    [{ a: true }, []],
    [{ a: { b: 'x' } }, []],
    [{}, []],
  ])('the texts of %j', (claims, texts) => expect(claimTexts(claims, ['a'])).toEqual(texts));

  it('are only own fields', () => {
    expect(claimTexts({}, ['constructor', 'name'])).toEqual([]);
    expect(claimTexts({ a: { b: 'x' } }, ['a', 'b'])).toEqual(['x']);
    expect(claimTexts({ a: ['b'] }, ['a', '0'])).toEqual([]);
  });
});

describe('request principals', () => {
  it.each([
    ['https://i.example/alice', true],
    ['https://i.example/al*', true],
    ['https://i.example/*', true],
    ['https://*', false],
    ['https://i.example', false],
    ['*/alice', true],
    ['*.example/alice', true],
    ['*.example/al*', false],
    ['*alice', true],
    ['*', true],
    ['https://i.example/', false],
  ])('%s', (value, holds) => {
    const claims = { iss: 'https://i.example', sub: 'alice' };
    expect(requestPrincipalHolds(readRequestPrincipal(value), claims)).toBe(holds);
  });

  it('want both claims as texts', () => {
    const anyone = readRequestPrincipal('*');
    expect(requestPrincipalHolds(anyone, { iss: 'i' })).toBe(false);
    expect(requestPrincipalHolds(anyone, { iss: 'i', sub: '' })).toBe(false);
    expect(requestPrincipalHolds(anyone, { iss: 'i', sub: ['alice'] })).toBe(false);
    expect(requestPrincipalHolds(anyone, undefined)).toBe(false);
  });
});
