import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestMesh } from '../proxy-mesh.ts';
import { object, readAnswer, type Seen } from './objects.ts';

const issuer = 'https://issuer.example';

type PrivateKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

/** RequestAuthentication with real tokens. */
export function tokensPart(ask: () => TestMesh): void {
  let sign: (claims: object, expires?: string, key?: PrivateKey) => Promise<string>;
  let stranger: PrivateKey;
  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    stranger = (await generateKeyPair('RS256')).privateKey;
    sign = (claims, expires = '1h', key = privateKey) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setIssuer(issuer)
        .setSubject('alice')
        .setExpirationTime(expires)
        .sign(key);
    const jwks = JSON.stringify({
      keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }],
    });
    await ask().apply([
      object('RequestAuthentication', 'side/jwt', {
        selector: { matchLabels: { app: 'web' } },
        jwtRules: [{ issuer, jwks, outputClaimToHeaders: [{ header: 'x-group', claim: 'group' }] }],
      }),
      object('AuthorizationPolicy', 'side/need', {
        action: 'ALLOW',
        rules: [
          {
            from: [{ source: { requestPrincipals: [`${issuer}/*`] } }],
            when: [{ key: 'request.auth.claims[group]', values: ['admins'] }],
          },
          { to: [{ operation: { paths: ['/open'] } }] },
        ],
      }),
    ]);
  });
  afterAll(() => ask().apply([]));

  const send = async (token: string | undefined, from = 'plain/client', url = 'http://web.side/') =>
    readAnswer(
      await ask().get(
        from,
        url,
        '-i',
        ...(token === undefined ? [] : ['-H', `Authorization: Bearer ${token}`]),
      ),
    );

  it('a good token passes with its claims, and goes no further', async () => {
    const token = await sign({ group: 'admins' });
    for (const from of ['plain/client', 'side/client']) {
      const { status, body } = await send(token, from);
      expect(status).toBe(200);
      const { headers } = JSON.parse(body) as Seen;
      expect(headers).not.toContain('authorization');
      expect(headers[headers.indexOf('x-group') + 1]).toBe('admins');
    }
  });

  it('what a client sends under a name that the rule fills goes nowhere, with a token or without', async () => {
    const token = await sign({ group: 'admins' });
    for (const [authorization, groups] of [
      [`Authorization: Bearer ${token}`, ['admins']],
      ['X-Nothing: 1', []],
    ] as const) {
      const forged = ['-H', authorization, '-H', 'x-group: forged'];
      const { body } = readAnswer(await ask().get('plain/client', 'http://web.side/open', '-i', ...forged));
      const { headers } = JSON.parse(body) as Seen;
      expect(headers.filter((_, at) => headers[at - 1] === 'x-group')).toEqual(groups);
    }
  });

  it('a token in the query is found, and goes no further either', async () => {
    const token = await sign({ group: 'admins' });
    const { status, body } = await send(
      undefined,
      'side/client',
      `http://web.side/x?a=1&access_token=${token}`,
    );
    expect(status).toBe(200);
    expect((JSON.parse(body) as Seen).url).toBe('/x?a=1');
  });

  it('other claims, and no token at all, are for policies to refuse', async () => {
    expect((await send(await sign({ group: 'guests' }))).status).toBe(403);
    expect(await send(undefined)).toMatchObject({ status: 403, body: 'RBAC: access denied' });
  });

  it.each<[string, () => Promise<string>, string]>([
    ['expired', () => sign({ group: 'admins' }, '-1h'), 'Jwt is expired'],
    ['signed by somebody else', () => sign({ group: 'admins' }, '1h', stranger), 'Jwt verification fails'],
    [
      'no token',
      () => Promise.resolve('nonsense'),
      'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections',
    ],
    [
      'of another issuer',
      () =>
        new SignJWT({})
          .setProtectedHeader({ alg: 'RS256', kid: 'one' })
          .setIssuer('https://else')
          .sign(stranger),
      'Jwt issuer is not configured',
    ],
    [
      'under a key that nobody knows',
      () => new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid: 'two' }).setIssuer(issuer).sign(stranger),
      "Jwks doesn't have key to match kid or alg from Jwt",
    ],
  ])('%s: 401', async (_, make, text) => {
    const log = await ask().logOf('side/web', /^\[\S+Z\] "/, async () => {
      const { status, body, head } = await send(await make());
      expect([status, body]).toEqual([401, text]);
      expect(head).toContain('www-authenticate: bearer realm="http://web.side/", error="invalid_token"');
    });
    const slug = text.replaceAll(' ', '_');
    expect(log).toContain(`" 401 - jwt_authn_access_denied{${slug}} - "-" 0 ${text.length} `);
  });

  it('keys are fetched from where the rule says, from within the pod', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'far', alg: 'ES256' }] });
    const jwksUri = `http://web.plain.svc.cluster.local/keys?answer=${encodeURIComponent(jwks)}`;
    await ask().apply([
      object('RequestAuthentication', 'side/far', { jwtRules: [{ issuer: 'far', jwksUri }] }),
    ]);
    const token = (key: PrivateKey): Promise<string> =>
      new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid: 'far' }).setIssuer('far').sign(key);
    expect((await send(await token(privateKey))).status).toBe(200);
    expect((await send(await token((await generateKeyPair('ES256')).privateKey))).body).toBe(
      'Jwt verification fails',
    );
  });
}
