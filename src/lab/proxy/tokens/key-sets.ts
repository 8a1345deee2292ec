import type { JwtRule } from '../../../model/index.ts';

type Jose = typeof import('jose');
type KeyFinder = ReturnType<Jose['createLocalJWKSet']>;

/** What became of a token's signature. */
export type Signature = 'good' | 'bad-signature' | 'unknown-key';

/** The key sets of token rules. */
export interface KeySets {
  /** Holds a token's signature against the keys of a rule. */
  readonly verify: (token: string, rule: JwtRule) => Promise<Signature>;
}

/** Milliseconds for which a key set that was fetched is good, and after which a failed one is asked for again. Source: Istio's PILOT_JWT_PUB_KEY_REFRESH_INTERVAL. */
const refresh = 20 * 60_000;
const retry = 2000;

interface Kept {
  readonly keys: Promise<KeyFinder | undefined>;
  readonly until: number;
}

/** Key sets by their text or their URI. `fetch` downloads one; `complain` hears where that fails: then no key matches, as with istiod's stand-in. */
export function createKeySets(
  fetch: (uri: string) => Promise<string>,
  complain: (uri: string, error: unknown) => void,
): KeySets {
  const kept = new Map<string, Kept>();
  const keep = (name: string, load: () => Promise<string>): Kept['keys'] => {
    const known = kept.get(name);
    if (known !== undefined && Date.now() < known.until) return known.keys;
    const keys = load()
      .then(readKeys)
      .catch((error: unknown) => {
        kept.set(name, { keys, until: Date.now() + retry });
        complain(name, error);
        return undefined;
      });
    kept.set(name, { keys, until: Date.now() + refresh });
    return keys;
  };
  const keysOf = (rule: JwtRule): Kept['keys'] => {
    const { jwks, jwksUri } = rule;
    if (jwks !== undefined) return keep(jwks, () => Promise.resolve(jwks));
    if (jwksUri !== undefined) return keep(jwksUri, () => fetch(jwksUri));
    return keep(rule.issuer, () => discover(rule.issuer, fetch));
  };
  return {
    verify: async (token, rule) => {
      const keys = await keysOf(rule);
      return keys === undefined ? 'unknown-key' : verifySignature(token, keys);
    },
  };
}

/** A rule without keys means those that its issuer names by OpenID Connect. */
async function discover(issuer: string, fetch: (uri: string) => Promise<string>): Promise<string> {
  const text = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { jwks_uri: uri } = JSON.parse(text) as { readonly jwks_uri?: unknown };
  if (typeof uri !== 'string') throw new Error(`${issuer} names no jwks_uri`);
  return fetch(uri);
}

async function readKeys(text: string): Promise<KeyFinder> {
  const { createLocalJWKSet } = await import('jose');
  return createLocalJWKSet(JSON.parse(text));
}

async function verifySignature(token: string, keys: KeyFinder): Promise<Signature> {
  const { compactVerify, errors } = await import('jose');
  try {
    await compactVerify(token, keys);
    return 'good';
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) {
      for await (const key of error) {
        try {
          await compactVerify(token, key);
          return 'good';
        } catch {
          // The next key may be the one.
        }
      }
      return 'bad-signature';
    }
    return error instanceof errors.JWSSignatureVerificationFailed ? 'bad-signature' : 'unknown-key';
  }
}
