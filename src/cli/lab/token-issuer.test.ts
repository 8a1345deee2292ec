import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import type { PlainObject } from '../../manifest/index.ts';
import type { Token } from '../../model/index.ts';
import { createIssuer } from './token-issuer.ts';

const source = { name: 'a.yaml', text: '' };
const rule = {
  issuer: 'https://login.example',
  jwksUri: 'https://login.example/keys',
  forwardOriginalToken: true,
};
const object: PlainObject = {
  apiVersion: 'security.istio.io/v1',
  kind: 'RequestAuthentication',
  value: { kind: 'RequestAuthentication', metadata: { name: 'a' }, spec: { jwtRules: [rule] } },
  source,
  start: 0,
  end: 0,
};

const issuer = createIssuer();
const { spec } = issuer.trust(object).value as { spec: { jwtRules: readonly Record<string, unknown>[] } };
const keys = createLocalJWKSet(JSON.parse(String(spec.jwtRules[0]!.jwks)) as JSONWebKeySet);
const verify = (token: Token): Promise<unknown> =>
  jwtVerify(issuer.issue(token), keys, { issuer: rule.issuer }).then(({ payload }) => payload);

test('takes the place of the keys, and of nothing else', () => {
  expect(spec.jwtRules).toEqual([
    { issuer: rule.issuer, forwardOriginalToken: true, jwks: expect.any(String) },
  ]);
  const service = { ...object, kind: 'Service' };
  expect(issuer.trust(service)).toBe(service);
});

test('a good token has the claims that were asked for', async () => {
  expect(await verify({ claims: { iss: rule.issuer, sub: 'ann', groups: ['buyers'] } })).toEqual({
    iss: rule.issuer,
    sub: 'ann',
    groups: ['buyers'],
  });
});

test.each([
  ['expired', 'ERR_JWT_EXPIRED'],
  ['not-yet-valid', 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
  ['unknown-issuer', 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
  ['no-issuer', 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
  ['bad-signature', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
  ['unknown-key', 'ERR_JWKS_NO_MATCHING_KEY'],
  ['malformed', 'ERR_JWS_INVALID'],
] as const)('a token that is bad is bad in that way: %s', async (invalid, code) => {
  await expect(verify({ invalid, claims: { iss: rule.issuer } })).rejects.toMatchObject({ code });
});
