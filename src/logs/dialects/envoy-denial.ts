import type { LogPolicy, LogRecord } from '../types.ts';
import { hideSecrets } from '../values.ts';

/** What Envoy's response code details say of a refusal. */
export interface EnvoyDenial {
  readonly decision: LogRecord['decision'];
  readonly policy: LogPolicy | undefined;
  readonly reason: string;
}

/** Words with which such details begin. */
export const denialHints: readonly string[] = [
  'rbac_access_denied',
  'ext_authz_denied',
  'ext_authz_error',
  'jwt_authn_access_denied',
  // Plaintext met STRICT mutual TLS: there is a filter chain for TLS alone.
  'filter_chain_not_found',
];

const details =
  /^(?:rbac_access_denied(?:_matched_policy\[(.*)\]|_matched_policy.*)?|ext_authz_(?:denied|error)|jwt_authn_access_denied(?:\{.*\})?|filter_chain_not_found)$/;

/** The refusal that details (`rbac_access_denied_matched_policy[none]`) tell of; undefined for all others. */
export function envoyDenial(text: string | undefined): EnvoyDenial | undefined {
  const match = details.exec(text ?? '');
  if (match === null) return undefined;
  return { decision: 'deny', policy: envoyPolicy(match[1]), reason: hideSecrets(match[0]) };
}

const istioName =
  /^(?:istio-ext-authz-[^[]*)?ns\[(.+?)\]-policy\[(.+?)\]-rule\[(\d+)\](?:-deny-due-to-bad-CUSTOM-action)?$/;

/** No name, and what a name that Istio gives begins with: half of it is none. */
const cutNames = ['none', 'ns[', 'istio-ext-authz-'];

/** The policy of an id in Envoy's RBAC: Istio's names say namespace, name and rule; any other is a name as it is. */
export function envoyPolicy(id: string | undefined): LogPolicy | undefined {
  if (id === undefined || cutNames.some((name) => name.startsWith(id))) return undefined;
  const match = istioName.exec(id);
  // A name of Istio's that does not end was cut: half a name is none.
  if (match === null) return /^(?:istio-ext-authz-|ns\[)/.test(id) ? undefined : { name: id };
  return { kind: 'AuthorizationPolicy', namespace: match[1], name: match[2], rule: match[3] };
}

/** The host in the server name that Istio's clients send: `outbound_.8000_._.httpbin.foo.svc.cluster.local`. */
export function hostOfServerName(name: string | undefined): string | undefined {
  return /^outbound_\.\d+_\.[^_]*_\.([\w.-]+)$/.exec(name ?? '')?.[1];
}
