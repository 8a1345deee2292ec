import { directoryOf, type ServiceTarget } from '../../outbound/directory.ts';
import { clusterName, passthroughCluster } from '../../outbound/upstream.ts';
import type { MeshView } from '../../types.ts';
import { accessLog, listenerAccessLog } from '../access-log.ts';
import { connectionManager } from './connection-manager.ts';
import { portRoutes, serviceRoutes } from './routes.ts';
import type { Extension, FilterChain, OutboundListener } from './types.ts';

const ownPort = 15001;

/** Ports of the proxy's own: a listener for all HTTP of one would take its place. Source: istio pilot/pkg/model/context.go (conflictWithReservedListener). */
const reservedPorts: ReadonlySet<number> = new Set([ownPort, 15006, 15021, 15090]);

/** The listeners for clients of a namespace: one at 15001, which hands each connection to the one for where it was going, if there is one. */
export function outboundListeners(view: MeshView, namespace: string): readonly OutboundListener[] {
  const directory = directoryOf(view);
  const targets = directory.targets();
  const ports = new Set(targets.flatMap(({ protocol, port }) => (protocol === 'http' ? [port.port] : [])));
  return [
    ...targets.flatMap((target) =>
      ownAddresses(view, target).map((address) => serviceListener(view, target, address)),
    ),
    ...[...ports]
      .filter((port) => !reservedPorts.has(port))
      .map((port) => portListener(view, port, namespace)),
    entrance(view),
  ];
}

/** The addresses at which a Service has a listener to itself: with raw or sniffed bytes, its own or those of its pods, unless another Service was first. */
function ownAddresses(view: MeshView, target: ServiceTarget): readonly string[] {
  if (target.protocol === 'http') return [];
  const directory = directoryOf(view);
  const addresses = target.headless
    ? directory.endpointsOf(target).map(({ address }) => address)
    : target.service.spec.clusterIPs;
  return [...new Set(addresses)].filter(
    (address) => directory.atAddress(address, target.port.port) === target,
  );
}

function serviceListener(view: MeshView, target: ServiceTarget, address: string): OutboundListener {
  const name = `${address}_${target.port.port}`;
  const bytes: FilterChain = { filters: [tcpProxy(view, clusterName(target))] };
  if (target.protocol === 'tcp') return listener(name, address, target.port.port, { filter_chains: [bytes] });
  const routes = serviceRoutes(target);
  return listener(name, address, target.port.port, {
    filter_chains: [
      httpChain(['http/1.1'], connectionManager(view, name, routes, 'HTTP/1.1')),
      httpChain(['h2c'], connectionManager(view, name, routes, 'HTTP/2')),
    ],
    default_filter_chain: bytes,
    listener_filters: [httpInspector],
  });
}

/** All HTTP of a port; other bytes pass. */
function portListener(view: MeshView, port: number, namespace: string): OutboundListener {
  const name = `0.0.0.0_${port}`;
  const manager = connectionManager(view, name, portRoutes(view, port, namespace));
  return listener(name, '0.0.0.0', port, {
    filter_chains: [httpChain(['http/1.1', 'h2c'], manager)],
    default_filter_chain: {
      name: 'PassthroughFilterChain',
      filters: [tcpProxy(view, passthroughCluster)],
    },
    listener_filters: [httpInspector],
  });
}

/** What connections come to first. One that was meant for it itself leads nowhere. */
function entrance(view: MeshView): OutboundListener {
  return {
    '@type': type,
    name: 'virtualOutbound',
    address: { socket_address: { address: '0.0.0.0', port_value: ownPort } },
    use_original_dst: true,
    filter_chains: [
      {
        name: 'virtualOutbound-blackhole',
        filter_chain_match: { destination_port: ownPort },
        filters: [tcpProxy(view, 'BlackHoleCluster')],
      },
      { name: 'virtualOutbound-catchall-tcp', filters: [tcpProxy(view, passthroughCluster)] },
    ],
    traffic_direction: 'OUTBOUND',
    access_log: listenerAccessLog(view.accessLogEncoding ?? 'TEXT'),
  };
}

const type = 'type.googleapis.com/envoy.config.listener.v3.Listener';

/** A listener without a socket: it gets its connections from the entrance. Inspectors wait for the first bytes as long as it takes. */
function listener(
  name: string,
  address: string,
  port: number,
  parts: Pick<OutboundListener, 'filter_chains' | 'default_filter_chain'> & {
    readonly listener_filters?: readonly Extension[];
  },
): OutboundListener {
  return {
    '@type': type,
    name,
    address: { socket_address: { address, port_value: port } },
    ...parts,
    listener_filters_timeout: '0s',
    continue_on_listener_filters_timeout: true,
    traffic_direction: 'OUTBOUND',
    bind_to_port: false,
  };
}

const httpInspector: Extension = {
  name: 'envoy.filters.listener.http_inspector',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.listener.http_inspector.v3.HttpInspector',
  },
};

function httpChain(protocols: readonly string[], manager: Extension): FilterChain {
  return {
    filter_chain_match: { transport_protocol: 'raw_buffer', application_protocols: protocols },
    filters: [manager],
  };
}

function tcpProxy(view: MeshView, cluster: string): Extension {
  return {
    name: 'envoy.filters.network.tcp_proxy',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
      stat_prefix: cluster,
      cluster,
      access_log: accessLog(view.accessLogEncoding ?? 'TEXT'),
    },
  };
}
