import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  authorizationPolicy,
  jwtRule,
  policyCluster,
  requestAuthentication,
} from '../../test/support/istio-policies.ts';
import type { AuthorizationRule, HttpRequest, Token } from '../model/index.ts';
import { judgeAtProxy } from './proxy.ts';
import type { Inbound, ProxyCluster } from './proxy-types.ts';

const lists = (...values: string[]) =>
  fc.option(fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 2 }), { nil: undefined });

const operation = fc.record({
  paths: lists('/a', '/a*', '*', '/{*}/b'),
  notPaths: lists('/a', '*b'),
  methods: lists('GET', 'P*', '*'),
  hosts: lists('a.com', '*.com', '*'),
  notHosts: lists('a.com'),
});
const source = fc.record({
  requestPrincipals: lists('*', 'one/alice'),
  notRequestPrincipals: lists('*', '*/bob'),
  remoteIpBlocks: lists('10.0.0.0/8'),
  notRemoteIpBlocks: lists('192.0.2.0/24'),
});
const condition = fc.record({
  key: fc.constantFrom(
    'request.headers[x-a]',
    'connection.sni',
    'request.auth.audiences',
    'request.auth.claims[groups]',
  ),
  values: lists('x', '*', 'x*'),
  notValues: lists('x', '*y'),
});
const rule = fc.record({
  from: fc.array(source, { maxLength: 1 }),
  to: fc.array(operation, { maxLength: 2 }),
  when: fc.array(condition, { maxLength: 1 }),
});
const policies = fc.array(
  fc.record({
    action: fc.constantFrom('ALLOW' as const, 'DENY' as const),
    rules: fc.array(rule, { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 3 },
);

const good: Token = { claims: { iss: 'one', sub: 'alice', aud: 'x', groups: ['x', 'y'] } };
const full = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'OPTIONS'),
  path: fc.constantFrom('/a', '/ab', '/x/b', '/a?b'),
  host: fc.constantFrom('a.com', 'b.com', 'web'),
  header: fc.constantFrom(undefined, '', 'x', 'xy'),
  forwarded: fc.constantFrom(undefined, '10.0.0.9', '192.0.2.9'),
  preflight: fc.boolean(),
  sni: fc.constantFrom(null, 'x', 'xy'),
  jwt: fc.constantFrom<'none' | Token>(
    'none',
    good,
    { ...good, invalid: 'expired' },
    { claims: { iss: 'one', sub: 'bob', groups: 'xy' } },
    { claims: { iss: 'two' } },
    { claims: { sub: 'alice' }, invalid: 'bad-signature' },
  ),
});
type Full = typeof full extends fc.Arbitrary<infer T> ? T : never;

const said = fc.record({
  method: fc.boolean(),
  path: fc.boolean(),
  host: fc.boolean(),
  header: fc.boolean(),
  forwarded: fc.boolean(),
  preflight: fc.boolean(),
  sni: fc.boolean(),
  jwt: fc.boolean(),
});

function requestOf(
  whole: Full,
  given: Readonly<Record<keyof Full, boolean>>,
  complete: boolean,
): Inbound['request'] {
  const headers: Record<string, string | string[]> = {};
  if (given.header) headers['x-a'] = whole.header ?? [];
  if (given.forwarded) headers['x-forwarded-for'] = whole.forwarded ?? [];
  if (given.preflight) {
    headers.origin = whole.preflight ? 'http://o' : [];
    headers['access-control-request-method'] = whole.preflight ? 'GET' : [];
  }
  const http: HttpRequest = {
    ...(given.method ? { method: whole.method } : {}),
    ...(given.path ? { path: whole.path } : {}),
    ...(given.host ? { host: whole.host } : {}),
    headers,
  };
  return {
    http,
    ...(given.sni ? { sni: whole.sni } : {}),
    ...(given.jwt ? { jwt: whole.jwt } : {}),
    complete,
  };
}

/** The token with only the claims of those names, and besides them those that another token has under other names. */
function retell(jwt: Full['jwt'], names: readonly string[], other: Full['jwt']): Full['jwt'] {
  if (jwt === 'none') return jwt;
  const told = Object.entries(jwt.claims ?? {}).filter(([name]) => names.includes(name));
  const named = Object.fromEntries(told);
  const rest = other === 'none' ? {} : other.claims;
  return { ...jwt, claims: { ...rest, ...named } };
}

const everything = {
  method: true,
  path: true,
  host: true,
  header: true,
  forwarded: true,
  preflight: true,
  sni: true,
  jwt: true,
};

it('a verdict on a request of which not all is said holds for every way to say the rest', () => {
  fc.assert(
    fc.property(
      policies,
      fc.boolean(),
      fc.boolean(),
      full,
      said,
      fc.subarray(['iss', 'sub', 'aud', 'groups']),
      fc.array(full, { minLength: 5, maxLength: 20 }),
      (specs, withTokens, withAudience, whole, given, named, others) => {
        const jwtRules = [jwtRule({ issuer: 'one', audiences: withAudience ? ['x'] : [] })];
        const cluster: ProxyCluster = {
          ...policyCluster([
            ...specs.map(({ action, rules }, index) =>
              authorizationPolicy(`foo/p${index}`, {
                action,
                rules: rules as unknown as AuthorizationRule[],
              }),
            ),
            ...(withTokens ? [requestAuthentication('foo/jwt', { jwtRules })] : []),
          ]),
          pods: new Map(),
        };
        const judge = (request: Inbound['request']) =>
          judgeAtProxy(cluster, {
            target: { namespace: 'foo', labels: {}, waypoint: false, services: [] },
            at: { kind: 'sidecar', pod: 'foo/web' },
            portProtocol: 'http',
            destinationPort: 80,
            destinationAddress: '10.1.0.1',
            sourceAddress: '10.1.0.2',
            transport: { kind: 'mutual TLS', identity: 'cluster.local/ns/foo/sa/bar' },
            request,
          });
        const told: Full = { ...whole, jwt: retell(whole.jwt, named, 'none') };
        const partial = judge(requestOf(told, given, false));
        fc.pre(partial.outcome !== 'unknown');
        for (const other of others) {
          const filled = Object.fromEntries(
            Object.keys(whole).map((key) => [
              key,
              given[key as keyof Full] ? whole[key as keyof Full] : other[key as keyof Full],
            ]),
          ) as Full;
          if (given.jwt) filled.jwt = retell(whole.jwt, named, other.jwt);
          const certain = judge(requestOf(filled, everything, true));
          expect(certain.outcome).toBe(partial.outcome);
          if (partial.symptom?.kind === 'http') expect(certain.symptom).toMatchObject(partial.symptom);
        }
      },
    ),
    { numRuns: 400 },
  );
});

it('a request of which all is said is never unknown', () => {
  fc.assert(
    fc.property(policies, full, (specs, whole) => {
      const objects = specs.map(({ action, rules }, index) =>
        authorizationPolicy(`foo/p${index}`, { action, rules: rules as unknown as AuthorizationRule[] }),
      );
      const verdict = judgeAtProxy(
        { ...policyCluster(objects), pods: new Map() },
        {
          target: { namespace: 'foo', labels: {}, waypoint: false, services: [] },
          at: { kind: 'sidecar', pod: 'foo/web' },
          portProtocol: 'sniffed',
          destinationPort: 80,
          destinationAddress: '10.1.0.1',
          sourceAddress: '10.1.0.2',
          transport: { kind: 'plaintext' },
          request: requestOf(whole, everything, true),
        },
      );
      expect(verdict.outcome).not.toBe('unknown');
      expect(verdict.missing).toEqual([]);
    }),
  );
});
