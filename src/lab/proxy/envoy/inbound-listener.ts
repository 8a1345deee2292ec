import type { Cluster, ClusterPod } from '../../../cluster/index.ts';
import { type EnvoyFilter, type FilterChain, inboundListener } from '../../../istio/envoy/index.ts';
import type { AccessLogEncoding } from '../logs/access.ts';
import { accessLog, listenerAccessLog } from './access-log.ts';
import { listenerFilters } from './listener-filters.ts';
import { sdsSecret } from './secrets.ts';

/** Only Istio's own build of Envoy has it; what it tells goes into metrics alone. */
const missing = 'istio.metadata_exchange';

/**
 * The listener at 15006 as Envoy takes it: what Istio makes of the policies, with the parts that no policy shapes.
 * Source: istio pilot/pkg/networking/core/listener_inbound.go, listener_builder.go.
 */
export function inboundListenerFor(cluster: Cluster, pod: ClusterPod, encoding: AccessLogEncoding): object {
  const listener = inboundListener(cluster, pod);
  return {
    '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener',
    ...listener,
    filter_chains: listener.filter_chains.map((chain) => completeChain(chain, encoding)),
    listener_filters: listenerFilters(listener.filter_chains),
    listener_filters_timeout: '0s',
    continue_on_listener_filters_timeout: true,
    max_connections_to_accept_per_socket_event: 1,
    access_log: listenerAccessLog(encoding),
  };
}

function completeChain(chain: FilterChain, encoding: AccessLogEncoding): FilterChain {
  const port = chain.filter_chain_match.destination_port;
  const { transport_socket: socket } = chain;
  const filters = known(chain.filters).map((filter) => completeFilter(filter, chain.name, port, encoding));
  return {
    ...chain,
    filters,
    ...(socket !== undefined && { transport_socket: completeSocket(socket) }),
  };
}

function known(filters: readonly EnvoyFilter[]): readonly EnvoyFilter[] {
  return filters.filter(({ name }) => name !== missing);
}

function completeFilter(
  filter: EnvoyFilter,
  chain: string,
  port: number | undefined,
  encoding: AccessLogEncoding,
): EnvoyFilter {
  const { typed_config: config } = filter;
  if (config === undefined) return filter;
  if (filter.name === 'envoy.filters.network.tcp_proxy') {
    return { ...filter, typed_config: { ...config, access_log: accessLog(encoding) } };
  }
  if (filter.name !== 'envoy.filters.network.http_connection_manager') return filter;
  const declared = port !== undefined && chain === `0.0.0.0_${port}`;
  return {
    ...filter,
    typed_config: {
      ...config,
      stat_prefix: declared ? `inbound_${chain};` : `${config.stat_prefix};`,
      http_filters: known(config.http_filters as readonly EnvoyFilter[]).map(withAuthorizer),
      server_name: 'istio-envoy',
      stream_idle_timeout: '0s',
      access_log: accessLog(encoding),
    },
  };
}

/** Of an authorizer of which only the name is known nobody can be asked: one that cannot be reached. Without any service Envoy would refuse the listener. */
function withAuthorizer(filter: EnvoyFilter): EnvoyFilter {
  const { name, typed_config: config } = filter;
  if (name !== 'envoy.filters.http.ext_authz' || config === undefined) return filter;
  if ('http_service' in config || 'grpc_service' in config) return filter;
  const service = { server_uri: { uri: 'http://nobody', cluster: 'BlackHoleCluster', timeout: '600s' } };
  return { ...filter, typed_config: { ...config, http_service: service } };
}

interface TlsContext {
  readonly combined_validation_context: {
    readonly default_validation_context: { readonly match_subject_alt_names?: readonly object[] };
  };
}

/** Names of secrets, with where they come from; and the names of peers in the field that has taken the place of Istio's. */
function completeSocket(socket: EnvoyFilter): EnvoyFilter {
  const config = socket.typed_config!;
  const common = config.common_tls_context as TlsContext;
  const names = common.combined_validation_context.default_validation_context.match_subject_alt_names;
  return {
    ...socket,
    typed_config: {
      ...config,
      common_tls_context: {
        ...common,
        tls_params: tlsParameters,
        tls_certificate_sds_secret_configs: [sdsSecret('default')],
        combined_validation_context: {
          default_validation_context:
            names === undefined
              ? {}
              : { match_typed_subject_alt_names: names.map((matcher) => ({ san_type: 'URI', matcher })) },
          validation_context_sds_secret_config: sdsSecret('ROOTCA'),
        },
      },
    },
  };
}

/** Source: istio pilot/pkg/security/authn/utils/utils.go (SupportedCiphers, minimum TLS 1.2). */
const tlsParameters = {
  tls_minimum_protocol_version: 'TLSv1_2',
  tls_maximum_protocol_version: 'TLSv1_3',
  cipher_suites: [
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'AES256-GCM-SHA384',
    'AES128-GCM-SHA256',
  ],
};
