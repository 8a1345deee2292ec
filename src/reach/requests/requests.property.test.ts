import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  authorizationPolicy,
  jwtRule,
  policyCluster,
  requestAuthentication,
} from '../../../test/support/istio-policies.ts';
import type { AuthorizationRule, HttpRequest, JwtRule, PathNormalization, Token } from '../../model/index.ts';
import { authorizationFilters, type ChainRule, type RbacFilter } from '../../policy/authorization/index.ts';
import { jwtRulesFor } from '../../policy/request-authentication/index.ts';
import { judgeAtProxy, type ProxyVerdict } from '../../verdict/index.ts';
import { arriveAtRules } from './arrive.ts';
import {
  allRequests,
  contains,
  differenceOf,
  findWitness,
  intersectionOf,
  isEmpty,
  noRequests,
  type RequestSet,
  type RequestWitness,
  setKey,
  type Universe,
  unionOf,
} from './index.ts';

const target = { namespace: 'foo', labels: {}, waypoint: false, services: [] };

const pools = {
  methods: ['GET', 'POST', 'G*', '*T', '*', 'CONNECT', 'OPTIONS'],
  paths: [
    '/',
    '/a',
    '/a/*',
    '/a*',
    '*.js',
    '*',
    '/a/../b',
    '//*',
    '/%41*',
    '/a/{*}',
    '/a/{**}/b',
    '/{*}.js',
    '/{**}',
  ],
  hosts: ['shop', 'SHOP', 'shop*', '*.example', '*', 'x.example'],
  requestPrincipals: ['one/alice', 'one/*', '*', '*/alice', 'two/bob', 'one/a*'],
} as const;

const whenPools: Readonly<Record<string, readonly string[]>> = {
  'request.headers[x-a]': ['1', '2', '1*', '*2', '*', ''],
  'request.headers[authorization]': ['Bearer *', 'Basic *', '*', 'x'],
  'request.headers[x-user]': ['alice', 'a*', '*'],
  'request.headers[:path]': ['/a?x=1', '*', '/a?*', '*=1', '/a'],
  'request.headers[:authority]': ['shop', 'Shop', 'sh*'],
  'request.headers[x-forwarded-proto]': ['http', 'https', 'HTTPS', 'x', '*'],
  'request.headers[:scheme]': ['http', 'https', 'HTTP*'],
  'request.headers[upgrade]': ['websocket', '*'],
  'request.headers[connection]': ['upgrade', 'Up*'],
  'request.headers[x-forwarded-client-cert]': ['*', 'By=*', '*sa/b', 'x'],
  'request.headers[x-forwarded-for]': ['*'],
  'request.headers[x-request-id]': ['*', 'x', '0*'],
  'request.headers[te]': ['trailers', 'gzip'],
  'request.headers[cookie]': ['*', 's=1', 't*'],
  'request.auth.claims[sub]': ['alice', 'a*', '*'],
  'request.auth.claims[iss]': ['one', 't*'],
  'request.auth.claims[group]': ['x', 'y', 'x*', '*'],
  'request.auth.claims[group][deep]': ['x', '*'],
  'request.auth.claims[scope]': ['read', '*e'],
  'request.auth.audiences': ['web', 'https://web', 'api', '*'],
  'request.auth.claims[exp]': ['*'],
};

const some = <T>(pool: readonly T[]): fc.Arbitrary<T[]> =>
  fc.uniqueArray(fc.constantFrom(...pool), { minLength: 1, maxLength: 3 });

function lists(name: keyof typeof pools): fc.Arbitrary<object> {
  const negative = `not${name[0]!.toUpperCase()}${name.slice(1)}`;
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    { weight: 3, arbitrary: some<string>(pools[name]).map((values) => ({ [name]: values })) },
    { weight: 2, arbitrary: some<string>(pools[name]).map((values) => ({ [negative]: values })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(some<string>(pools[name]), some<string>(pools[name]))
        .map(([values, others]) => ({ [name]: values, [negative]: others })),
    },
  );
}

const operation = fc
  .tuple(lists('methods'), lists('paths'), lists('hosts'))
  .map((fields) => Object.assign({}, ...fields) as object);
const source = lists('requestPrincipals');
const when = fc.constantFrom(...Object.keys(whenPools)).chain((key) =>
  fc.record({ values: some(whenPools[key]!), negated: fc.boolean() }).map(({ values, negated }) => ({
    key,
    values: negated ? [] : values,
    notValues: negated ? values : [],
  })),
);
const rule = fc.record({
  from: fc.array(source, { maxLength: 1 }),
  to: fc.array(operation, { maxLength: 2 }),
  when: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(when, { maxLength: 3 }) },
  ),
}) as fc.Arbitrary<AuthorizationRule>;

const jwt: fc.Arbitrary<JwtRule> = fc
  .record({
    issuer: fc.constantFrom('one', 'two', ''),
    audiences: fc.constantFrom([], ['web']),
    fromHeaders: fc.constantFrom(
      [],
      [],
      [{ name: 'x-a', prefix: '' }],
      [{ name: 'x-a', prefix: 't' }],
      [{ name: 'x-a', prefix: 'x' }],
      [{ name: 'Authorization', prefix: 'Basic ' }],
    ),
    fromParams: fc.constantFrom([], [], ['t']),
    fromCookies: fc.constantFrom([], [], ['s']),
    forwardOriginalToken: fc.boolean(),
    outputClaimToHeaders: fc.constantFrom(
      [],
      [],
      [{ header: 'X-User', claim: 'sub' }],
      [{ header: 'x-user', claim: 'group' }],
    ),
  })
  .map((fields) => jwtRule(fields));

const world = fc
  .record({
    allow: fc.option(fc.array(rule, { maxLength: 2 }), { nil: undefined }),
    deny: fc.option(fc.array(rule, { maxLength: 3 }), { nil: undefined, freq: 2 }),
    jwtRules: fc.oneof(fc.constant([]), fc.array(jwt, { minLength: 1, maxLength: 2 })),
    pathNormalization: fc.constantFrom<PathNormalization>(
      'BASE',
      'NONE',
      'MERGE_SLASHES',
      'DECODE_AND_MERGE_SLASHES',
    ),
    identity: fc.constantFrom(undefined, 'cluster.local/ns/a/sa/b'),
  })
  .map(build);

type World = ReturnType<typeof build>;

function build(parts: {
  readonly allow: readonly AuthorizationRule[] | undefined;
  readonly deny: readonly AuthorizationRule[] | undefined;
  readonly jwtRules: readonly JwtRule[];
  readonly pathNormalization: PathNormalization;
  readonly identity: string | undefined;
}) {
  const { allow, deny, jwtRules, pathNormalization, identity } = parts;
  const cluster = {
    ...policyCluster(
      [
        ...(allow === undefined ? [] : [authorizationPolicy('foo/allow', { action: 'ALLOW', rules: allow })]),
        ...(deny === undefined ? [] : [authorizationPolicy('foo/deny', { action: 'DENY', rules: deny })]),
        ...(jwtRules.length === 0 ? [] : [requestAuthentication('foo/jwt', { jwtRules })]),
      ],
      { pathNormalization },
    ),
    pods: new Map(),
  };
  const filters = authorizationFilters(cluster, { ...target }, 'HTTP');
  const universe: Universe = {
    mesh: cluster.mesh,
    jwtRules: jwtRulesFor(cluster, target),
    connection: { identity },
  };
  const allowed = filters.ALLOW === undefined ? allRequests : setOf(filters.ALLOW);
  const denied = filters.DENY === undefined ? noRequests : setOf(filters.DENY);
  return { parts, cluster, universe, allowed, denied, set: differenceOf(allowed, denied) };
}

function setOf({ enforced }: RbacFilter): RequestSet {
  const any = enforced!.rules.flatMap(({ rule: chainRule }) => conjunctionsOf(chainRule));
  return any.reduce<RequestSet>(
    (set, conjunction) => unionOf(set, [{ any: [conjunction], none: [] }]),
    noRequests,
  );
}

function conjunctionsOf({ from, to, when: conditions }: ChainRule) {
  return (from.length === 0 ? [[]] : from).flatMap((left) =>
    (to.length === 0 ? [[]] : to).map((right) => [...left, ...right, ...conditions]),
  );
}

function judge({ cluster, universe }: World, { http, jwt: token }: RequestWitness): ProxyVerdict {
  const identity = universe.connection?.identity;
  return judgeAtProxy(cluster, {
    target,
    at: { kind: 'sidecar', pod: 'foo/x' },
    portProtocol: 'http',
    destinationPort: 80,
    destinationAddress: '10.0.0.2',
    sourceAddress: '10.0.0.1',
    transport: { kind: identity === undefined ? 'plaintext' : 'mutual TLS', identity },
    request: { http, jwt: token, complete: true },
  });
}

const header = fc.constantFrom(
  ['x-a', ['1', '2', '12', '', ['1', '2'], 'z']],
  ['authorization', ['Basic x', 'x', 'Bearer x']],
  ['x-user', ['alice', 'amy', 'bob']],
  ['x-forwarded-proto', ['http', 'HTTPS', 'x', ['x', 'http']]],
  ['upgrade', ['websocket']],
  ['connection', ['Upgrade', 'upgrade', 'x, upgrade']],
  ['te', ['trailers', 'gzip']],
  ['x-forwarded-client-cert', ['x', 'URI=sa/b']],
  ['x-request-id', ['x', '00']],
  ['x-forwarded-for', ['192.0.2.7']],
  ['cookie', ['t=1', 's=1']],
  ['origin', ['x']],
  ['access-control-request-method', ['x']],
) as fc.Arbitrary<[string, (string | string[])[]]>;

const claims = fc.record(
  {
    iss: fc.constantFrom('one', 'two', 'three'),
    sub: fc.constantFrom('alice', 'amy', 'bob'),
    aud: fc.constantFrom<unknown>('web', 'https://web', ['api', 'web']),
    group: fc.constantFrom<unknown>('x', 'y', ['x', 'y'], { deep: 'x' }),
    scope: fc.constantFrom<unknown>('read write', ['read'], 'some'),
  },
  { requiredKeys: [] },
);
const token = claims.chain((payload) =>
  fc
    .constantFrom<Token['location']>(
      undefined,
      { header: 'x-a' },
      { header: 'x-a', prefix: 't' },
      { header: 'x-a', prefix: 'x' },
      { header: 'Authorization', prefix: 'Basic ' },
      { param: 't' },
      { cookie: 's' },
      { param: 'access_token' },
    )
    .map((location): Token => ({ claims: payload, ...(location === undefined ? {} : { location }) })),
);
const request: fc.Arbitrary<RequestWitness> = fc.record({
  http: fc
    .record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'OPTIONS', 'CONNECT', 'GET', 'POST'),
      path: fc.constantFrom(
        '/',
        '/a',
        '/a/b',
        '/a/x/b',
        '/a/b/b.js',
        '/x.js',
        '//',
        '/b',
        '/a?x=1',
        '/?y',
        '/%41',
        '/A',
        '//a',
        'http://shop/a',
        '/a/',
      ),
      host: fc.constantFrom('shop', 'SHOP', 'Shop', 'shopper', 'x.example', 'z'),
      headers: fc
        .array(
          header.chain(([name, values]) => fc.constantFrom(...values).map((value) => [name, value] as const)),
          { maxLength: 3 },
        )
        .map((entries) => Object.fromEntries(entries)),
    })
    .map((http) => http as HttpRequest),
  jwt: fc.oneof(fc.constant('none' as const), token),
});

const runs = 400;

it('every witness is let through, and where there is none no request is', () => {
  fc.assert(
    fc.property(world, fc.array(request, { minLength: 30, maxLength: 30 }), (at, requests) => {
      const witness = findWitness(at.set, at.universe);
      if (witness !== undefined) {
        expect(judge(at, witness)).toMatchObject({ outcome: 'allow' });
      } else {
        for (const one of requests) expect([one, judge(at, one).outcome]).not.toEqual([one, 'allow']);
      }
    }),
    { numRuns: runs },
  );
});

it('a request is in the set when rules let it through', () => {
  fc.assert(
    fc.property(world, fc.array(request, { minLength: 10, maxLength: 10 }), (at, requests) => {
      for (const one of requests) {
        const proxied = arriveAtRules(one, at.universe);
        const { outcome } = judge(at, one);
        const truth = proxied !== undefined && contains(at.set, proxied, at.universe.connection?.identity);
        expect([one, truth]).toEqual([one, outcome === 'allow']);
      }
    }),
    { numRuns: runs },
  );
});

it('sets are added, cut and taken from each other as sets are', () => {
  fc.assert(
    fc.property(
      world,
      world,
      world,
      fc.array(request, { minLength: 10, maxLength: 10 }),
      (a, b, c, requests) => {
        const sets = [
          [unionOf(a.set, b.set), (x: boolean, y: boolean) => x || y],
          [intersectionOf(a.set, b.set), (x: boolean, y: boolean) => x && y],
          [differenceOf(a.set, b.set), (x: boolean, y: boolean) => x && !y],
        ] as const;
        const other = differenceOf(c.set, a.set);
        for (const one of requests) {
          const proxied = arriveAtRules(one, a.universe);
          if (proxied === undefined) continue;
          const isIn = (set: RequestSet): boolean => contains(set, proxied) === true;
          for (const [set, law] of sets) {
            expect(isIn(set)).toBe(law(isIn(a.set), isIn(b.set)));
            expect(isIn(differenceOf(set, other))).toBe(isIn(set) && !isIn(other));
            expect(isIn(intersectionOf(other, set))).toBe(isIn(set) && isIn(other));
          }
        }
        expect(setKey(unionOf(a.set, b.set))).toBe(setKey(unionOf(b.set, a.set)));
        expect(isEmpty(differenceOf(a.set, a.set), a.universe)).toBe(true);
      },
    ),
    { numRuns: runs },
  );
});
