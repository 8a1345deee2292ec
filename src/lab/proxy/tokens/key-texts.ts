import type { JwtRule } from '../../../model/index.ts';

/** The keys of token rules, as the text of a JSON Web Key Set. */
export interface KeyTexts {
  /** undefined where they cannot be had. What was fetched is kept; a rule that brings its own asks nobody. */
  readonly of: (rule: JwtRule) => Promise<string | undefined>;
}

/** Milliseconds for which a key set that was fetched is good. Source: Istio's PILOT_JWT_PUB_KEY_REFRESH_INTERVAL. */
export const keyRefresh: number = 20 * 60_000;

/** Milliseconds after which one that could not be fetched is asked for again. */
const retry = 2000;

interface Kept {
  readonly text: Promise<string | undefined>;
  readonly until: number;
}

/** Keys by their URI or their issuer. `fetch` downloads a text; `complain` hears where that fails. */
export function createKeyTexts(
  fetch: (uri: string) => Promise<string>,
  complain: (uri: string, error: unknown) => void,
): KeyTexts {
  const kept = new Map<string, Kept>();
  const keep = (name: string, load: () => Promise<string>): Kept['text'] => {
    const known = kept.get(name);
    if (known !== undefined && Date.now() < known.until) return known.text;
    const text = load().catch((error: unknown) => {
      kept.set(name, { text, until: Date.now() + retry });
      complain(name, error);
      return undefined;
    });
    kept.set(name, { text, until: Date.now() + keyRefresh });
    return text;
  };
  return {
    of: ({ jwks, jwksUri, issuer }) => {
      if (jwks !== undefined) return Promise.resolve(jwks);
      if (jwksUri !== undefined) return keep(jwksUri, () => fetch(jwksUri));
      return keep(issuer, () => discover(issuer, fetch));
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
