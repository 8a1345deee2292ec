import type { ClusterPod } from '../../../../cluster/index.ts';
import { clientTls } from '../../../../verdict/index.ts';
import { directoryOf, type ServiceEndpoint, type ServiceTarget } from '../../outbound/directory.ts';
import { clusterName, upstreamVersion } from '../../outbound/upstream.ts';
import type { MeshView } from '../../types.ts';
import { mutualTlsSocket, plainSocket, tlsSocket } from './client-sockets.ts';
import { type ClusterProtocol, commonOptions, protocolOptions } from './cluster-options.ts';
import type { LoadBalancedEndpoint, OutboundCluster } from './types.ts';

type Client = Pick<ClusterPod, 'namespace' | 'labels'>;
type Transport = ReturnType<typeof clientTls>['transport'];

/** An endpoint, with what a client's proxy speaks to it. */
interface Upstream extends ServiceEndpoint {
  readonly transport: Transport;
}

const known = new WeakMap<ServiceTarget, Map<string, OutboundCluster>>();

/**
 * The cluster of a Service's port: its ready endpoints by turns, or, of a headless one, the address that the client was going to. Clients that speak the same to all
 * of them get the same object.
 */
export function serviceCluster(view: MeshView, client: Client, target: ServiceTarget): OutboundCluster {
  const upstreams = directoryOf(view)
    .endpointsOf(target)
    .map((endpoint) => ({ ...endpoint, transport: transportTo(view, client, target, endpoint) }));
  const key = upstreams.map(({ transport }) => transport).join();
  const ofTarget = known.get(target) ?? new Map<string, OutboundCluster>();
  known.set(target, ofTarget);
  const cluster = ofTarget.get(key) ?? makeCluster(view, target, upstreams);
  ofTarget.set(key, cluster);
  return cluster;
}

function makeCluster(view: MeshView, target: ServiceTarget, upstreams: readonly Upstream[]): OutboundCluster {
  const protocol = protocolOf(target);
  const common = { ...commonOptions(clusterName(target)), ...protocolOptions(protocol) };
  const transports = new Set(upstreams.map(({ transport }) => transport));
  if (target.headless) {
    return {
      ...common,
      type: 'ORIGINAL_DST',
      lb_policy: 'CLUSTER_PROVIDED',
      ...(transports.has('mutual TLS') && {
        transport_socket: mutualTlsSocket(view, target, protocol),
      }),
      ...(transports.has('TLS') && { transport_socket: tlsSocket(target, protocol) }),
    };
  }
  return {
    ...common,
    type: 'STATIC',
    lb_policy: 'ROUND_ROBIN',
    ...(transports.has('mutual TLS') && {
      transport_socket_matches: [
        {
          name: 'tlsMode-istio',
          match: { tlsMode: 'istio' },
          transport_socket: mutualTlsSocket(view, target, protocol),
        },
        { name: 'tlsMode-disabled', match: {}, transport_socket: plainSocket },
      ],
    }),
    ...(transports.has('TLS') && { transport_socket: tlsSocket(target, protocol) }),
    load_assignment: {
      cluster_name: clusterName(target),
      endpoints: [{ lb_endpoints: upstreams.map(lbEndpoint) }],
    },
  };
}

function transportTo(
  { cluster }: MeshView,
  client: Client,
  { service, port }: ServiceTarget,
  endpoint: ServiceEndpoint,
): Transport {
  return clientTls(cluster, client, service, port, endpoint.pod, endpoint.port).transport;
}

function protocolOf(target: ServiceTarget): ClusterProtocol {
  if (target.protocol === 'tcp') return 'bytes';
  return target.protocol === 'sniffed' ? 'as the client' : upstreamVersion(target, 'HTTP/1.1');
}

function lbEndpoint({ address, port, transport }: Upstream): LoadBalancedEndpoint {
  return {
    endpoint: { address: { socket_address: { address, port_value: port } } },
    ...(transport === 'mutual TLS' && {
      metadata: { filter_metadata: { 'envoy.transport_socket_match': { tlsMode: 'istio' } } },
    }),
  };
}
