import { proxyMark } from '../../capture/rules.ts';

/** What a cluster speaks: `as the client` where a port is sniffed, nothing of HTTP where it carries bytes. */
export type ClusterProtocol = 'HTTP/1.1' | 'HTTP/2' | 'as the client' | 'bytes';

const http1 = { http_protocol_options: {} };
const http2 = { http2_protocol_options: {} };

const spoken = {
  'HTTP/1.1': { explicit_http_config: http1 },
  'HTTP/2': { explicit_http_config: http2 },
  'as the client': { use_downstream_protocol_config: { ...http1, ...http2 } },
} as const;

const httpOptions = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** Linux' SOL_SOCKET and SO_MARK. */
const [solSocket, soMark] = [1, 36];

/** No breaker ever trips in Istio's default. */
const most = 4_294_967_295;

interface CommonOptions {
  readonly '@type': string;
  readonly name: string;
  readonly [field: string]: unknown;
}

/** What every cluster has, whatever it leads to. The name has a semicolon in statistics, where Istio's tags end it. */
export function commonOptions(name: string): CommonOptions {
  return {
    '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
    name,
    alt_stat_name: `${name};`,
    connect_timeout: '10s',
    circuit_breakers: {
      thresholds: [
        { max_connections: most, max_pending_requests: most, max_requests: most, max_retries: most },
      ],
    },
    // By this mark the pod's redirects let the proxy's own connections pass.
    upstream_bind_config: {
      socket_options: [
        {
          description: 'mark',
          level: solSocket,
          name: soMark,
          int_value: `${proxyMark}`,
          state: 'STATE_PREBIND',
        },
      ],
    },
  };
}

/**
 * How a cluster speaks HTTP. A connection carries one request: the next one's meets the server's policies as they are then. In a lab the answer after a change matters,
 * not the handshake that is saved.
 */
export function protocolOptions(protocol: ClusterProtocol): object {
  if (protocol === 'bytes') return {};
  return {
    typed_extension_protocol_options: {
      [httpOptions]: {
        '@type': `type.googleapis.com/${httpOptions}`,
        common_http_protocol_options: { max_requests_per_connection: 1 },
        ...spoken[protocol],
      },
    },
  };
}
