import type { ProxyVerdict } from '../../../verdict/index.ts';
import type { HeaderList } from '../http/headers.ts';
import type { LocalReply } from '../http/local-reply.ts';
import type { DescribedTokens } from '../tokens/describe.ts';

/** How the proxy answers a request that the engine does not let pass; undefined for one that it does. */
export function refusalOf(verdict: ProxyVerdict, tokens: DescribedTokens): LocalReply | undefined {
  const { outcome, symptom, decidedBy } = verdict;
  if (outcome === 'allow') return undefined;
  if (outcome === 'unknown' || symptom?.kind !== 'http') {
    // Nobody says what an authorizer answers, and there is none to ask: that is what Envoy makes of one that cannot be reached.
    const asked = decidedBy.filter === 'CUSTOM';
    return asked
      ? { status: 403, body: '', details: 'ext_authz_error', flag: 'UAEX' }
      : { status: 403, body: '', details: 'not_decided' };
  }
  const { status, body = '', details = '', flag } = symptom;
  const challenge = decidedBy.layer === 'request authentication' ? wwwAuthenticate(tokens) : [];
  return { status, body, details, flag, headers: challenge };
}

/** A token is missing from no refusal here: it was no good. Source: envoy jwt_authn filter.cc; the URI is cut at 256 characters of path. */
function wwwAuthenticate({ http }: DescribedTokens): HeaderList {
  const uri = `http://${http.host ?? ''}${(http.path ?? '').slice(0, 256)}`;
  return [['www-authenticate', `Bearer realm="${uri}", error="invalid_token"`]];
}
