export { configDump } from './config-dump.ts';
export { inboundListener } from './inbound-listener.ts';
export type { EnvoyFilter, EnvoyListener, FilterChain, FilterChainMatch } from './listener-types.ts';
export { normalizationOptions } from './network-filters.ts';
