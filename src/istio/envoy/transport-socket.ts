import type { Mesh } from '../../model/index.ts';
import type { EnvoyFilter } from './listener-types.ts';

const type = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext';

/**
 * Mutual TLS at a chain: certificates come from the agent, by the names `default` and `ROOTCA`. Peers of a foreign trust domain are refused where the
 * mesh looks at it. Source: istio pilot/pkg/security/authn/utils/utils.go.
 */
export function mutualTlsSocket(
  chain: 'HTTP' | 'TCP',
  mesh: Pick<Mesh, 'trustDomain' | 'trustDomainAliases' | 'validatePeerTrustDomain'>,
): EnvoyFilter {
  const known = new Set([mesh.trustDomain, ...mesh.trustDomainAliases]);
  const names = mesh.validatePeerTrustDomain
    ? [...known].map((domain) => ({ prefix: `spiffe://${domain}/` }))
    : [];
  const alpn = chain === 'TCP' ? ['istio-peer-exchange', 'h2', 'http/1.1'] : ['h2', 'http/1.1'];
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': type,
      common_tls_context: {
        tls_certificate_sds_secret_configs: [{ name: 'default' }],
        combined_validation_context: {
          default_validation_context: names.length === 0 ? {} : { match_subject_alt_names: names },
          validation_context_sds_secret_config: { name: 'ROOTCA' },
        },
        alpn_protocols: alpn,
      },
      require_client_certificate: true,
    },
  };
}
