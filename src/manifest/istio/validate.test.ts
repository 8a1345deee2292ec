import { describe, expect, it } from 'vitest';
import { validateIstioObject } from './index.ts';

function judge(
  kind: string,
  spec: unknown,
  apiVersion = 'security.istio.io/v1',
): ReturnType<typeof validateIstioObject> {
  return validateIstioObject({ apiVersion, kind, metadata: { name: 'p', namespace: 'foo' }, spec });
}

// Expected texts were observed with the code of Istio 1.30.3.
describe('validateIstioObject', () => {
  it('gives all schema problems in one text, and no CEL rule beside them', () => {
    const { schemaError } = judge('AuthorizationPolicy', { selector: {}, targetRefs: [{ kind: '' }] });
    expect(schemaError).toBe(
      'AuthorizationPolicy/p/foo: [spec.targetRefs[0].name: Required value, spec.targetRefs[0].kind: Invalid value: "": spec.targetRefs[0].kind in body should be at least 1 chars long]',
    );
  });

  it('sorts unknown fields', () => {
    const { schemaError, errors } = judge('PeerAuthentication', { zip: 1, mtls: { a: 1 } });
    expect(schemaError).toBe('PeerAuthentication/p/foo: unknown fields [spec.mtls.a spec.zip]');
    expect(errors).toEqual([]);
  });

  it('counts characters in the schema and bytes in the webhook', () => {
    const source = { serviceAccounts: ['é'.repeat(200)] };
    const verdict = judge('AuthorizationPolicy', { rules: [{ from: [{ source }] }] });
    expect(verdict).toMatchObject({ valid: false, schemaValid: true });
  });

  it('reports every bad address of a condition in one message', () => {
    const when = [{ key: 'source.ip', values: ['x', '::1/129', '1:2'] }];
    expect(judge('AuthorizationPolicy', { rules: [{ when }] }).errors).toEqual([
      'invalid policy p.foo: invalid `value` for `key` source.ip: 3 errors occurred:\n\t* bad IP address (x)\n\t* bad CIDR range (::1/129): netip.ParsePrefix("::1/129"): prefix length out of range\n\t* bad IP address (1:2)\n\n',
    ]);
  });

  it('knows neither kinds nor versions that Istio does not', () => {
    expect(judge('Foo', {}).errors).toEqual(['unrecognized type security.istio.io/v1, Kind=Foo']);
    expect(judge('PeerAuthentication', {}, 'a/b/c')).toMatchObject({
      errors: ['unrecognized type /, Kind=PeerAuthentication'],
      schemaError: 'failed to validate type /, Kind=: no validator found',
    });
  });

  it.each([
    ['5', 'missing unit in duration "5"'],
    ['1d', 'unknown unit "d" in duration "1d"'],
    ['.s', 'invalid duration ".s"'],
  ])('refuses the timeout %j', (timeout, problem) => {
    const { errors } = judge('RequestAuthentication', { jwtRules: [{ issuer: 'i', timeout }] });
    expect(errors).toEqual([`error decoding configuration: bad Duration: time: ${problem}`]);
  });

  it.each([
    ['http://a b/', 'parse "http://a b/": invalid character " " in host name'],
    ['http://[::1', 'parse "http://[::1": missing \']\' in host'],
    ['1http://x', 'parse "1http://x": first path segment in URL cannot contain colon'],
    ['http://x/%zz', 'parse "http://x/%zz": invalid URL escape "%zz"'],
    ['//x', 'URI scheme "" is not supported'],
  ])('refuses the jwksUri %j', (jwksUri, problem) => {
    expect(judge('RequestAuthentication', { jwtRules: [{ jwksUri }] }).errors).toEqual([problem]);
  });

  it.each([
    ['{"keys":[', 'unexpected EOF'],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['[]', "expected '{', but got '['"],
    ['{"keys":[{"kty":"XX"}]}', 'failed to decode key #0 in "keys": invalid key type from JSON (XX)'],
    [
      '{"kty":"EC","crv":"P-256","x":"a"}',
      'failed to parse sole key in key set: failed to unmarshal JSON into key (*jwk.ecdsaPublicKey): failed to decode value for key x: expected base64 encoded []byte (string)',
    ],
  ])('refuses the key set %j', (jwks, problem) => {
    expect(judge('RequestAuthentication', { jwtRules: [{ issuer: 'i', jwks }] }).errors).toEqual([
      `jwks parse error: failed to unmarshal JWK set: ${problem}`,
    ]);
  });
});
