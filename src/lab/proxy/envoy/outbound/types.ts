/** Something of Envoy's that is open to extension: by name and typed configuration. */
export interface Extension {
  readonly name: string;
  readonly typed_config: { readonly '@type': string; readonly [field: string]: unknown };
}

/** envoy.config.listener.v3.FilterChain, as far as the outbound side uses it. */
export interface FilterChain {
  readonly name?: string;
  readonly filter_chain_match?: object;
  readonly filters: readonly Extension[];
}

/** envoy.config.listener.v3.Listener. */
export interface OutboundListener {
  readonly '@type': string;
  readonly name: string;
  readonly address: object;
  readonly filter_chains: readonly FilterChain[];
  readonly default_filter_chain?: FilterChain;
  readonly [field: string]: unknown;
}

/** envoy.config.cluster.v3.Cluster. */
export interface OutboundCluster {
  readonly '@type': string;
  readonly name: string;
  readonly type: 'STATIC' | 'ORIGINAL_DST';
  readonly load_assignment?: LoadAssignment;
  readonly transport_socket?: Extension;
  readonly transport_socket_matches?: readonly object[];
  readonly [field: string]: unknown;
}

/** envoy.config.endpoint.v3.ClusterLoadAssignment. */
export interface LoadAssignment {
  readonly cluster_name: string;
  readonly endpoints: readonly { readonly lb_endpoints: readonly LoadBalancedEndpoint[] }[];
}

/** envoy.config.endpoint.v3.LbEndpoint. */
export interface LoadBalancedEndpoint {
  readonly endpoint: { readonly address: object };
  readonly metadata?: object;
}
