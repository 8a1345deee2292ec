/** A filter by its name; without `typed_config` where only Istio's build of Envoy has it. Objects of `typed_config` are in the form of a config dump. */
export interface EnvoyFilter {
  readonly name: string;
  readonly typed_config?: TypedConfig;
}

export interface TypedConfig {
  readonly '@type': string;
  readonly [field: string]: unknown;
}

/** envoy.config.listener.v3.FilterChainMatch, as far as Istio uses it. */
export interface FilterChainMatch {
  readonly destination_port?: number;
  readonly transport_protocol?: 'tls' | 'raw_buffer';
  readonly application_protocols?: readonly string[];
}

/** envoy.config.listener.v3.FilterChain. */
export interface FilterChain {
  readonly name: string;
  readonly filter_chain_match: FilterChainMatch;
  readonly filters: readonly EnvoyFilter[];
  readonly transport_socket?: EnvoyFilter;
}

/** envoy.config.listener.v3.Listener, as far as policies shape it. */
export interface EnvoyListener {
  readonly name: string;
  readonly address: { readonly socket_address: { readonly address: string; readonly port_value: number } };
  readonly filter_chains: readonly FilterChain[];
  readonly traffic_direction: 'INBOUND';
}
