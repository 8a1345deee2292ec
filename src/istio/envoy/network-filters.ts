import { authorizationPoliciesFor, type Cluster, type PolicyTarget } from '../../cluster/index.ts';
import type { AuthorizationPolicy, PathNormalization } from '../../model/index.ts';
import { customFilters } from './custom-filters.ts';
import { jwtFilters } from './jwt-filter.ts';
import type { EnvoyFilter } from './listener-types.ts';
import { actionFilter, type Chain } from './rbac-filter.ts';

type Proxy = Pick<Cluster, 'policies' | 'mesh'>;

const filters = 'type.googleapis.com/envoy.extensions.filters';
const metadataExchange: EnvoyFilter = { name: 'istio.metadata_exchange' };

/** The last filter of TCP: to a cluster, untouched. */
function tcpProxy(cluster: string): EnvoyFilter {
  const type = `${filters}.network.tcp_proxy.v3.TcpProxy`;
  return {
    name: 'envoy.filters.network.tcp_proxy',
    typed_config: { '@type': type, stat_prefix: cluster, cluster },
  };
}

function mongoProxy(cluster: string): EnvoyFilter {
  const type = `${filters}.network.mongo_proxy.v3.MongoProxy`;
  return {
    name: 'envoy.filters.network.mongo_proxy',
    typed_config: { '@type': type, stat_prefix: cluster },
  };
}

/** The filters of the chain for the listener's own port, which leads nowhere. */
export function blackholeFilters(): readonly EnvoyFilter[] {
  return [metadataExchange, tcpProxy('BlackHoleCluster')];
}

/** What the policies of a proxy put on its chains: of TCP and of HTTP, in the order in which Envoy runs them. */
export interface ProxyFilters {
  readonly TCP: readonly EnvoyFilter[];
  readonly HTTP: readonly EnvoyFilter[];
}

/** Reads the policies of a proxy once for all its chains. CUSTOM comes before tokens are looked at, the other actions after. */
export function proxyFilters(cluster: Proxy, target: PolicyTarget): ProxyFilters {
  const policies = authorizationPoliciesFor(cluster, target);
  const { mesh } = cluster;
  return {
    TCP: [...customFilters(policies, mesh, 'TCP'), ...actionFilters(policies, mesh, 'TCP')],
    HTTP: [
      ...customFilters(policies, mesh, 'HTTP'),
      ...jwtFilters(cluster, target),
      ...actionFilters(policies, mesh, 'HTTP'),
    ],
  };
}

function actionFilters(
  policies: readonly AuthorizationPolicy[],
  mesh: Cluster['mesh'],
  chain: Chain,
): readonly EnvoyFilter[] {
  return (['AUDIT', 'DENY', 'ALLOW'] as const).flatMap((action) =>
    actionFilter(policies, action, mesh, chain),
  );
}

/** The network filters of a TCP chain. */
export function tcpFilters(own: ProxyFilters, to: string, protocol: string): readonly EnvoyFilter[] {
  const mongo = protocol === 'mongo' ? [mongoProxy(to)] : [];
  return [metadataExchange, ...own.TCP, ...mongo, tcpProxy(to)];
}

/** The network filters of an HTTP chain: authorization is within the connection manager alone. */
export function httpFilters(
  own: ProxyFilters,
  to: string,
  normalization: PathNormalization,
): readonly EnvoyFilter[] {
  return [metadataExchange, connectionManager(own.HTTP, to, normalization)];
}

/** What Istio has behind authorization in every sidecar. */
const otherHttpFilters: readonly EnvoyFilter[] = [
  httpFilter('grpc_stats', 'FilterConfig', { emit_filter_state: true, stats_for_all_methods: false }),
  httpFilter('fault', 'HTTPFault'),
  httpFilter('cors', 'Cors'),
  httpFilter('router', 'Router'),
];

function httpFilter(name: string, message: string, config: object = {}): EnvoyFilter {
  const type = `${filters}.http.${name}.v3.${message}`;
  return { name: `envoy.filters.http.${name}`, typed_config: { '@type': type, ...config } };
}

/** Source: istio pilot/pkg/networking/core/listener_builder.go (buildHTTPConnectionManager). */
function connectionManager(
  own: readonly EnvoyFilter[],
  to: string,
  normalization: PathNormalization,
): EnvoyFilter {
  const type = `${filters}.network.http_connection_manager.v3.HttpConnectionManager`;
  const route = { match: { prefix: '/' }, route: { cluster: to, timeout: '0s' }, name: 'default' };
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type': type,
      stat_prefix: to,
      route_config: { name: to, virtual_hosts: [{ name: to, domains: ['*'], routes: [route] }] },
      http_filters: [metadataExchange, ...own, ...otherHttpFilters],
      use_remote_address: false,
      forward_client_cert_details: 'APPEND_FORWARD',
      set_current_client_cert_details: { subject: true, dns: true, uri: true },
      upgrade_configs: [{ upgrade_type: 'websocket' }],
      ...normalizationOptions(normalization),
    },
  };
}

/** How a connection manager rewrites paths. */
export function normalizationOptions(normalization: PathNormalization): object {
  const decode = normalization === 'DECODE_AND_MERGE_SLASHES';
  return {
    normalize_path: normalization !== 'NONE',
    ...((decode || normalization === 'MERGE_SLASHES') && { merge_slashes: true }),
    path_with_escaped_slashes_action: decode ? 'UNESCAPE_AND_FORWARD' : 'KEEP_UNCHANGED',
  };
}
