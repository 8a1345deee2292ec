import { checkAnnotations, readMeta } from './annotations.ts';
import { checkAuthorization, findRefusedTemplates } from './authorization-policy.ts';
import type { Finding, Findings } from './finding.ts';
import {
  type AuthorizationSpec,
  authorizationMessage,
  type PeerSpec,
  peerMessage,
  type RequestSpec,
  requestMessage,
} from './messages.ts';
import { checkPeer } from './peer-authentication.ts';
import { decode, type ProtoMessage } from './proto.ts';
import { checkRequest } from './request-authentication.ts';

/** What istiod's validation webhook says, and the spec as it read it; no spec where it could not. */
export interface WebhookVerdict extends Findings {
  readonly spec?: AuthorizationSpec | PeerSpec | RequestSpec;
  /** Path templates that it takes but Envoy does not; only for AuthorizationPolicy. */
  readonly refusedByEnvoy: readonly Finding[];
  /** What stands before the messages about the spec: `invalid policy NAME.NAMESPACE: `. */
  readonly prefix: string;
}

const messages: ReadonlyMap<string, ProtoMessage> = new Map([
  ['AuthorizationPolicy', authorizationMessage],
  ['PeerAuthentication', peerMessage],
  ['RequestAuthentication', requestMessage],
]);

/** Asks the webhook about a security object (parsed JSON) of one of the three kinds. */
export function askWebhook(kind: string, json: Readonly<Record<string, unknown>>): WebhookVerdict {
  const nothing: WebhookVerdict = { errors: [], warnings: [], refusedByEnvoy: [], prefix: '' };
  const decoded = decode<WebhookVerdict['spec'] & object>(messages.get(kind)!, json.spec, ['spec']);
  if ('error' in decoded) {
    const { path, error } = decoded;
    return {
      ...nothing,
      errors: [{ code: 'PC2201', path, message: `error decoding configuration: ${error}` }],
    };
  }
  const spec = decoded.value;
  const meta = readMeta(json.metadata);
  const isPolicy = kind === 'AuthorizationPolicy';
  const action = isPolicy ? ((spec as AuthorizationSpec).action ?? 'ALLOW') : undefined;
  const annotationError = checkAnnotations(meta, action);
  if (annotationError !== undefined) return { ...nothing, spec, errors: [annotationError] };
  const findings: Findings = { errors: [], warnings: [] };
  if (kind === 'PeerAuthentication') checkPeer(spec as PeerSpec, findings);
  else if (kind === 'RequestAuthentication') checkRequest(spec as RequestSpec, findings);
  else checkAuthorization(spec as AuthorizationSpec, findings);
  return {
    ...findings,
    spec,
    refusedByEnvoy: isPolicy ? findRefusedTemplates(spec as AuthorizationSpec) : [],
    prefix: isPolicy ? `invalid policy ${meta.name}.${meta.namespace}: ` : '',
  };
}

/** True where the webhook knows the kind. */
export function hasWebhook(group: string, kind: string): boolean {
  return group === 'security.istio.io' && messages.has(kind);
}
