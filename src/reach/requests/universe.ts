import type { Mesh } from '../../model/index.ts';
import type { PlacedRule } from '../../policy/request-authentication/index.ts';

/** What decides which requests can arrive at a proxy at all, and what it makes of them. */
export interface Universe {
  readonly mesh: Pick<Mesh, 'pathNormalization' | 'trustedProxies'>;
  /** Rules of the RequestAuthentications there: without any, no request has claims. */
  readonly jwtRules: readonly PlacedRule[];
}
