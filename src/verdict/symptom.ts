import { type Cluster, portProtocolOf } from '../cluster/index.ts';
import type { Request, Step, Symptom, TlsTrouble } from '../model/index.ts';
import { looksLikeHttp } from '../policy/http/index.ts';
import type { End } from './ends.ts';
import type { Leg, Target } from './legs.ts';

/** Envoy's default connect timeout in Istio (meshConfig.connectTimeout), in seconds. */
const connectTimeout = 10;

/** How often a sidecar tries to reach a Service before it gives up: Istio's default is two retries, of failures to connect among others. */
const attempts = 3;

/**
 * What the caller sees when the network drops a connection. Without a proxy of its own nothing answers. A sidecar or waypoint accepts first and, for
 * HTTP, answers 503 with flag UF once its own attempts to connect have timed out, each after the other; for other bytes, and behind a ztunnel, the
 * accepted connection is closed after the first. To an address that is no Service's there is one attempt alone.
 */
export function symptomOfDrop(cluster: Cluster, leg: Leg, request: Request, target: Target): Symptom {
  if (leg.acceptedBy === undefined) return { kind: 'connect timeout' };
  if (!answersHttp(cluster, leg.acceptedBy, request, target)) return { kind: 'connection reset' };
  return target.servicePort === undefined ? timedOut : timedOutEachTime;
}

/** What the caller sees of a port that a Service does not have: nothing answers there, and a sidecar or ztunnel finds out on its behalf. */
export function symptomOfNoPort(cluster: Cluster, { pod, host }: End, request: Request): Symptom {
  const { kind } = pod?.membership ?? { kind: 'none' };
  if (kind === 'none' || host || request.protocol !== 'TCP') return { kind: 'connect timeout' };
  const isHttp = speaksHttp(request) && cluster.httpPorts.has(Number(request.port));
  return kind !== 'ambient' && isHttp ? timedOut : { kind: 'connection reset' };
}

/**
 * Does the proxy that accepted speak HTTP to the caller? Not for a port that is declared as raw bytes; for a bare address where a Service of the mesh speaks HTTP on the same port, so
 * that the proxy has a listener for it.
 */
function answersHttp(
  cluster: Cluster,
  acceptedBy: Leg['acceptedBy'],
  request: Request,
  { port, servicePort }: Target,
): boolean {
  if (acceptedBy === undefined || acceptedBy === 'ztunnel' || !speaksHttp(request)) return false;
  if (servicePort === undefined) return cluster.httpPorts.has(port);
  return portProtocolOf(servicePort) !== 'tcp';
}

/** What does not begin as HTTP does is bytes to a proxy. */
function speaksHttp({ http }: Request): boolean {
  return http !== undefined && looksLikeHttp(http);
}

const failed = 'upstream connect error or disconnect/reset before headers.';

const timedOut: Symptom = {
  kind: 'http',
  status: 503,
  body: `${failed} reset reason: connection timeout`,
  details: 'upstream_reset_before_response_started{connection_timeout}',
  flag: 'UF',
  after: connectTimeout,
};

const timedOutEachTime: Symptom = {
  ...timedOut,
  body: `${failed} retried and the latest reset reason: connection timeout`,
  after: connectTimeout * attempts,
};

/** The server takes no TLS of the client's: the handshake does not come to its end. */
const noHandshake: ReadonlySet<TlsTrouble | undefined> = new Set<TlsTrouble | undefined>([
  'client TLS to a plaintext port',
  'server cannot terminate the client TLS',
]);

/** Of a handshake that failed nobody but the log knows why. */
const notConnected: Symptom = {
  kind: 'http',
  status: 503,
  body: `${failed} retried and the latest reset reason: remote connection failure`,
  flag: 'UF',
};

/**
 * What the caller sees when the receiving end closes the connection, by the step that says why: its own sidecar turns that into an answer if it speaks HTTP. Where it wanted TLS of
 * an end that speaks none, it has never got a connection.
 */
export function symptomOfReset(
  cluster: Cluster,
  leg: Leg,
  request: Request,
  target: Target,
  { because }: Step,
): Symptom {
  if (!answersHttp(cluster, leg.acceptedBy, request, target)) return { kind: 'connection reset' };
  if (because.kind === 'tls' && noHandshake.has(because.why)) return notConnected;
  return {
    kind: 'http',
    status: 503,
    body: `${failed} reset reason: connection termination`,
    details: 'upstream_reset_before_response_started{connection_termination}',
    flag: 'UC',
  };
}

/**
 * What the caller sees of a Service without endpoints. kube-proxy refuses the connection; a sidecar accepts it and answers HTTP with 503 and flag UH; for other
 * bytes, and behind a ztunnel, the accepted connection is closed.
 */
export function symptomOfNoEndpoint({ pod, host }: End, request: Request): Symptom {
  const { kind } = pod?.membership ?? { kind: 'none' };
  if (kind === 'none' || host || request.protocol !== 'TCP') return { kind: 'connection refused' };
  if (kind === 'ambient' || !speaksHttp(request)) return { kind: 'connection reset' };
  return {
    kind: 'http',
    status: 503,
    body: 'no healthy upstream',
    details: 'no_healthy_upstream',
    flag: 'UH',
  };
}
