import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { PlainObject } from '../../manifest/index.ts';
import type { InvalidToken, Token } from '../../model/index.ts';

/** Makes tokens for the requests of a scenario. */
export interface TokenIssuer {
  /** The object with this issuer's key in the place of all others, where it is a RequestAuthentication. */
  readonly trust: <T extends Pick<PlainObject, 'kind' | 'value'>>(object: T) => T;
  /** A token as it is sent, with the claims that it is said to have and no others. */
  readonly issue: (token: Token) => string;
}

type Fields = Readonly<Record<string, unknown>>;

const keyId = 'portcullis-lab';
const hour = 3600;
/** Three sections, the first of which is no JSON. */
const malformed = `${encode('no JSON')}.${encode('{}')}.${encode('no signature')}`;

/**
 * An issuer with a key of its own: nobody but an issuer can sign its tokens, so for a lab this one takes the place of those that the RequestAuthentications name. Everything else in them stays.
 * Source: RFC 7515, 7517, 7519.
 */
export function createIssuer(): TokenIssuer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = { ...publicKey.export({ format: 'jwk' }), kid: keyId, alg: 'ES256', use: 'sig' };
  const jwks = JSON.stringify({ keys: [key] });
  return {
    trust: (object) => {
      if (object.kind !== 'RequestAuthentication') return object;
      const spec = (object.value.spec ?? {}) as Fields;
      const rules = Array.isArray(spec.jwtRules) ? (spec.jwtRules as readonly Fields[]) : [];
      const jwtRules = rules.map(({ jwksUri: _left, ...rule }) => ({ ...rule, jwks }));
      return { ...object, value: { ...object.value, spec: { ...spec, jwtRules } } };
    },
    issue: ({ claims = {}, invalid }) => {
      if (invalid === 'malformed') return malformed;
      const kid = invalid === 'unknown-key' ? 'nobody' : keyId;
      return signed({ ...claims, ...spoiled(invalid) }, kid, privateKey, invalid);
    },
  };
}

/** What makes it bad goes before what the question says. */
function spoiled(invalid: InvalidToken | undefined): Fields {
  const now = Math.floor(Date.now() / 1000);
  switch (invalid) {
    case 'expired':
      return { exp: now - hour };
    case 'not-yet-valid':
      return { nbf: now + hour / 2 };
    case 'unknown-issuer':
      return { iss: 'https://unknown.invalid' };
    case 'no-issuer':
      return { iss: undefined };
    default:
      return {};
  }
}

function signed(claims: Fields, kid: string, key: KeyObject, invalid: InvalidToken | undefined): string {
  const text = `${encode(JSON.stringify({ alg: 'ES256', typ: 'JWT', kid }))}.${encode(JSON.stringify(claims))}`;
  const subject = invalid === 'bad-signature' ? `${text} ` : text;
  const signature = sign('sha256', Buffer.from(subject), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}
