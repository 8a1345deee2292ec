import { type ClusterPod, portProtocolOf, protocolNameOf, servicePortsInto } from '../../../cluster/index.ts';
import { passthroughAddress } from '../capture/rules.ts';

const clusterType = 'type.googleapis.com/envoy.config.cluster.v3.Cluster';
const options = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** Names of Service ports that speak HTTP/2 to the application. Source: istio pkg/config/protocol/instance.go (IsHTTP2). */
const http2Names = new Set(['http2', 'grpc', 'grpc-web']);

/**
 * Where the inbound listener's chains lead: the pod's own ports, from an address by which the capture tells that the proxy is the sender; and nowhere.
 * A connection serves one request, so that none is sent on one that the application is about to close.
 * Source: istio pilot/pkg/networking/core/cluster_builder.go (buildInboundCluster, buildInboundPassthroughCluster).
 */
export function inboundClusters(pod: ClusterPod): readonly object[] {
  return [
    ...[...servicePortsInto(pod)].map(([port, servicePort]) =>
      toApplication(
        `inbound|${port}||`,
        upstreamProtocol(portProtocolOf(servicePort), protocolNameOf(servicePort)),
      ),
    ),
    toApplication('InboundPassthroughCluster', asSent),
    {
      '@type': clusterType,
      name: 'BlackHoleCluster',
      alt_stat_name: 'BlackHoleCluster;',
      type: 'STATIC',
      connect_timeout: '10s',
      load_assignment: { cluster_name: 'BlackHoleCluster' },
    },
  ];
}

/** The protocol that the client speaks. */
const asSent = { use_downstream_protocol_config: { http_protocol_options: {}, http2_protocol_options: {} } };

function upstreamProtocol(protocol: 'http' | 'tcp' | 'sniffed', name: string): object {
  if (protocol === 'sniffed') return asSent;
  const version = http2Names.has(name) ? { http2_protocol_options: {} } : { http_protocol_options: {} };
  return { explicit_http_config: version };
}

function toApplication(name: string, protocol: object): object {
  return {
    '@type': clusterType,
    name,
    alt_stat_name: `${name};`,
    type: 'ORIGINAL_DST',
    lb_policy: 'CLUSTER_PROVIDED',
    connect_timeout: '10s',
    upstream_bind_config: { source_address: { address: passthroughAddress, port_value: 0 } },
    typed_extension_protocol_options: {
      [options]: {
        '@type': `type.googleapis.com/${options}`,
        common_http_protocol_options: { max_requests_per_connection: 1 },
        ...protocol,
      },
    },
  };
}
