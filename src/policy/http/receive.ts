import {
  type HttpRequest,
  type Mesh,
  type NotSaid,
  notSaid,
  type ProxiedRequest,
} from '../../model/index.ts';
import { readHeaders, removeConnectionHeaders } from './headers.ts';
import { normalizePath } from './normalize-path.ts';
import { findRemoteAddress } from './remote-address.ts';
import { type BadRequest, codecError, isBadRequest, isKnownMethod, readTarget } from './request-line.ts';

/** What the proxy knows of the connection that a request arrives on. */
export interface Arrival {
  readonly peerAddress: string | NotSaid;
  /** The client's identity without `spiffe://`; undefined = a connection without one. */
  readonly identity: string | undefined;
  /** The proxy's own identity, where it is known. */
  readonly ownIdentity: string | undefined;
  /** A gateway stands at the edge and trusts X-Forwarded-For less than a sidecar does. */
  readonly gateway: boolean;
  /** The client's own sidecar sent it, as HTTP. That takes a certificate header of the application's away, and says by which protocol that came to it: plain HTTP. */
  readonly fromSidecar?: boolean;
}

type ParsingMesh = Pick<Mesh, 'pathNormalization' | 'trustedProxies'>;

/**
 * What a proxy makes of an HTTP/1.1 request before any filter sees it, or the response by which it refuses it.
 * `complete`: headers and claims that are not given are absent. Method, path and host are part of every request: left out, they are not said.
 * The claims stay open (`undefined`): a JWT filter fills them in. Source: envoy HTTP/1 codec and connection manager.
 */
export function receiveRequest(
  http: HttpRequest,
  complete: boolean,
  mesh: ParsingMesh,
  arrival: Arrival,
): ProxiedRequest | BadRequest {
  const { method } = http;
  if (method !== undefined && !isKnownMethod(method)) return codecError;
  const headers = readHeaders(http.headers);
  if (headers === undefined) return codecError;
  const hostHeader = http.host ?? headers.get('host')?.[0];
  headers.delete('host');
  let path: string | NotSaid = notSaid;
  let authority: string | NotSaid = hostHeader ?? notSaid;
  if (http.path !== undefined) {
    const target = readTarget(http.path, method);
    if (isBadRequest(target)) return target;
    const normalized = normalizePath(target.path, mesh.pathNormalization);
    if (normalized === undefined) return { status: 400, details: 'path_normalization_failed', body: '' };
    path = normalized;
    authority = target.authority ?? authority;
  }
  const remoteAddress = findRemoteAddress(headers, complete, arrival.peerAddress, {
    gateway: arrival.gateway,
    trustedProxies: mesh.trustedProxies,
  });
  removeConnectionHeaders(headers);
  addProxyHeaders(headers, arrival);
  return {
    method: method ?? notSaid,
    path,
    authority,
    headers,
    headersComplete: complete,
    remoteAddress,
    claims: undefined,
    claimsComplete: complete,
  };
}

/** Headers that the proxy sets: the client's certificate (of a client without one it takes the header away), the others only where absent. */
function addProxyHeaders(headers: Map<string, readonly string[]>, arrival: Arrival): void {
  const { identity, ownIdentity, gateway, fromSidecar = false } = arrival;
  const sent = gateway || fromSidecar ? [] : (headers.get('x-forwarded-client-cert') ?? []);
  headers.delete('x-forwarded-client-cert');
  if (identity !== undefined) {
    const own = `By=${ownIdentity === undefined ? '' : `spiffe://${ownIdentity}`};Hash=;Subject="";URI=spiffe://${identity}`;
    headers.set('x-forwarded-client-cert', [[...sent, own].join(',')]);
  }
  if (!headers.has('x-forwarded-proto')) {
    headers.set('x-forwarded-proto', [identity === undefined || fromSidecar ? 'http' : 'https']);
  }
  if (!headers.has('x-request-id')) headers.set('x-request-id', ['00000000-0000-0000-0000-000000000000']);
}
