import type { Directory, ServiceTarget } from './directory.ts';

/** What a listener of Istio's would do with connections to an address. */
export type OutboundListener =
  /** All HTTP of the port, by Host; other bytes pass to where they were going. */
  | { readonly kind: 'HTTP port' }
  | { readonly kind: 'service'; readonly target: ServiceTarget }
  | { readonly kind: 'passthrough' };

interface Destination {
  readonly address: string;
  readonly port: number;
}

/**
 * Chooses the listener for a destination: that of a Service with its own address and raw or sniffed bytes, else the one for all HTTP of the port, else
 * none. Source: istio pilot/pkg/networking/core/listener.go.
 */
export function chooseListener(directory: Directory, { address, port }: Destination): OutboundListener {
  const target = directory.atAddress(address, port);
  if (target !== undefined && target.protocol !== 'http') return { kind: 'service', target };
  return directory.hasHttpPort(port) ? { kind: 'HTTP port' } : { kind: 'passthrough' };
}

/** Envoy's name of the listener for a destination: `0.0.0.0_80`, `10.96.1.1_9000`. */
export function listenerName(directory: Directory, destination: Destination): string {
  const { kind } = chooseListener(directory, destination);
  if (kind === 'passthrough') return '0.0.0.0_15001';
  return `${kind === 'service' ? destination.address : '0.0.0.0'}_${destination.port}`;
}
