import {
  type Cluster,
  isDeclaredHttp,
  portProtocolOf,
  servicePortFor,
  servicePortsInto,
} from '../cluster/index.ts';
import { type HttpRequest, type Protocol, parseIdentity, type Request, type Token } from '../model/index.ts';
import type { Assumed, Candidate, Evidence, Said } from './types.ts';

/** A request as a line tells it, and what it does not. */
export interface Rebuilt {
  /** Not complete: what the line does not state is not known. */
  readonly request: Request;
  readonly assumed: readonly Assumed[];
}

/** The request of a denial between these ends; undefined where nobody can say for which port. */
export function rebuildRequest(
  cluster: Cluster,
  evidence: Evidence,
  source: Candidate,
  destination: Candidate,
  said: Said,
): Rebuilt | undefined {
  const protocol = evidence.protocol as Protocol;
  const stated = evidence.port;
  const port =
    stated === undefined
      ? likelyPort(cluster, destination, protocol)
      : portNumber(cluster, stated, destination, protocol);
  if (port === undefined || source.end.kind === 'service') return undefined;
  const http = httpOf(evidence, destination, port);
  const { jwt, sni, principal } = said.request ?? {};
  const token = statedToken(cluster, evidence, destination) ?? jwt;
  const identity = evidence.source.principal === undefined ? principal : statedIdentity(evidence, source);
  return {
    request: {
      source: source.end,
      destination: destination.end,
      port,
      protocol,
      ...(http === undefined ? {} : { http }),
      ...(token === undefined ? {} : { jwt: token }),
      ...(sni === undefined ? {} : { sni }),
      ...(identity === undefined ? {} : { principal: identity }),
      complete: false,
    },
    assumed: stated === undefined ? [{ kind: 'port', port }] : [],
  };
}

/** The token as the log tells of it: of the issuer that the server asks for, where there is one. */
function statedToken(
  cluster: Cluster,
  { token, audience }: Evidence,
  { end, pod }: Candidate,
): Token | undefined {
  if (token === undefined && !audience) return undefined;
  const namespace = pod?.namespace ?? ('namespace' in end ? end.namespace : '');
  const issuer = issuerIn(cluster, namespace);
  const claims = {
    ...(issuer === undefined || token === 'unknown-issuer' ? {} : { iss: issuer, sub: 'somebody' }),
    ...(audience ? { aud: 'somebody else' } : {}),
  };
  return { claims, ...(token === undefined ? {} : { invalid: token }) };
}

/** The only issuer that the RequestAuthentications of a namespace name. */
export function issuerIn({ policies }: Cluster, namespace: string): string | undefined {
  const rules = (policies.requestAuthentication.get(namespace) ?? []).flatMap(({ spec }) => spec.jwtRules);
  const [only, ...others] = new Set(rules.map(({ issuer }) => issuer));
  return others.length > 0 || only === '' ? undefined : only;
}

/** The number of a port that is said by its name; undefined where the destination has none of that name. */
function portNumber(
  cluster: Cluster,
  port: number | string,
  { end, pod }: Candidate,
  protocol: Protocol,
): number | undefined {
  if (typeof port === 'number') return port;
  if (end.kind === 'service') {
    const service = cluster.services.get(`${end.namespace}/${end.name}`);
    return service?.spec.ports.find((each) => each.name === port && each.protocol === protocol)?.port;
  }
  return pod?.ports.find((each) => each.name === port && each.protocol === protocol)?.containerPort;
}

/** The first port that a Service leads to, else the first that the pod declares. */
function likelyPort(cluster: Cluster, { end, pod }: Candidate, protocol: Protocol): number | undefined {
  if (end.kind === 'service') {
    const service = cluster.services.get(`${end.namespace}/${end.name}`);
    return service?.spec.ports.find((port) => port.protocol === protocol)?.port;
  }
  if (pod === undefined) return undefined;
  const [reached] = protocol === 'TCP' ? servicePortsInto(pod).keys() : [];
  return reached ?? pod.ports.find((port) => port.protocol === protocol)?.containerPort;
}

/** Proxies read HTTP unless the port is declared as something else; a connection that the line shows to be none is none. */
function httpOf(
  { at, dialect, http, destination }: Evidence,
  { pod }: Candidate,
  port: number,
): HttpRequest | undefined {
  if (at !== 'proxy' || http !== undefined) return http;
  if (pod === undefined) return {};
  if (isDeclaredHttp(pod, port)) return {};
  const reached = servicePortFor(pod, port, 'TCP');
  if (reached !== undefined && portProtocolOf(reached.port) === 'tcp') return undefined;
  return dialect.startsWith('envoy-access') && destination.ip !== undefined ? undefined : {};
}

/** The identity that the line states, where it is not the one that the source has anyway. */
function statedIdentity({ source: { principal } }: Evidence, { pod }: Candidate): string | undefined {
  if (principal === undefined) return undefined;
  const identity = parseIdentity(principal);
  const isOwn =
    identity !== undefined &&
    pod?.namespace === identity.namespace &&
    pod.serviceAccount === identity.serviceAccount &&
    pod.membership.kind !== 'none';
  return isOwn ? undefined : principal;
}
