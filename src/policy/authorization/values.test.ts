import { describe, expect, it } from 'vitest';
import { notSaid, type ProxiedRequest, unknown } from '../../model/index.ts';
import { claimTexts, type Payload, readClaimPath } from './claims.ts';
import { readRequestPrincipal, requestPrincipalHolds } from './request-principal.ts';
import { expandPrincipals, expandTrustDomains } from './trust-domains.ts';

const payload = (claims: ProxiedRequest['claims']): Payload => ({ claims, claimsComplete: true });
const openPayload = (claims: ProxiedRequest['claims']): Payload => ({ claims, claimsComplete: false });

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
  ])('the texts of %j', (claims, texts) => expect(claimTexts(payload(claims), ['a'])).toEqual(texts));

  it('are only own fields', () => {
    expect(claimTexts(payload({}), ['constructor', 'name'])).toEqual([]);
    expect(claimTexts(payload({ a: { b: 'x' } }), ['a', 'b'])).toEqual(['x']);
    expect(claimTexts(payload({ a: ['b'] }), ['a', '0'])).toEqual([]);
  });

  it('are not known where not all claims are and the path leads to none of them', () => {
    const claims = openPayload({ a: { b: 'x' }, c: ['d'], e: 1 });
    expect(claimTexts(claims, ['constructor'])).toBe(notSaid);
    expect(claimTexts(claims, ['f', 'g'])).toBe(notSaid);
    expect(claimTexts(claims, ['a', 'c'])).toBe(notSaid);
    expect(claimTexts(claims, ['a', 'b'])).toEqual(['x']);
    expect(claimTexts(claims, ['c', 'd'])).toEqual([]);
    expect(claimTexts(claims, ['e'])).toEqual([]);
    expect(claimTexts(openPayload(undefined), ['a'])).toEqual([]);
    expect(claimTexts(payload(notSaid), ['a'])).toBe(notSaid);
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
    expect(requestPrincipalHolds(readRequestPrincipal(value), payload(claims))).toBe(holds);
  });

  it('want both claims as texts', () => {
    const anyone = readRequestPrincipal('*');
    expect(requestPrincipalHolds(anyone, payload({ iss: 'i' }))).toBe(false);
    expect(requestPrincipalHolds(anyone, payload({ iss: 'i', sub: '' }))).toBe(false);
    expect(requestPrincipalHolds(anyone, payload({ iss: 'i', sub: ['alice'] }))).toBe(false);
    expect(requestPrincipalHolds(anyone, payload(undefined))).toBe(false);
  });

  it('turn on a claim that is not said unless the other one fails', () => {
    const alice = readRequestPrincipal('i/alice');
    const patterns = [{ form: 'exact', text: 'alice' }] as const;
    expect(requestPrincipalHolds(alice, openPayload({ iss: 'i' }))).toEqual(
      unknown({ kind: 'request', field: 'claim sub', patterns }),
    );
    expect(requestPrincipalHolds(alice, openPayload({ iss: 'x' }))).toBe(false);
    expect(requestPrincipalHolds(alice, openPayload({ sub: 'bob' }))).toBe(false);
    expect(requestPrincipalHolds(alice, openPayload({ iss: 'i', sub: 'alice' }))).toBe(true);
    expect(requestPrincipalHolds(alice, openPayload(undefined))).toBe(false);
  });
});
