import { randomUUID } from 'node:crypto';
import { isBadRequest, receiveRequest } from '../../../policy/http/index.ts';
import type { Exchange, HttpVersion } from '../http/exchange.ts';
import { asRequestHeaders, firstValue, type HeaderList, without } from '../http/headers.ts';
import { type LocalReply, replyLocally } from '../http/local-reply.ts';
import { connectPlain } from '../sidecar/connect.ts';
import { addressText, type Connection } from '../sidecar/connection.ts';
import { countAnswer, countConnection, countNoEndpoint } from '../sidecar/count.ts';
import { type Forwarding, forward } from '../sidecar/forward.ts';
import type { Picture } from '../sidecar/picture.ts';
import { createRecord } from '../sidecar/record.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
import { httpPrefix } from '../sidecar/stat-names.ts';
import { takeTurns } from './choose.ts';
import type { ServiceTarget } from './directory.ts';
import { clusterName, passthroughCluster, upstreamOf, upstreamVersion } from './upstream.ts';

/** What Istio's outbound side says for `server`. */
export const outboundServer = 'envoy';

/** How often a Service is tried at most: Istio's two retries. */
const mostAttempts = 3;

/** Takes one request of the pod's own application to where its Host leads. */
export function sendRequest(sidecar: Sidecar, connection: Connection, exchange: Exchange): void {
  const picture = sidecar.picture();
  const target = routeOf(picture, connection, exchange.host ?? '');
  const cluster = target === undefined ? passthroughCluster : clusterName(target);
  const record = createRecord(sidecar, exchange, connection, {
    statPrefix: httpPrefix(picture, 'outbound', connection),
    upstreamCluster: cluster,
    route: target === undefined ? 'allow_any' : 'default',
  });
  const plan = planFor(sidecar, picture, connection, exchange, target);
  if ('details' in plan) {
    const { status, details, body, flag } = plan;
    record.answer({ code: status, details, flags: flag });
    if (flag === 'UH') {
      countNoEndpoint(sidecar.stats, cluster);
      countAnswer(sidecar.stats, cluster, status);
    }
    replyLocally(exchange, status, body, outboundServer);
  } else {
    record.identify(firstValue(plan.headers, 'x-request-id')!);
    forward(sidecar, exchange, record, plan);
  }
}

function planFor(
  sidecar: Sidecar,
  picture: Picture,
  connection: Connection,
  exchange: Exchange,
  target: ServiceTarget | undefined,
): Forwarding | LocalReply {
  const { host, version } = exchange;
  if (version === 'HTTP/1.0') return { status: 426, details: 'low_version', body: 'Upgrade Required' };
  if (host === undefined) return { status: 400, details: 'missing_host_header', body: '' };
  const received = receiveRequest(
    { method: exchange.method, path: exchange.path, host, headers: asRequestHeaders(exchange.headers) },
    true,
    picture.cluster.mesh,
    { peerAddress: connection.remote.address, identity: undefined, ownIdentity: undefined, gateway: false },
  );
  if (isBadRequest(received)) return received;
  const targets =
    target === undefined
      ? [passthroughTarget(sidecar, connection, version)]
      : serviceTargets(sidecar, picture, target, connection, version);
  if (targets.length === 0) {
    return { status: 503, details: 'no_healthy_upstream', body: 'no healthy upstream', flag: 'UH' };
  }
  return {
    cluster: target === undefined ? passthroughCluster : clusterName(target),
    targets,
    attempts: target === undefined ? 1 : mostAttempts,
    path: typeof received.path === 'string' ? received.path : '/',
    host: typeof received.authority === 'string' ? received.authority : host,
    headers: outgoing(exchange.headers, received.headers),
    server: outboundServer,
    responseHeaders: [],
  };
}

/** The Service that a request is for: that of the listener where it has its own, else what the Host means on the port; undefined = pass it on as it is. */
function routeOf(
  { directory, namespace }: Picture,
  { local }: Connection,
  host: string,
): ServiceTarget | undefined {
  const own = directory.atAddress(local.address, local.port);
  if (own?.protocol === 'sniffed') return own;
  const name = host.toLowerCase().replace(/:\d+$/, '');
  return directory.byHost(name, local.port, namespace);
}

function serviceTargets(
  sidecar: Sidecar,
  picture: Picture,
  target: ServiceTarget,
  connection: Connection,
  version: HttpVersion,
): Forwarding['targets'] {
  const payload = upstreamVersion(target, version);
  return takeTurns(sidecar.turns, picture, target, connection).map((endpoint) => ({
    name: addressText(endpoint),
    target: upstreamOf(sidecar, picture, target, endpoint, payload),
  }));
}

function passthroughTarget(
  sidecar: Sidecar,
  { local }: Connection,
  version: HttpVersion,
): Forwarding['targets'][number] {
  const spoken = version === 'HTTP/2' ? 'HTTP/2' : 'HTTP/1.1';
  return {
    name: addressText(local),
    target: {
      key: `${passthroughCluster}|${addressText(local)}|${spoken}`,
      version: spoken,
      connect: () =>
        countConnection(sidecar.stats, passthroughCluster, connectPlain(sidecar.context.network, local)),
    },
  };
}

/** The headers as they go out: those that end at a proxy are gone, and so is what the application says about client certificates. */
function outgoing(sent: HeaderList, received: ReadonlyMap<string, readonly string[]>): HeaderList {
  const kept = sent.filter(([name]) => received.has(name));
  const proto = received.get('x-forwarded-proto')?.[0] ?? 'http';
  const requestId = firstValue(sent, 'x-request-id') ?? randomUUID();
  return [
    ...without(
      kept,
      'x-forwarded-proto',
      'x-request-id',
      'x-envoy-attempt-count',
      'x-forwarded-client-cert',
      'te',
    ),
    ...(received.has('te') ? [['te', 'trailers'] as const] : []),
    ['x-forwarded-proto', proto],
    ['x-request-id', requestId],
    ['x-envoy-attempt-count', '1'],
  ];
}
