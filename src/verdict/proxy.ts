import {
  type Connection,
  formatIdentity,
  type HttpRequest,
  type NotSaid,
  notSaid,
  type ProxiedRequest,
  type Step,
} from '../model/index.ts';
import { authorizationFilters, type Subject } from '../policy/authorization/index.ts';
import { codecError, isBadRequest, receiveRequest } from '../policy/http/index.ts';
import { jwtRulesFor } from '../policy/request-authentication/index.ts';
import { type FilterResult, judgeAllow, judgeAudit, judgeCustom, judgeDeny } from './proxy-authorization.ts';
import { type Handshake, shakeHands } from './proxy-handshake.ts';
import { concludeAtProxy, type LayerResult } from './proxy-outcome.ts';
import { judgeTokens, withTokenHeaders } from './proxy-tokens.ts';
import type { Inbound, ProxyCluster, ProxyVerdict } from './proxy-types.ts';

/**
 * What one Envoy does with a connection and the request in it, in the order of its filters: handshake and filter chain, HTTP parsing, CUSTOM,
 * tokens, AUDIT, DENY, ALLOW. What comes behind a denial did not run; it is judged all the same and marked.
 * A request without `http` that is not complete is taken for an HTTP request of which nothing is said, where the port is declared HTTP.
 */
export function judgeAtProxy(cluster: ProxyCluster, inbound: Inbound): ProxyVerdict {
  const handshake = shakeHands(cluster, inbound);
  const tls: LayerResult = {
    layer: 'mutual TLS',
    outcome: handshake.chain === undefined ? 'deny' : 'allow',
    because: handshake.because,
    ...(handshake.chain === undefined ? { symptom: { kind: 'connection reset' } } : {}),
  };
  if (handshake.chain === undefined) return concludeAtProxy(inbound.at, [tls], undefined, undefined);
  if (handshake.chain === 'TCP') {
    const results = judgeConnection(cluster, inbound, handshake);
    return concludeAtProxy(inbound.at, [tls, ...results], 'TCP', undefined);
  }
  const http = inbound.request.http ?? (inbound.request.complete ? undefined : {});
  const received = http === undefined ? codecError : receive(cluster, inbound, handshake, http);
  if (isBadRequest(received)) {
    const { status, details, body } = received;
    const refused: LayerResult = {
      layer: 'authorization',
      outcome: 'deny',
      because: { kind: 'bad request', detail: details },
      symptom: { kind: 'http', status, details, ...(body === '' ? {} : { body }) },
    };
    return concludeAtProxy(inbound.at, [tls, refused], 'HTTP', undefined);
  }
  const results = judgeRequest(cluster, inbound, handshake, http!, received);
  return concludeAtProxy(inbound.at, [tls, ...results], 'HTTP', received);
}

function receive(
  cluster: ProxyCluster,
  inbound: Inbound,
  { identity }: Handshake,
  http: HttpRequest,
): ReturnType<typeof receiveRequest> {
  const { request, sourceAddress, at, fromSidecar = false } = inbound;
  return receiveRequest(withTokenHeaders(http, request.jwt), request.complete, cluster.mesh, {
    peerAddress: sourceAddress,
    identity,
    ownIdentity: identityOf(cluster, at),
    gateway: at.kind === 'gateway',
    fromSidecar,
  });
}

function identityOf({ pods, mesh }: ProxyCluster, at: Inbound['at']): string | undefined {
  const pod = 'pod' in at ? pods.get(at.pod) : undefined;
  if (pod === undefined) return undefined;
  const { namespace, serviceAccount } = pod;
  return formatIdentity({ trustDomain: mesh.trustDomain, namespace, serviceAccount });
}

function judgeConnection(
  cluster: ProxyCluster,
  inbound: Inbound,
  handshake: Handshake,
): readonly LayerResult[] {
  const filters = authorizationFilters(cluster, inbound.target, 'TCP');
  const subject = subjectOf(inbound, handshake, undefined);
  return [
    ...judgeCustom(filters.CUSTOM, subject),
    ...optional(filters.AUDIT, (filter) => judgeAudit(filter, subject)),
    ...optional(filters.DENY, (filter) => judgeDeny(filter, subject)),
    judgeAllow(filters.ALLOW, subject),
  ].map(asAuthorization);
}

function judgeRequest(
  cluster: ProxyCluster,
  inbound: Inbound,
  handshake: Handshake,
  http: HttpRequest,
  received: ProxiedRequest,
): readonly LayerResult[] {
  const filters = authorizationFilters(cluster, inbound.target, 'HTTP');
  const custom = judgeCustom(filters.CUSTOM, subjectOf(inbound, handshake, received));
  const rules = jwtRulesFor(cluster, inbound.target);
  const { result, request } = judgeTokens(rules, http, inbound.request, received);
  const subject = subjectOf(inbound, handshake, request);
  const behind = [
    ...optional(filters.AUDIT, (filter) => judgeAudit(filter, subject)),
    ...optional(filters.DENY, (filter) => judgeDeny(filter, subject)),
    judgeAllow(filters.ALLOW, subject),
  ];
  return [
    ...custom.map(asAuthorization),
    { layer: 'request authentication', ...result },
    ...behind.map(asAuthorization),
  ];
}

function subjectOf(
  { sourceAddress, destinationAddress, destinationPort, portProtocol, request }: Inbound,
  { identity, because }: Handshake,
  proxied: ProxiedRequest | undefined,
): Subject {
  const connection: Connection = {
    identity,
    sourceAddress,
    destinationAddress,
    destinationPort,
    sni: because.transport === 'plaintext' ? undefined : serverName(request),
  };
  return { connection, request: proxied, metadataOpen: !request.complete && portProtocol === 'tcp' };
}

function serverName({ sni, complete }: Inbound['request']): string | undefined | NotSaid {
  if (sni !== undefined) return sni ?? undefined;
  return complete ? undefined : notSaid;
}

function optional<T>(filter: T | undefined, judge: (filter: T) => FilterResult | undefined): FilterResult[] {
  const result = filter === undefined ? undefined : judge(filter);
  return result === undefined ? [] : [result];
}

function asAuthorization(result: FilterResult): LayerResult {
  return { layer: 'authorization' satisfies Step['layer'], ...result };
}
