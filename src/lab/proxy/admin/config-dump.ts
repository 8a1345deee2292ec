import { authorizationFilters, type Chain } from '../../../policy/authorization/index.ts';
import { attachedPeerAuthentications, composeModes } from '../../../policy/peer-authentication/index.ts';
import type { Picture } from '../sidecar/picture.ts';
import { type ChainShape, chainsOf } from './chains.ts';
import { customConfig, type FilterConfig, type RbacKind, rbacConfig } from './rbac-config.ts';

const types = 'type.googleapis.com/envoy';
const httpRbac: RbacKind = {
  name: 'envoy.filters.http.rbac',
  type: `${types}.extensions.filters.http.rbac.v3.RBAC`,
};
const networkRbac: RbacKind = {
  name: 'envoy.filters.network.rbac',
  type: `${types}.extensions.filters.network.rbac.v3.RBAC`,
  statPrefix: 'tcp.',
};

/**
 * `/config_dump`: the inbound listener with its filter chains, and in each the RBAC filters that are in force, in Envoy's shape. Filters that decide nothing are named alone;
 * clusters, routes and secrets are left out.
 */
export function dumpConfiguration(picture: Picture): object {
  const filters = { HTTP: filtersOf(picture, 'HTTP'), TCP: filtersOf(picture, 'TCP') };
  const listener = {
    '@type': `${types}.config.listener.v3.Listener`,
    name: 'virtualInbound',
    address: { socket_address: { address: '0.0.0.0', port_value: 15006 } },
    traffic_direction: 'INBOUND',
    filter_chains: [
      {
        name: 'virtualInbound-blackhole',
        filter_chain_match: { destination_port: 15006 },
        filters: [{ name: 'envoy.filters.network.tcp_proxy' }],
      },
      ...ownChains(picture).map((shape) => chainConfig(shape, filters[shape.kind])),
    ],
  };
  return {
    configs: [
      {
        '@type': `${types}.admin.v3.ListenersConfigDump`,
        dynamic_listeners: [{ name: 'virtualInbound', active_state: { listener } }],
      },
    ],
  };
}

/** Those of ports that no Service has, of ports with a mode of their own, and of the ports that Services lead to. */
function ownChains(picture: Picture): readonly ChainShape[] {
  const { cluster, target, own } = picture;
  const modes = composeModes(attachedPeerAuthentications(cluster, target), cluster.mesh.rootNamespace);
  const declared = (own?.ports ?? []).map(({ containerPort }) => containerPort);
  const targeted = (own?.services ?? []).flatMap(({ spec }) =>
    spec.ports.flatMap(({ port, targetPort = port }) => (typeof targetPort === 'number' ? [targetPort] : [])),
  );
  const served = [...declared, ...targeted].filter((port) => picture.ownPort(port).service !== undefined);
  const ports = new Set([...modes.ports.keys(), ...served]);
  return [
    ...chainsOf({ protocol: 'undeclared', mode: modes.mode }, undefined),
    ...[...ports].sort((a, b) => a - b).flatMap((port) => chainsOf(picture.ownPort(port), port)),
  ];
}

function chainConfig(shape: ChainShape, rbac: readonly FilterConfig[]): object {
  const { name, port, transport, protocols, kind, mutualTls } = shape;
  const manager = {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type': `${types}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
      http_filters: [...rbac, { name: 'envoy.filters.http.router' }],
    },
  };
  return {
    name,
    filter_chain_match: {
      ...(port === undefined ? {} : { destination_port: port }),
      ...(transport === undefined ? {} : { transport_protocol: transport }),
      ...(protocols.length === 0 ? {} : { application_protocols: protocols }),
    },
    filters: kind === 'HTTP' ? [manager] : [...rbac, { name: 'envoy.filters.network.tcp_proxy' }],
    ...(mutualTls ? { transport_socket: transportSocket } : {}),
  };
}

const transportSocket = {
  name: 'envoy.transport_sockets.tls',
  typed_config: {
    '@type': `${types}.extensions.transport_sockets.tls.v3.DownstreamTlsContext`,
    require_client_certificate: true,
  },
};

function filtersOf({ cluster, target }: Picture, chain: Chain): readonly FilterConfig[] {
  const kind = chain === 'HTTP' ? httpRbac : networkRbac;
  const filters = authorizationFilters(cluster, target, chain);
  const others = (['AUDIT', 'DENY', 'ALLOW'] as const).flatMap((action) => {
    const filter = filters[action];
    return filter === undefined ? [] : [rbacConfig(kind, action, filter)];
  });
  return [...filters.CUSTOM.map((filter) => customConfig(kind, filter)), ...others];
}
