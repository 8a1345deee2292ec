import { normalizationOptions } from '../../../../istio/envoy/index.ts';
import { offered } from '../../outbound/upstream.ts';
import type { MeshView } from '../../types.ts';
import { accessLog } from '../access-log.ts';
import type { RouteConfig } from './routes.ts';
import type { Extension } from './types.ts';

const filters = 'type.googleapis.com/envoy.extensions.filters';

const router: Extension = {
  name: 'envoy.filters.http.router',
  typed_config: { '@type': `${filters}.http.router.v3.Router` },
};

/** The name of what Envoy offers in a client hello in place of what the cluster says. */
const applicationProtocols = 'envoy.network.application_protocols';

/**
 * HTTP of a listener. With `alpn`, upstreams that are spoken to by TLS are offered the protocols of that version: the same cluster may also carry bytes.
 * (Istio has a filter of its own build for this, `istio.alpn`.) Source: istio pilot/pkg/networking/core/listener_builder.go.
 */
export function connectionManager(
  view: MeshView,
  listener: string,
  routes: RouteConfig,
  alpn?: 'HTTP/1.1' | 'HTTP/2',
): Extension {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type': `${filters}.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: `outbound_${listener};`,
      route_config: routes,
      http_filters: [...(alpn === undefined ? [] : [offer(offered[alpn])]), router],
      stream_idle_timeout: '0s',
      access_log: accessLog(view.accessLogEncoding ?? 'TEXT'),
      use_remote_address: false,
      proxy_100_continue: true,
      upgrade_configs: [{ upgrade_type: 'websocket' }],
      ...normalizationOptions(view.cluster.mesh.pathNormalization),
    },
  };
}

function offer(protocols: readonly string[]): Extension {
  const text = { text_format_source: { inline_string: protocols.join(',') } };
  return {
    name: 'envoy.filters.http.set_filter_state',
    typed_config: {
      '@type': `${filters}.http.set_filter_state.v3.Config`,
      on_request_headers: [
        { object_key: applicationProtocols, format_string: text, shared_with_upstream: 'ONCE' },
      ],
    },
  };
}
