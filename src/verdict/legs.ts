import {
  type Cluster,
  type ClusterPod,
  portProtocolOf,
  servicePortFor,
  waypointFor,
} from '../cluster/index.ts';
import {
  type Fact,
  formatIdentity,
  type PolicyReference,
  type Protocol,
  type Request,
  type Service,
  type ServicePort,
} from '../model/index.ts';
import { looksLikeHttp } from '../policy/http/index.ts';
import { capturesInbound, capturesOutbound } from './capture.ts';
import { clientTls } from './client-tls.ts';
import { type End, podEnd } from './ends.ts';

/** Where a Service, or a client that named a pod, sends a connection. */
export interface Target {
  readonly end: End;
  readonly port: number;
  readonly protocol: Protocol;
  /** The Service that the client addressed; undefined for a bare address. */
  readonly service: Service | undefined;
  readonly servicePort: ServicePort | undefined;
}

/** One connection on the wire, from a pod's (or host's) network to the next enforcement point. */
export interface Leg {
  readonly from: End;
  readonly to: End;
  /** What network policies see: 15008 for a tunnel. */
  readonly wirePort: number;
  /** What the enforcing proxy sees as the destination port. */
  readonly port: number;
  readonly transport: 'mutual TLS' | 'HBONE' | 'TLS' | 'plaintext';
  /** SPIFFE identity without `spiffe://`, where the transport carries one. */
  readonly identity: string | undefined;
  readonly enforcedBy: 'sidecar' | 'gateway' | 'ztunnel' | 'waypoint' | undefined;
  /** The setting of the client's side that chose the transport. */
  readonly client?: PolicyReference;
  /** The client's own proxy, which accepts the connection on the client's behalf. */
  readonly acceptedBy: 'sidecar' | 'ztunnel' | 'waypoint' | undefined;
}

const tunnelPort = 15008;

/**
 * The connections that carry a request from its source to its target, in order: one, or two where a waypoint stands between. Follows the packet
 * paths of sidecar and ambient data planes: network policies see pod addresses and the port on the wire, and a tunnel is
 * port 15008 there. A sidecar never goes by way of a waypoint, and neither does a client outside the mesh.
 */
export function legsOf(cluster: Cluster, request: Request, source: End, target: Target): readonly Leg[] {
  const server = target.end.host ? undefined : target.end.pod;
  const client = source.host ? undefined : source.pod;
  const identity = identityOf(cluster, request, client);
  if (target.protocol !== 'TCP') return [plainLeg(source, target, undefined)];
  const sender = client?.membership.kind ?? 'none';
  if (sender === 'ambient') return fromAmbient(cluster, source, client!, server, target, identity);
  if (sender === 'sidecar' || sender === 'gateway')
    return [fromSidecar(cluster, request, source, client!, server, target, identity)];
  if (sender === 'waypoint') return [fromWaypoint(source, server, target, identity)];
  const given = request.principal ?? undefined;
  if (given !== undefined && server?.membership.kind === 'sidecar') {
    return [{ ...plainLeg(source, target, undefined), transport: 'mutual TLS', identity: given }];
  }
  if (given !== undefined && server?.membership.kind === 'ambient')
    return [tunnelLeg(source, target.end, target.port, given, undefined)];
  return [plainLeg(source, target, undefined)];
}

/** The identity that the client's proxy presents; a request may name another, or null for none. */
function identityOf(cluster: Cluster, request: Request, client: ClusterPod | undefined): string | undefined {
  if (request.principal !== undefined) return request.principal ?? undefined;
  if (client === undefined || client.membership.kind === 'none') return undefined;
  const { namespace, serviceAccount } = client;
  return formatIdentity({ trustDomain: cluster.mesh.trustDomain, namespace, serviceAccount });
}

function fromAmbient(
  cluster: Cluster,
  source: End,
  client: ClusterPod,
  server: ClusterPod | undefined,
  target: Target,
  identity: string | undefined,
): readonly Leg[] {
  if (identity === undefined) return [plainLeg(source, target, 'ztunnel')];
  const waypoint = waypointFor(cluster, server, target.service).pod;
  if (waypoint === undefined || waypoint.key === client.key) {
    if (!takesTunnels(server)) return [plainLeg(source, target, 'ztunnel')];
    return [tunnelLeg(source, target.end, target.port, identity, 'ztunnel')];
  }
  const between = podEnd(waypoint);
  // The proxy of a Service's waypoint is asked for the Service's port, that of a pod's waypoint for the pod's.
  const asked = target.servicePort?.port ?? target.port;
  const { namespace, serviceAccount } = waypoint;
  const own = formatIdentity({ trustDomain: cluster.mesh.trustDomain, namespace, serviceAccount });
  return [
    { ...tunnelLeg(source, between, asked, identity, 'ztunnel'), enforcedBy: 'waypoint' },
    fromWaypoint(between, server, target, own),
  ];
}

/** Labels of namespaces that nobody said and that decide whether a waypoint stands on the way. */
export function waypointFacts(cluster: Cluster, source: End, target: Target): readonly Fact[] {
  const client = source.host ? undefined : source.pod;
  if (client?.membership.kind !== 'ambient' || target.protocol !== 'TCP') return [];
  return waypointFor(cluster, target.end.host ? undefined : target.end.pod, target.service).facts;
}

/** Pods of both data planes have a listener for tunnels. */
function takesTunnels(server: ClusterPod | undefined): boolean {
  return server?.membership.kind === 'ambient' || server?.membership.kind === 'sidecar';
}

function fromWaypoint(
  source: End,
  server: ClusterPod | undefined,
  target: Target,
  identity: string | undefined,
): Leg {
  if (!takesTunnels(server) || identity === undefined) return plainLeg(source, target, 'waypoint');
  return tunnelLeg(source, target.end, target.port, identity, 'waypoint');
}

function fromSidecar(
  cluster: Cluster,
  request: Request,
  source: End,
  client: ClusterPod,
  server: ClusterPod | undefined,
  target: Target,
  identity: string | undefined,
): Leg {
  if (!capturesOutbound(client, addressAsked(target), target.servicePort?.port ?? target.port)) {
    return plainLeg(source, target, undefined);
  }
  if (request.principal === null) return plainLeg(source, target, 'sidecar');
  if (server?.membership.kind === 'ambient' && target.service !== undefined) {
    return tunnelLeg(source, target.end, target.port, identity, 'sidecar');
  }
  if (isPassedOn(request, target)) return plainLeg(source, target, 'sidecar');
  const tls = clientTls(cluster, client, target.service, target.servicePort, server, target.port);
  const leg = plainLeg(source, target, 'sidecar');
  const named = request.principal !== undefined && server?.membership.kind === 'sidecar';
  const transport = named ? 'mutual TLS' : tls.transport;
  return {
    ...leg,
    transport,
    identity: transport === 'mutual TLS' ? identity : undefined,
    enforcedBy: isOwnEndpoint(request, client, target) ? 'sidecar' : leg.enforcedBy,
    ...(tls.decidedBy === undefined ? {} : { client: tls.decidedBy }),
  };
}

/**
 * What a sidecar sends to its own pod as an endpoint of a Service comes back to it, on whatever port; a pod that names itself means its own address.
 * Source: istio tools/istio-iptables/pkg/capture/run.go.
 */
function isOwnEndpoint({ destination }: Request, client: ClusterPod, { end, service }: Target): boolean {
  const named = service !== undefined && destination.kind !== 'pod';
  return named && client.key === end.pod?.key && client.membership.kind === 'sidecar';
}

/**
 * What a sidecar's listener for HTTP cannot take for HTTP goes where its packets were going, as it is. A port whose protocol nobody declares has a listener of its own, which knows its
 * Service either way. Source: istio pilot/pkg/networking/core/listener.go, the default filter chain of outbound HTTP listeners.
 */
function isPassedOn({ http }: Request, { servicePort }: Target): boolean {
  if (http === undefined || servicePort === undefined) return false;
  return portProtocolOf(servicePort) === 'http' && !looksLikeHttp(http);
}

/** The address that the client's packets have before its proxy takes them: of a Service its own, if it has one. */
function addressAsked({ service, end }: Target): string | undefined {
  if (service === undefined || service.spec.clusterIPs.includes('None')) return end.addresses[0];
  return service.spec.clusterIPs[0];
}

function plainLeg(source: End, target: Target, acceptedBy: Leg['acceptedBy']): Leg {
  return {
    from: source,
    to: target.end,
    wirePort: target.port,
    port: target.port,
    transport: 'plaintext',
    identity: undefined,
    enforcedBy: target.protocol === 'TCP' ? enforcerOf(target.end, target.port) : undefined,
    acceptedBy,
  };
}

function tunnelLeg(
  from: End,
  to: End,
  port: number,
  identity: string | undefined,
  acceptedBy: Leg['acceptedBy'],
): Leg {
  return {
    from,
    to,
    wirePort: tunnelPort,
    port,
    transport: 'HBONE',
    identity,
    // Whoever ends a tunnel judges what comes out of it, whatever ports it leaves alone otherwise.
    enforcedBy: to.pod?.membership.kind === 'sidecar' ? 'sidecar' : enforcerOf(to, port),
    acceptedBy,
  };
}

function enforcerOf(end: End, port: number): Leg['enforcedBy'] {
  if (end.host || end.pod === undefined) return undefined;
  const { kind } = end.pod.membership;
  if (kind === 'ambient') return 'ztunnel';
  if (kind === 'sidecar' || kind === 'gateway') return capturesInbound(end.pod, port) ? kind : undefined;
  return kind === 'none' ? undefined : kind;
}

/** What a client that names a pod reaches it by: the Service that leads to this port, as callers of the pod would use; else its bare address. */
export function targetOfPod(pod: ClusterPod, port: number, protocol: Protocol): Target {
  const found = servicePortFor(pod, port, protocol);
  return { end: podEnd(pod), port, protocol, service: found?.service, servicePort: found?.port };
}
