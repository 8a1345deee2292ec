import type { EffectiveMode } from '../../policy/peer-authentication/index.ts';
import type { FilterChainMatch } from './listener-types.ts';

/** One way to connect to a port: what tells it, what is spoken, and whether the proxy ends mutual TLS. */
export interface ChainKind {
  readonly match: Omit<FilterChainMatch, 'destination_port'>;
  readonly chain: 'HTTP' | 'TCP';
  readonly mutualTls: boolean;
}

/** What clients with a sidecar say by ALPN when they speak HTTP, and when they speak anything. */
const meshHttp = ['istio-http/1.0', 'istio-http/1.1', 'istio-h2'];
const meshTcp = ['istio-peer-exchange', 'istio'];
const mesh = ['istio', 'istio-peer-exchange', ...meshHttp];
/** What the HTTP inspector finds. */
const plainHttp = ['http/1.1', 'h2c'];

function kind(
  chain: 'HTTP' | 'TCP',
  transport: 'tls' | 'raw_buffer',
  protocols?: readonly string[],
): ChainKind {
  const match = {
    transport_protocol: transport,
    ...(protocols !== undefined && { application_protocols: protocols }),
  };
  return { match, chain, mutualTls: false };
}

function mutual(chain: 'HTTP' | 'TCP', protocols?: readonly string[]): ChainKind {
  return { ...kind(chain, 'tls', protocols), mutualTls: true };
}

/** The chains of a port, in Istio's order. Source: istio pilot/pkg/networking/core/filterchain_options.go. */
export const chainKinds: Readonly<
  Record<'http' | 'tcp' | 'sniffed', Readonly<Record<EffectiveMode, readonly ChainKind[]>>>
> = {
  http: {
    STRICT: [mutual('HTTP')],
    PERMISSIVE: [mutual('HTTP', mesh), kind('HTTP', 'raw_buffer')],
    DISABLE: [kind('HTTP', 'raw_buffer')],
  },
  tcp: {
    STRICT: [mutual('TCP')],
    PERMISSIVE: [mutual('TCP', mesh), kind('TCP', 'tls'), kind('TCP', 'raw_buffer')],
    DISABLE: [kind('TCP', 'raw_buffer')],
  },
  sniffed: {
    STRICT: [mutual('HTTP', meshHttp), mutual('TCP')],
    PERMISSIVE: [
      mutual('HTTP', meshHttp),
      kind('HTTP', 'raw_buffer', plainHttp),
      mutual('TCP', meshTcp),
      kind('TCP', 'raw_buffer'),
      kind('TCP', 'tls'),
    ],
    DISABLE: [kind('HTTP', 'raw_buffer', plainHttp), kind('TCP', 'raw_buffer')],
  },
};
