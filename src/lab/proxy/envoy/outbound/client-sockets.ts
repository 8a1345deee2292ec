import { directoryOf, type ServiceTarget } from '../../outbound/directory.ts';
import { hostOf, identitiesOf, offered } from '../../outbound/upstream.ts';
import type { MeshView } from '../../types.ts';
import { sdsSecret } from '../secrets.ts';
import type { ClusterProtocol } from './cluster-options.ts';
import type { Extension } from './types.ts';

const types = 'type.googleapis.com/envoy.extensions.transport_sockets';

/** Istio's bounds. */
const tlsParams = { tls_minimum_protocol_version: 'TLSv1_2', tls_maximum_protocol_version: 'TLSv1_3' };

/** Bytes as they are. */
export const plainSocket: Extension = {
  name: 'envoy.transport_sockets.raw_buffer',
  typed_config: { '@type': `${types}.raw_buffer.v3.RawBuffer` },
};

/**
 * Mutual TLS of the mesh, as to a Service's port: the server has to be one of those behind the Service. A cluster for a sniffed port offers what is for bytes;
 * the listeners for its HTTP offer what is for that (`connection-manager.ts`). Source: istio pilot/pkg/networking/core/cluster_tls.go.
 */
export function mutualTlsSocket(view: MeshView, target: ServiceTarget, protocol: ClusterProtocol): Extension {
  const servers = identitiesOf({ cluster: view.cluster, directory: directoryOf(view) }, target);
  const names = [...servers].map((identity) => ({
    san_type: 'URI',
    matcher: { exact: `spiffe://${identity}` },
  }));
  return upstreamTls({
    common_tls_context: {
      tls_params: tlsParams,
      tls_certificate_sds_secret_configs: [sdsSecret('default')],
      combined_validation_context: {
        default_validation_context: { match_typed_subject_alt_names: names },
        validation_context_sds_secret_config: sdsSecret('ROOTCA'),
      },
      alpn_protocols: offered[protocol === 'as the client' ? 'bytes' : protocol],
    },
    sni: `outbound_.${target.port.port}_._.${hostOf(target)}`,
  });
}

/** TLS without a certificate of the client's, as a DestinationRule of mode SIMPLE asks for. Whose the server's is, is not looked at: what would vouch for it is not in the lab. */
export function tlsSocket(target: ServiceTarget, protocol: ClusterProtocol): Extension {
  return upstreamTls({
    common_tls_context: {
      tls_params: tlsParams,
      ...(protocol === 'HTTP/2' && { alpn_protocols: ['h2'] }),
    },
    sni: hostOf(target),
  });
}

function upstreamTls(context: object): Extension {
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: { '@type': `${types}.tls.v3.UpstreamTlsContext`, ...context },
  };
}
