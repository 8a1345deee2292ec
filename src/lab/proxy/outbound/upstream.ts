import type { Socket } from 'node:net';
import { protocolNameOf } from '../../../cluster/index.ts';
import { formatIdentity } from '../../../model/index.ts';
import { type Leg, legsOf, podEnd } from '../../../verdict/index.ts';
import type { HttpVersion } from '../http/exchange.ts';
import type { UpstreamTarget } from '../http/upstream.ts';
import { connectPlain, shakeHandsAsClient, shakeHandsPlainly } from '../sidecar/connect.ts';
import { countConnection } from '../sidecar/count.ts';
import type { Picture } from '../sidecar/picture.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
import type { ServiceEndpoint, ServiceTarget } from './directory.ts';

/** What goes over a connection: it decides what the client hello offers. */
export type Payload = 'HTTP/1.1' | 'HTTP/2' | 'bytes';

/** Protocols that a sidecar offers in its client hello. Source: istio pilot/pkg/networking/util, the filter istio.alpn. */
export const offered: Readonly<Record<Payload, readonly string[]>> = {
  'HTTP/1.1': ['istio-http/1.1', 'istio', 'http/1.1'],
  'HTTP/2': ['istio-h2', 'istio', 'h2'],
  // Without istio-peer-exchange: who takes that sends metadata before the bytes.
  bytes: ['istio'],
};

/** Full DNS name of a Service. */
export function hostOf({ service }: ServiceTarget): string {
  return `${service.metadata.name}.${service.metadata.namespace}.svc.cluster.local`;
}

const http2Names: ReadonlySet<string> = new Set(['http2', 'grpc', 'grpc-web']);

/**
 * What is spoken to a port's endpoints: one declared as HTTP/2 or gRPC speaks that, one that is sniffed what the client speaks, any other HTTP/1.1.
 * Source: istio pkg/config/protocol/instance.go (IsHTTP2), pilot/pkg/networking/core/cluster_builder.go.
 */
export function upstreamVersion(
  { port, protocol }: ServiceTarget,
  version: HttpVersion,
): 'HTTP/1.1' | 'HTTP/2' {
  if (protocol === 'sniffed') return version === 'HTTP/2' ? 'HTTP/2' : 'HTTP/1.1';
  return http2Names.has(protocolNameOf(port)) ? 'HTTP/2' : 'HTTP/1.1';
}

/** Istio's name of the cluster for destinations that it does not know. */
export const passthroughCluster = 'PassthroughCluster';

/** Envoy's name of the cluster of a Service's port. */
export function clusterName(target: ServiceTarget): string {
  return `outbound|${target.port.port}||${hostOf(target)}`;
}

/** What the sidecar speaks to an endpoint of a Service, as the engine has it. Ambient's tunnels are not made here. */
function transportTo(
  { cluster, own }: Picture,
  { service, port: servicePort }: ServiceTarget,
  { address, port, pod }: ServiceEndpoint,
): 'mutual TLS' | 'TLS' | 'plaintext' {
  if (own === undefined) return 'plaintext';
  const end =
    pod === undefined
      ? { pod: undefined, node: undefined, host: false, addresses: [address], label: address }
      : podEnd(pod);
  const source = { kind: 'pod', namespace: own.namespace, name: own.name } as const;
  const request = { source, destination: source, port, protocol: 'TCP', complete: true } as const;
  const target = { end, port, protocol: 'TCP', service, servicePort } as const;
  const transport: Leg['transport'] | undefined = legsOf(cluster, request, podEnd(own), target)[0]?.transport;
  return transport === 'mutual TLS' || transport === 'TLS' ? transport : 'plaintext';
}

/** An endpoint of a Service as an upstream. */
export function upstreamOf(
  sidecar: Sidecar,
  picture: Picture,
  target: ServiceTarget,
  endpoint: ServiceEndpoint,
  payload: Payload,
): UpstreamTarget {
  const transport = transportTo(picture, target, endpoint);
  const key = `${clusterName(target)}|${endpoint.address}:${endpoint.port}|${transport}|${payload}`;
  return {
    key,
    version: payload === 'HTTP/2' ? 'HTTP/2' : 'HTTP/1.1',
    connect: () =>
      countConnection(
        sidecar.stats,
        clusterName(target),
        connectEndpoint(sidecar, picture, target, endpoint, payload, transport, key),
      ),
  };
}

async function connectEndpoint(
  sidecar: Sidecar,
  picture: Picture,
  target: ServiceTarget,
  { address, port }: ServiceEndpoint,
  payload: Payload,
  transport: ReturnType<typeof transportTo>,
  key: string,
): Promise<Socket> {
  const raw = await connectPlain(sidecar.context.network, { address, port });
  if (transport === 'plaintext') return raw;
  if (transport === 'TLS') return shakeHandsPlainly(raw, hostOf(target));
  const tls = {
    credentials: sidecar.credentials.current(),
    serverName: `outbound_.${target.port.port}_._.${hostOf(target)}`,
    protocols: offered[payload],
    allowed: identitiesOf(picture, target),
    sessions: sidecar.sessions,
  };
  return shakeHandsAsClient(raw, tls, key);
}

/** Whoever may stand behind a Service: the service accounts of its endpoints, in each trust domain of the mesh. */
export function identitiesOf(
  { cluster, directory }: Pick<Picture, 'cluster' | 'directory'>,
  target: ServiceTarget,
): ReadonlySet<string> {
  const { trustDomain, trustDomainAliases } = cluster.mesh;
  const pods = directory.endpointsOf(target).flatMap(({ pod }) => (pod === undefined ? [] : [pod]));
  return new Set(
    pods.flatMap(({ namespace, serviceAccount }) =>
      [trustDomain, ...trustDomainAliases].map((domain) =>
        formatIdentity({ trustDomain: domain, namespace, serviceAccount }),
      ),
    ),
  );
}
