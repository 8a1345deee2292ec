import { describe, expect, it } from 'vitest';
import { jwtRule, requestAuthentication } from '../../test/support/istio-policies.ts';
import type { ProxiedRequest } from '../model/index.ts';
import { judgeTokens } from './proxy-tokens.ts';

const rules = [
  {
    rule: jwtRule({ issuer: 'one', outputClaimToHeaders: [{ header: 'X-User', claim: 'sub' }] }),
    reference: { policy: requestAuthentication('foo/jwt'), path: ['spec', 'jwtRules', 0] },
  },
];
const proxied: ProxiedRequest = {
  method: 'GET',
  path: '/',
  authority: 'a',
  headers: new Map([
    ['x-user', ['forged']],
    ['x-other', ['its own']],
  ]),
  headersComplete: true,
  remoteAddress: '10.0.0.1',
  claims: undefined,
  claimsComplete: true,
};

describe('a header that a rule fills', () => {
  it('is absent where there is no token, whatever the client sent', () => {
    const { request } = judgeTokens(rules, { method: 'GET' }, { complete: true }, proxied);
    expect(request.headers.get('x-user')).toEqual([]);
    expect(request.headers.get('x-other')).toEqual(['its own']);
    expect(request.headersComplete).toBe(true);
  });

  it('is not known where it is not known whether the token is good', () => {
    const http = { method: 'GET', headers: { authorization: 'Bearer a.b.c' } };
    const { result, request } = judgeTokens(rules, http, { complete: true }, proxied);
    expect(result.outcome).toBe('unknown');
    expect([...request.headers.keys()]).toEqual(['x-other']);
    expect(request.headersComplete).toBe(false);
  });
});
