import { describe, expect, it } from 'vitest';
import { jwtRule, requestAuthentication } from '../../../test/support/istio-policies.ts';
import { defaultMesh, type HttpRequest, type JwtRule, type Token } from '../../model/index.ts';
import { authenticate, jwtRulesFor, type PlacedRule } from './authenticate.ts';

const alice: Token = { claims: { iss: 'one', sub: 'alice' } };
const expired: Token = { ...alice, invalid: 'expired' };
const bob: Token = { claims: { iss: 'two', sub: 'bob' } };

function placed(...rules: readonly Partial<JwtRule>[]): readonly PlacedRule[] {
  const policy = requestAuthentication('foo/jwt');
  return rules.map((rule, index) => ({
    rule: jwtRule(rule),
    reference: { policy, path: ['spec', 'jwtRules', index] },
  }));
}

function ask(rules: readonly PlacedRule[], tokens: readonly Token[], http: HttpRequest = { method: 'GET' }) {
  return authenticate(rules, http, { jwt: tokens, complete: true });
}

it('rules stand in the order of their issuers', () => {
  const jwtRules = [jwtRule({ issuer: 'two' }), jwtRule({ issuer: 'one' })];
  const policy = requestAuthentication('foo/jwt', { jwtRules });
  const cluster = { policies: { requestAuthentication: new Map([['foo', [policy]]]) }, mesh: defaultMesh };
  const target = { namespace: 'foo', labels: {}, waypoint: false, services: [] };
  const rules = jwtRulesFor(cluster as unknown as Parameters<typeof jwtRulesFor>[0], target);
  expect(rules.map(({ rule }) => rule.issuer)).toEqual(['one', 'two']);
});

describe('authenticate', () => {
  const one = placed({ issuer: 'one' });
  const both = placed({ issuer: 'one' }, { issuer: 'two' });

  it('has nothing to say without rules', () => expect(ask([], [expired])).toEqual({ kind: 'no rules' }));

  it('lets a request without a token pass, without claims', () => {
    expect(ask(one, [])).toEqual({ kind: 'passed', claims: undefined, headers: expect.any(Function) });
    expect(ask(one, [], { headers: { Authorization: 'Basic YTpi' } })).toMatchObject({ claims: undefined });
  });

  it.each([
    [{ invalid: 'malformed' }, 401, 'Jwt header is an invalid JSON'],
    [{ claims: { iss: 'x' }, invalid: 'expired' }, 401, 'Jwt issuer is not configured'],
    [expired, 401, 'Jwt is expired'],
    [{ ...alice, invalid: 'not-yet-valid' }, 401, 'Jwt not yet valid'],
    [{ ...alice, invalid: 'unknown-key' }, 401, "Jwks doesn't have key to match kid or alg from Jwt"],
    [{ ...alice, invalid: 'bad-signature' }, 401, 'Jwt verification fails'],
  ] as const)('refuses %j with %i', (token, status, text) => {
    expect(ask(one, [token])).toMatchObject({ kind: 'refused', status, texts: [text] });
  });

  it('asks for the audience before the signature, and answers 403', () => {
    const rules = placed({ issuer: 'one', audiences: ['web'] });
    const wrong = { status: 403, texts: ['Audiences in Jwt are not allowed'] };
    expect(ask(rules, [{ ...alice, invalid: 'bad-signature' }])).toMatchObject(wrong);
    expect(ask(rules, [expired])).toMatchObject({ status: 401 });
    const web = { claims: { ...alice.claims, aud: ['api', 'https://web/'] } };
    expect(ask(rules, [web])).toMatchObject({ kind: 'passed' });
  });

  it('takes any issuer where a rule names none', () => {
    expect(ask(placed({}), [bob])).toMatchObject({ kind: 'passed', claims: bob.claims });
  });

  it('takes the first of several rules that is content, and no reason of a foreign issuer if there is another', () => {
    expect(ask(both, [bob])).toMatchObject({ kind: 'passed', claims: bob.claims });
    expect(ask(both, [{ ...bob, invalid: 'expired' }])).toMatchObject({ texts: ['Jwt is expired'] });
    expect(ask(both, [{ claims: { iss: 'x' } }])).toMatchObject({ texts: ['Jwt issuer is not configured'] });
  });

  it('tells the first refusal, or where that is a foreign issuer the last other one', () => {
    const raw = { issuer: 'three', fromHeaders: [{ name: 'x', prefix: '' }] };
    const bad: Token = { invalid: 'malformed', location: { header: 'x' } };
    const late: Token = { ...bob, invalid: 'expired' };
    const two = { issuer: 'two' };
    expect(ask(placed(raw, two), [bad, late])).toMatchObject({ texts: ['Jwt header is an invalid JSON'] });
    expect(ask(placed({ issuer: 'one' }, raw, two), [bad, late])).toMatchObject({
      texts: ['Jwt is expired'],
    });
  });

  it.each([
    [{ sub: 1 }, 'Jwt payload [sub] field is not a string'],
    [{ iss: null, sub: 1 }, 'Jwt payload [iss] field is not a string'],
    [{ exp: '1', aud: 1 }, 'Jwt payload [exp] field is not an integer'],
    [{ nbf: -1 }, 'Jwt payload [nbf] field is not a positive 64 bit integer'],
    [{ aud: ['a', 1] }, 'Jwt payload [aud] field is not a string or string list'],
  ])('refuses a token with claims %j before it looks at the issuer', (claims, text) => {
    const token: Token = { claims: { iss: 'x', ...claims }, invalid: 'expired' };
    expect(ask(one, [token])).toMatchObject({ kind: 'refused', status: 401, texts: [text] });
  });

  it('takes repeated Authorization headers for one', () => {
    const basic: Token = { ...bob, location: { header: 'authorization', prefix: 'Basic ' } };
    expect(ask(one, [alice, basic])).toMatchObject({
      status: 401,
      texts: [expect.stringContaining('3 sections')],
    });
    expect(ask(one, [basic, alice])).toMatchObject({ kind: 'passed', claims: alice.claims });
  });

  it('looks only where the rule says', () => {
    const inHeader = placed({ issuer: 'one', fromHeaders: [{ name: 'X-Jwt', prefix: '' }] });
    const at = (location: NonNullable<Token['location']>): Token => ({ ...alice, location });
    expect(ask(inHeader, [at({ header: 'x-jwt' })])).toMatchObject({ claims: alice.claims });
    expect(ask(inHeader, [expired])).toMatchObject({ kind: 'passed', claims: undefined });
    expect(ask(inHeader, [at({ header: 'x-jwt', prefix: 'Bearer ' })])).toMatchObject({
      texts: ['Jwt header is an invalid JSON'],
    });
    expect(ask(one, [at({ param: 'access_token' })])).toMatchObject({ claims: alice.claims });
    expect(ask(one, [at({ header: 'authorization', prefix: 'bearer ' })])).toMatchObject({
      claims: undefined,
    });
    expect(ask(placed({ issuer: 'one', fromCookies: ['s'] }), [at({ cookie: 's' })])).toMatchObject({
      claims: alice.claims,
    });
  });

  it('wants every token that one rule finds to be good', () => {
    const query: Token = { ...expired, location: { param: 'access_token' } };
    expect(ask(one, [alice, query])).toMatchObject({ texts: ['Jwt is expired'] });
  });

  it('cannot tell whether a token that is written out is good', () => {
    const http = { method: 'GET', headers: { authorization: 'Bearer a.b.c' } };
    expect(ask(one, [], http)).toEqual({ kind: 'unknown', facts: [{ kind: 'token' }] });
    expect(ask(one, [], { headers: { authorization: 'Bearer abc' } })).toMatchObject({ status: 401 });
  });

  it('does not know a token that nobody mentioned', () => {
    const open = authenticate(one, { method: 'GET' }, { complete: false });
    expect(open).toEqual({ kind: 'unknown', facts: [{ kind: 'token' }] });
  });

  it('lets a CORS preflight pass unseen', () => {
    const headers = { origin: 'http://a', 'access-control-request-method': 'GET' };
    expect(ask(one, [expired], { method: 'OPTIONS', headers })).toEqual({
      kind: 'passed',
      claims: undefined,
      headers: expect.any(Function),
    });
    expect(ask(one, [expired], { method: 'OPTIONS' })).toMatchObject({ kind: 'refused' });
    const open = authenticate(one, { method: 'OPTIONS' }, { jwt: [expired], complete: false });
    expect(open.kind).toBe('unknown');
  });

  it('cuts scope, permission and named claims at blanks', () => {
    const claims = { iss: 'one', scope: ' read  write', perm: 'a b', group: 'a b' };
    const rules = placed({ issuer: 'one', spaceDelimitedClaims: ['perm'] });
    expect(ask(rules, [{ claims }])).toMatchObject({
      claims: { scope: ['read', 'write'], perm: ['a', 'b'], group: 'a b' },
    });
  });

  it('changes headers: the token goes, claims come', () => {
    const rules = placed({
      issuer: 'one',
      outputClaimToHeaders: [
        { header: 'X-Sub', claim: 'sub' },
        { header: 'X-Deep', claim: 'a.b' },
        { header: 'X-List', claim: 'list' },
      ],
    });
    const passed = ask(rules, [{ claims: { ...alice.claims, a: { b: 7 }, list: ['x'] } }]);
    const before = new Map([
      ['authorization', ['Bearer x']],
      ['x-list', ['forged']],
    ]);
    expect(passed.kind === 'passed' && [...passed.headers(before)]).toEqual([
      ['x-list', []],
      ['x-sub', ['alice']],
      ['x-deep', ['7']],
    ]);
  });

  // As Envoy 1.40 did it.
  it('takes from every request what a client sent under a name that any rule fills', () => {
    const rules = placed(
      { issuer: 'one', outputClaimToHeaders: [{ header: 'X-One', claim: 'sub' }] },
      { issuer: 'two', outputPayloadToHeader: 'X-Two', fromHeaders: [{ name: 'x-one', prefix: '' }] },
    );
    const forged = new Map(['x-one', 'x-two', 'x-three'].map((name) => [name, ['forged']]));
    const headersOf = (passed: ReturnType<typeof ask>) =>
      passed.kind === 'passed' && Object.fromEntries(passed.headers(forged));
    const others = { 'x-two': [], 'x-three': ['forged'] };
    expect(headersOf(ask(rules, []))).toEqual({ 'x-one': [], ...others });
    expect(headersOf(ask(rules, [alice]))).toEqual({ 'x-one': ['alice'], ...others });
    const preflight = { origin: 'http://a', 'access-control-request-method': 'GET' };
    expect(headersOf(ask(rules, [], { method: 'OPTIONS', headers: preflight }))).toEqual({
      'x-one': [],
      ...others,
    });
    // Not even a token is found there.
    expect(ask(rules, [{ ...bob, location: { header: 'x-one' } }])).toMatchObject({ claims: undefined });
  });
});

describe('authenticate, where claims that are not named are not known', () => {
  const askOpen = (rules: readonly PlacedRule[], ...tokens: readonly Token[]) =>
    authenticate(rules, { method: 'GET' }, { jwt: tokens, complete: false });
  const fact = (name: string, ...texts: readonly string[]) => ({
    kind: 'request',
    field: `claim ${name}`,
    patterns: texts.map((text) => ({ form: 'exact', text })),
  });
  const foreign = 'Jwt issuer is not configured';
  const wrongAudience = 'Audiences in Jwt are not allowed';
  const one = placed({ issuer: 'one' });
  const web = placed({ issuer: 'one', audiences: ['web', 'api'] });

  it('does not know whether a good token is of the issuer and for the audience', () => {
    expect(askOpen(one, { claims: { sub: 'x' } })).toEqual({ kind: 'unknown', facts: [fact('iss', 'one')] });
    expect(askOpen(one, {})).toEqual({ kind: 'unknown', facts: [fact('iss', 'one')] });
    expect(askOpen(web, alice)).toEqual({ kind: 'unknown', facts: [fact('aud', 'web', 'api')] });
    const facts = [fact('iss', 'one'), fact('aud', 'web', 'api')];
    expect(askOpen(web, {})).toEqual({ kind: 'unknown', facts });
    const both = placed({ issuer: 'one' }, { issuer: 'two' });
    const ofBoth = { kind: 'unknown', facts: [fact('iss', 'one'), fact('iss', 'two')] };
    expect(askOpen(both, { claims: { sub: 'x' } })).toEqual(ofBoth);
  });

  it('knows what is said', () => {
    expect(askOpen(one, alice)).toMatchObject({ kind: 'passed', claims: alice.claims });
    expect(askOpen(placed({}), { claims: { sub: 'x' } })).toMatchObject({ kind: 'passed' });
    expect(askOpen(one, bob)).toMatchObject({ kind: 'refused', texts: [foreign] });
    expect(askOpen(web, { claims: { ...alice.claims, aud: 'x' } })).toMatchObject({ texts: [wrongAudience] });
    expect(askOpen(web, { claims: { ...alice.claims, aud: 'web' } })).toMatchObject({ kind: 'passed' });
  });

  it.each(['no-issuer', 'unknown-issuer'] as const)('knows that %s is not of the issuer', (invalid) => {
    for (const claims of [{}, { iss: 'one' }]) {
      expect(askOpen(web, { claims, invalid })).toMatchObject({
        kind: 'refused',
        status: 401,
        texts: [foreign],
      });
    }
  });

  it('refuses a token that is no good whatever it says, with what the reasons have in common', () => {
    const late = askOpen(one, { invalid: 'expired' });
    expect(late).toMatchObject({ kind: 'refused', status: 401, texts: ['Jwt is expired', foreign] });
    const forged = askOpen(web, { claims: { iss: 'one' }, invalid: 'bad-signature' });
    expect(forged).toMatchObject({ kind: 'refused', texts: [wrongAudience, 'Jwt verification fails'] });
    expect(forged).not.toHaveProperty('status');
    expect(askOpen(placed({}), { invalid: 'expired' })).toMatchObject({ texts: ['Jwt is expired'] });
    const badAudience = { claims: { aud: 'x' } };
    expect(askOpen(web, badAudience)).toMatchObject({ kind: 'refused', texts: [wrongAudience, foreign] });
  });

  it('refuses for certain where another token that the rule finds is no good', () => {
    const late: Token = { ...expired, location: { param: 'access_token' } };
    expect(askOpen(one, { claims: { sub: 'x' } }, late)).toMatchObject({ texts: ['Jwt is expired'] });
  });

  it('asks each rule that may refuse for its reasons, from the last', () => {
    const rules = placed({ issuer: 'one' }, { issuer: 'two' });
    const late = askOpen(rules, { claims: { sub: 'x' }, invalid: 'expired' });
    expect(late).toMatchObject({ kind: 'refused', status: 401, texts: ['Jwt is expired', foreign] });
    const named = placed({ issuer: 'one', fromHeaders: [{ name: 'x', prefix: '' }] }, { issuer: 'two' });
    const bad: Token = { invalid: 'malformed', location: { header: 'x' } };
    const first = askOpen(named, bad, { claims: { sub: 'x' }, invalid: 'expired' });
    expect(first).toMatchObject({ texts: ['Jwt header is an invalid JSON'] });
  });

  it('does not know which of two rules lets a token pass', () => {
    const rules = placed({ issuer: 'one', audiences: ['web'] }, { issuer: 'one' });
    expect(askOpen(rules, alice)).toEqual({ kind: 'unknown', facts: [fact('aud', 'web')] });
  });

  it('does not list a header that is filled from a claim that is not known', () => {
    const outputClaimToHeaders = [
      { header: 'X-Who', claim: 'sub' },
      { header: 'X-Who', claim: 'email' },
      { header: 'X-Sub', claim: 'sub' },
      { header: 'X-Deep', claim: 'sub.b' },
    ];
    const passed = askOpen(placed({ issuer: 'one', outputClaimToHeaders }), alice);
    expect(passed.kind === 'passed' && [...passed.headers(new Map([['x-who', ['forged']]]))]).toEqual([
      ['x-sub', ['alice']],
      ['x-deep', []],
    ]);
  });
});
