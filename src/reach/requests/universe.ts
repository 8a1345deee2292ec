import type { Mesh } from '../../model/index.ts';
import type { PlacedRule } from '../../policy/request-authentication/index.ts';

/** What decides which requests can arrive at a proxy at all, and what it makes of them. */
export interface Universe {
  readonly mesh: Pick<Mesh, 'pathNormalization' | 'trustedProxies'>;
  /** Rules of the RequestAuthentications there: without any, no request has claims. */
  readonly jwtRules: readonly PlacedRule[];
  /**
   * Of the connection: matters only to conditions on headers that the proxy makes of it (`:scheme`, X-Forwarded-Proto, X-Forwarded-Client-Cert). Left out:
   * plaintext to a sidecar.
   */
  readonly connection?: UniverseConnection;
  /** True where requests are taken to have no X-Forwarded-For, because what rules ask of addresses was answered for such. */
  readonly withoutForwardedFor?: boolean;
}

export interface UniverseConnection {
  /** The client's, without `spiffe://`; undefined = a connection without one. */
  readonly identity: string | undefined;
  /** The proxy's own, where it is known. */
  readonly ownIdentity?: string | undefined;
  readonly gateway?: boolean;
}
