import type { FilterChainMatch } from '../../../istio/envoy/index.ts';

interface ListenerFilter {
  readonly name: string;
  readonly typed_config: object;
  readonly filter_disabled?: object;
}

interface Chain {
  readonly filter_chain_match?: FilterChainMatch;
}

const type = 'type.googleapis.com/envoy.extensions.filters.listener';

/** What the HTTP inspector finds out; chains that ask for it want that inspector. */
const inspected = ['http/1.1', 'h2c'];

/**
 * What looks at a connection before a chain is chosen: where it was going, whether it begins as TLS, whether as HTTP. An inspector waits for the client's
 * first bytes, so ports that don't need it are left out: there a server may speak first.
 * Source: istio pilot/pkg/networking/core/listener_inbound.go (populateListenerFilters).
 */
export function listenerFilters(chains: readonly Chain[]): readonly ListenerFilter[] {
  const matches = chains.map((chain) => chain.filter_chain_match ?? {});
  const tls = portsOf(matches.filter((match) => match.transport_protocol === 'tls'));
  const http = portsOf(
    matches.filter((match) => match.application_protocols?.some((each) => inspected.includes(each))),
  );
  const all = portsOf(matches);
  return [
    {
      name: 'envoy.filters.listener.original_dst',
      typed_config: { '@type': `${type}.original_dst.v3.OriginalDst` },
    },
    ...inspector('tls', 'TlsInspector', all, tls),
    ...inspector('http', 'HttpInspector', all, http),
  ];
}

/** 0 stands for all ports that no chain names. */
function portsOf(matches: readonly FilterChainMatch[]): ReadonlySet<number> {
  return new Set(matches.map((match) => match.destination_port ?? 0));
}

function inspector(
  name: 'tls' | 'http',
  message: string,
  all: ReadonlySet<number>,
  needed: ReadonlySet<number>,
): readonly ListenerFilter[] {
  if (needed.size === 0) return [];
  const filter = {
    name: `envoy.filters.listener.${name}_inspector`,
    typed_config: { '@type': `${type}.${name}_inspector.v3.${message}` },
  };
  const others = needed.has(0)
    ? anyPort([...all].filter((port) => !needed.has(port)))
    : { not_match: anyPort([...needed]) };
  return [others === undefined ? filter : { ...filter, filter_disabled: others }];
}

function anyPort(ports: readonly number[]): object | undefined {
  const rules = ports
    .toSorted((a, b) => a - b)
    .map((port) => ({ destination_port_range: { start: port, end: port + 1 } }));
  return rules.length > 1 ? { or_match: { rules } } : rules[0];
}
