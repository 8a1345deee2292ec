import { describe, expect, it } from 'vitest';
import {
  authorizationPolicy,
  jwtRule,
  policyCluster,
  requestAuthentication,
} from '../../../test/support/istio-policies.ts';
import { type AuthorizationRule, defaultMesh, type JwtRule } from '../../model/index.ts';
import { type Condition, preparePolicy } from '../../policy/authorization/index.ts';
import { jwtRulesFor } from '../../policy/request-authentication/index.ts';
import {
  allRequests,
  describeSet,
  differenceOf,
  findWitness,
  intersectionOf,
  isEmpty,
  noRequests,
  type RequestSet,
  setKey,
  showsConnection,
  simplify,
  type Universe,
  unionOf,
} from './index.ts';

type Operation = NonNullable<AuthorizationRule['to'][number]>;

/** The requests that a rule with one operation, one source and these `when` conditions matches. */
function rule(
  to: Operation,
  when: readonly (readonly [key: string, ...values: readonly string[]])[] = [],
  requestPrincipals: readonly string[] = [],
): RequestSet {
  const policy = authorizationPolicy('foo/x', {
    rules: [
      {
        from: requestPrincipals.length === 0 ? [] : [{ requestPrincipals }],
        to: [to],
        when: when.map(([key, ...values]) => ({ key, values, notValues: [] })),
      },
    ],
  });
  const [prepared] = preparePolicy(policy, defaultMesh, 'HTTP').rules;
  const { from, to: operations, when: asked } = prepared!.rule;
  const all: readonly Condition[] = [...from.flat(), ...operations.flat(), ...asked];
  return [{ any: [all], none: [] }];
}

const plain: Universe = { mesh: defaultMesh, jwtRules: [] };

function withTokens(...rules: readonly Partial<JwtRule>[]): Universe {
  const policies = [requestAuthentication('foo/jwt', { jwtRules: rules.map((each) => jwtRule(each)) })];
  const target = { namespace: 'foo', labels: {}, waypoint: false, services: [] };
  return { mesh: defaultMesh, jwtRules: jwtRulesFor(policyCluster(policies), target) };
}

describe('findWitness', () => {
  it.each<[string, RequestSet, object | undefined]>([
    ['no request', noRequests, undefined],
    ['every request', allRequests, { method: 'GET', path: '/', host: 'example.com' }],
    ['a prefix', rule({ paths: ['/api/*'] }), { method: 'GET', path: '/api/other', host: 'example.com' }],
    ['a suffix of a host', rule({ hosts: ['*.shop.example'] }), { host: 'other.shop.example' }],
    ['a template', rule({ paths: ['/api/{*}/x/{**}'] }), { path: '/api/other/x/other' }],
    ['all but a method', rule({ notMethods: ['G*'] }), { method: 'POST' }],
    ['one method left', rule({ methods: ['CONNECT'] }), { method: 'CONNECT', path: 'http://example.com/' }],
    ['no such method', rule({ methods: ['FETCH'] }), undefined],
    ['a path that normalization changes', rule({ paths: ['/a/../b'] }), undefined],
    ['a host in another case', rule({ hosts: ['Shop'], notHosts: ['shop'] }), undefined],
    [
      'two parts of a path',
      rule({ paths: ['/a/*'], notPaths: ['/a/other*', '*.js'] }),
      { path: '/a/xotherx' },
    ],
    ['a query', rule({ paths: ['/a'] }, [['request.headers[:path]', '/a?*']]), { path: '/a?' }],
    ['a header', rule({}, [['request.headers[X-Key]', 'a*']]), { headers: { 'x-key': 'aother' } }],
    ['a header that ends at the proxy', rule({}, [['request.headers[keep-alive]', '*']]), undefined],
    [
      'an upgrade',
      rule({}, [['request.headers[upgrade]', 'websocket']]),
      {
        headers: { connection: 'upgrade', upgrade: 'websocket' },
      },
    ],
    ['claims without token rules', rule({}, [], ['*']), undefined],
  ])('finds one for %s', (_, set, http) => {
    const found = findWitness(set, plain);
    if (http === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject({ http, jwt: 'none' });
    expect(isEmpty(set, plain)).toBe(http === undefined);
  });

  it('sends several values where no single one will do', () => {
    const key = 'request.headers[x-a]';
    const both = intersectionOf(rule({}, [[key, '1']]), rule({}, [[key, '2']]));
    expect(findWitness(both, plain)).toMatchObject({ http: { headers: { 'x-a': ['1', '2'] } } });
  });

  it('gives the proxy something to read of the connection', () => {
    const certificate = rule({}, [['request.headers[x-forwarded-client-cert]', 'Me*']]);
    expect(findWitness(certificate, plain)).toBeUndefined();
    const identified: Universe = { ...plain, connection: { identity: 'cluster.local/ns/a/sa/b' } };
    expect(findWitness(certificate, identified)).toMatchObject({
      http: { headers: { 'x-forwarded-client-cert': 'Meother' } },
    });
    const secure = rule({}, [['request.headers[:scheme]', 'https']]);
    expect(findWitness(secure, identified)?.http.headers).toBeUndefined();
    expect(findWitness(secure, plain)).toMatchObject({ http: { headers: { 'x-forwarded-proto': 'https' } } });
    expect(secure[0]!.any[0]!.every(showsConnection)).toBe(true);
  });

  it('shows a token of an issuer that the proxy trusts, for its audience', () => {
    const universe = withTokens({ issuer: 'one' }, { issuer: 'two', audiences: ['web'] });
    const principal = findWitness(rule({}, [], ['two/*']), universe);
    expect(principal?.jwt).toEqual({ claims: { iss: 'two', sub: 'other', aud: 'web' } });
    expect(findWitness(rule({}, [], ['three/x']), universe)).toBeUndefined();
    const audience = rule({}, [['request.auth.audiences', 'api']], ['two/x']);
    expect(findWitness(audience, universe)?.jwt).toMatchObject({ claims: { aud: ['web', 'api'] } });
    const times = rule({}, [['request.auth.claims[exp]', '*']]);
    expect(findWitness(times, universe)).toBeUndefined();
  });

  it('puts the token where the rule looks, and knows what becomes of it', () => {
    const authorization = rule({}, [['request.headers[authorization]', 'Bearer *']]);
    expect(findWitness(authorization, withTokens({ issuer: 'one' }))).toMatchObject({
      http: { method: 'OPTIONS' },
      jwt: 'none',
    });
    expect(
      findWitness(authorization, withTokens({ issuer: 'one', forwardOriginalToken: true })),
    ).toMatchObject({
      http: { method: 'GET' },
      jwt: { claims: { iss: 'one' } },
    });
    const cookie = withTokens({ issuer: 'one', fromCookies: ['session'] });
    expect(findWitness(rule({}, [], ['*']), cookie)?.jwt).toMatchObject({ location: { cookie: 'session' } });
    const user = rule({}, [['request.headers[x-user]', 'alice']], ['one/*']);
    const filled = withTokens({ issuer: 'one', outputClaimToHeaders: [{ header: 'X-User', claim: 'sub' }] });
    expect(findWitness(user, filled)?.jwt).toEqual({ claims: { iss: 'one', sub: 'alice' } });
  });

  it('has no X-Forwarded-For where requests are taken to have none', () => {
    const forwarded = rule({}, [['request.headers[x-forwarded-for]', '*']]);
    expect(isEmpty(forwarded, plain)).toBe(false);
    expect(isEmpty(forwarded, { ...plain, withoutForwardedFor: true })).toBe(true);
  });
});

describe('sets of requests', () => {
  const get = rule({ methods: ['GET'] });
  const api = rule({ paths: ['/api/*'] });

  it('come out alike however they are put together', () => {
    const one = unionOf(intersectionOf(get, api), rule({ hosts: ['b', 'a'] }));
    const other = unionOf(rule({ hosts: ['a', 'b', 'a'] }), intersectionOf(api, get));
    expect(setKey(one)).toBe(setKey(other));
    expect(describeSet(one)).toEqual(describeSet(other));
    expect(setKey(one)).not.toBe(setKey(intersectionOf(get, api)));
  });

  it('lose what plainly adds nothing', () => {
    expect(unionOf(get, allRequests)).toBe(allRequests);
    expect(setKey(unionOf(get, intersectionOf(get, api)))).toBe(setKey(get));
    expect(differenceOf(intersectionOf(get, api), api)).toEqual(noRequests);
    expect(intersectionOf(get, allRequests)).toBe(get);
    expect(differenceOf(get, allRequests)).toEqual(noRequests);
  });

  it('lose what no request meets', () => {
    const post = rule({ methods: ['POST'], paths: ['/x'] });
    const set = differenceOf(unionOf(get, rule({ methods: ['NO'] })), unionOf(post, api));
    expect(setKey(simplify(set, plain))).toBe(setKey(differenceOf(get, api)));
    expect(simplify(rule({ methods: ['NO'] }), plain)).toEqual(noRequests);
  });
});

describe('describeSet', () => {
  it('says what a set asks for, in a stable order', () => {
    const pages = rule({ methods: ['HEAD', 'GET'], paths: ['*.json', '/'], notHosts: ['b'] });
    const set = differenceOf(pages, rule({ paths: ['/debug*'] }));
    expect(describeSet(set)).toEqual([
      {
        fields: [
          { field: 'method', negated: false, values: ['GET', 'HEAD'] },
          { field: 'host', negated: true, values: ['b'] },
          { field: 'path', negated: false, values: ['*.json', '/'] },
        ],
        except: [[{ field: 'path', negated: false, values: ['/debug*'] }]],
      },
    ]);
  });

  it('puts together what differs in one field only', () => {
    const paths = ['/b', '/a'].map((path) => rule({ methods: ['GET'], paths: [path] }));
    expect(describeSet(paths.reduce(unionOf, noRequests))).toEqual([
      {
        fields: [
          { field: 'method', negated: false, values: ['GET'] },
          { field: 'path', negated: false, values: ['/a', '/b'] },
        ],
        except: [],
      },
    ]);
  });

  it('names headers and claims', () => {
    const set = rule(
      {},
      [
        ['request.headers[X-A]', '1'],
        ['request.auth.claims[a][b]', 'x'],
      ],
      ['*'],
    );
    expect(describeSet(set)[0]!.fields.map(({ field, name }) => [field, name])).toEqual([
      ['header', 'x-a'],
      ['claim', 'a.b'],
      ['request principal', undefined],
    ]);
  });
});
