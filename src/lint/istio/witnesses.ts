import {
  type Endpoint,
  hostHeader,
  type KindedObject,
  podEndpoint,
  type Request,
  type ServiceReference,
  type Verdict,
} from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import type { Witness } from '../types.ts';
import type { Site, SitePort } from './sites.ts';

/** A client outside the cluster that no example of a policy is likely to name (RFC 5737). */
export const outsideClient: Endpoint = { kind: 'address', address: '203.0.113.66' };

/** Requests that are asked about at most before a rule gives up looking for a witness. */
const mostTries = 40;

/** The first of some requests whose verdict is as wanted, as a witness. */
export function findWitness(
  context: LintContext,
  requests: Iterable<Request>,
  isWanted: (verdict: Verdict) => boolean,
  shows?: string,
): Witness | undefined {
  let tries = 0;
  for (const request of requests) {
    if (++tries > mostTries) return undefined;
    if (isWanted(context.decide(request))) return context.witness(request, shows);
  }
  return undefined;
}

/** What a client asks for that means a site: the Service before a waypoint, elsewhere the pod. */
function destinationOf(site: Site): Endpoint | ServiceReference {
  if (site.service === undefined) return podEndpoint(site.pod);
  const { namespace, name } = site.service.metadata;
  return { kind: 'service', namespace, name };
}

/** Bytes that are not HTTP, from a client to a port of a site. */
export function bytesTo(site: Site, port: SitePort, source: Endpoint): Request {
  return { source, destination: destinationOf(site), port: port.number, protocol: 'TCP', complete: true };
}

/** An HTTP request without a token from a client to a port of a site; `http` over a plain GET of `/`. */
export function httpTo(site: Site, port: SitePort, source: Endpoint, http: Request['http'] = {}): Request {
  return {
    ...bytesTo(site, port, source),
    http: { method: 'GET', path: '/', host: hostOf(site, port), ...http },
    jwt: 'none',
  };
}

/** What a client writes into the Host header to reach a port. */
function hostOf(site: Site, { service, servicePort }: SitePort): string {
  if (service === undefined || servicePort === undefined) return site.pod.addresses[0] ?? site.pod.name;
  const { name, namespace } = service.metadata;
  return hostHeader(`${name}.${namespace}`, servicePort.port, 80);
}

/** True where Istio's layers turned the request away, not a network policy or a missing endpoint. */
export function isRefusedByIstio({ outcome, decidedBy }: Verdict): boolean {
  if (outcome !== 'deny') return false;
  const { layer } = decidedBy;
  return layer === 'authorization' || layer === 'mutual TLS' || layer === 'request authentication';
}

/** Did this rule of the policy settle it? */
export function isByRule(policy: KindedObject, index: number, { decidedBy: { because } }: Verdict): boolean {
  return because.kind === 'matched rule' && because.rule.policy === policy && because.rule.path[2] === index;
}

/** Did this rule deny it? */
export function isDeniedByRule(policy: KindedObject, index: number, verdict: Verdict): boolean {
  return verdict.outcome === 'deny' && isByRule(policy, index, verdict);
}

/** Was it denied because no ALLOW policy matched, this one among them? */
export function isMissedBy(policy: KindedObject, { outcome, decidedBy: { because } }: Verdict): boolean {
  return (
    outcome === 'deny' && because.kind === 'isolated, nothing matched' && because.policies.includes(policy)
  );
}
