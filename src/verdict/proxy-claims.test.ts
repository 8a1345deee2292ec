import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  authorizationPolicy,
  jwtRule,
  policyCluster,
  requestAuthentication,
} from '../../test/support/istio-policies.ts';
import type { Token } from '../model/index.ts';
import { judgeAtProxy } from './proxy.ts';

const values = (...texts: string[]) => fc.subarray(texts, { minLength: 1, maxLength: 2 });
const claimKeys = fc.constantFrom(
  'request.auth.claims[groups]',
  'request.auth.claims[realm][role]',
  'request.headers[x-group]',
);
const when = fc.oneof(
  fc.record({ key: claimKeys, values: values('a', '*', 'a*') }),
  fc.record({ key: claimKeys, notValues: values('b', '*b') }),
  fc.record({ key: fc.constant('request.auth.principal'), values: values('one/a', '*/b', '*') }),
);
const policies = fc.array(fc.record({ action: fc.constantFrom('ALLOW' as const, 'DENY' as const), when }), {
  minLength: 1,
  maxLength: 2,
});
const jwtRules = fc.array(
  fc.record({
    issuer: fc.constantFrom('one', 'two', ''),
    audiences: fc.subarray(['x', 'y'], { maxLength: 1 }),
  }),
  { minLength: 1, maxLength: 2 },
);
const claims = fc.record(
  {
    iss: fc.constantFrom('one', 'two', 'three'),
    aud: fc.constantFrom('x', 'y'),
    sub: fc.constantFrom('a', 'b'),
    groups: fc.constantFrom('a', 'ab', ['b', 'a']),
    realm: fc.record({ role: fc.constantFrom('a', 'b') }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const invalid = fc.constantFrom(undefined, undefined, 'expired' as const, 'bad-signature' as const);

it('a verdict on a token of which not all claims are said holds for every way to say the rest', () => {
  fc.assert(
    fc.property(policies, jwtRules, claims, invalid, fc.array(claims), (specs, rules, said, bad, others) => {
      const outputClaimToHeaders = [{ header: 'x-group', claim: 'groups' }];
      const cluster = policyCluster([
        ...specs.map(({ action, when: asked }, index) =>
          authorizationPolicy(`foo/p${index}`, { action, rules: [{ from: [], to: [], when: [asked] }] }),
        ),
        requestAuthentication('foo/jwt', {
          jwtRules: rules.map((rule) => jwtRule({ ...rule, outputClaimToHeaders })),
        }),
      ]);
      const judge = (payload: NonNullable<Token['claims']>, complete: boolean) =>
        judgeAtProxy(
          { ...cluster, pods: new Map() },
          {
            target: { namespace: 'foo', labels: {}, waypoint: false, services: [] },
            at: { kind: 'sidecar', pod: 'foo/web' },
            portProtocol: 'http',
            destinationPort: 80,
            destinationAddress: '10.1.0.1',
            sourceAddress: '10.1.0.2',
            transport: { kind: 'plaintext' },
            request: {
              http: { method: 'GET', path: '/', host: 'web' },
              jwt: { claims: payload, ...(bad === undefined ? {} : { invalid: bad }) },
              complete,
            },
          },
        );
      const partial = judge(said, false);
      fc.pre(partial.outcome !== 'unknown');
      for (const other of [{}, ...others]) {
        const realm = { ...other.realm, ...said.realm };
        const certain = judge({ ...other, ...said, realm }, true);
        expect(certain.outcome).toBe(partial.outcome);
        if (partial.symptom?.kind === 'http') expect(certain.symptom).toMatchObject(partial.symptom);
      }
    }),
    { numRuns: 400 },
  );
});
