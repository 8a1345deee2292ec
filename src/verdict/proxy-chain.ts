import type { MutualTlsMode, TlsTrouble, Transport } from '../model/index.ts';
import type { PortProtocol } from './proxy-types.ts';

/** The filter chain that takes a connection, or why none does. */
export type ChainChoice =
  | { readonly chain: 'HTTP' | 'TCP'; readonly identified: boolean }
  | { readonly refused: TlsTrouble };

/**
 * Which filter chain of an inbound listener takes a connection. `identified`: TLS ends here, so the client's certificate is known.
 * Without a mode (gateways and waypoints) whatever identity there is counts. Source: istio listener_builder.go, filterchain_options.go.
 */
export function chooseChain(
  mode: MutualTlsMode | undefined,
  protocol: PortProtocol,
  transport: Transport,
  carriesHttp: boolean,
): ChainChoice {
  const chain = protocol === 'http' || (protocol !== 'tcp' && carriesHttp) ? 'HTTP' : 'TCP';
  const ofMesh = transport === 'mutual TLS' || transport === 'HBONE';
  if (transport === 'HBONE' || mode === undefined) return { chain, identified: ofMesh };
  if (mode === 'DISABLE') {
    return transport === 'plaintext'
      ? { chain, identified: false }
      : { refused: 'client TLS to a plaintext port' };
  }
  if (transport === 'plaintext') {
    return mode === 'STRICT' ? { refused: 'plaintext to STRICT' } : { chain, identified: false };
  }
  if (ofMesh) return { chain, identified: true };
  if (mode === 'STRICT') return { refused: 'client certificate is not of the mesh' };
  // TLS that the sidecar cannot end: a port of raw bytes passes it on, a declared HTTP port has no chain for it.
  return protocol === 'http'
    ? { refused: 'server cannot terminate the client TLS' }
    : { chain: 'TCP', identified: false };
}
