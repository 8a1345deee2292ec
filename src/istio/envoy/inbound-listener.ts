import {
  type Cluster,
  type ClusterPod,
  portProtocolOf,
  protocolNameOf,
  servicePortsInto,
} from '../../cluster/index.ts';
import {
  attachedPeerAuthentications,
  composeModes,
  type EffectiveMode,
} from '../../policy/peer-authentication/index.ts';
import { chainKinds } from './chain-kinds.ts';
import type { EnvoyListener, FilterChain } from './listener-types.ts';
import {
  blackholeFilters,
  httpFilters,
  type ProxyFilters,
  proxyFilters,
  tcpFilters,
} from './network-filters.ts';
import { mutualTlsSocket } from './transport-socket.ts';

const name = 'virtualInbound';
const inboundPort = 15006;

/** A port of the pod, or (without a number) every port that nothing names. */
interface InboundPort {
  readonly port?: number;
  readonly protocol: 'http' | 'tcp' | 'sniffed';
  /** What the Service port says it speaks. */
  readonly named: string;
  readonly mode: EffectiveMode;
  readonly cluster: string;
  readonly chainNames: Readonly<Record<'HTTP' | 'TCP', string>>;
}

/**
 * The listener `virtualInbound` of the pod's sidecar: what Istio 1.30.3 makes of the AuthorizationPolicies, RequestAuthentications and
 * PeerAuthentications that attach to it. Filters of Istio's own build of Envoy stand there by name alone. Whether the pod has a sidecar is not asked.
 * Source: istio pilot/pkg/networking/core/listener_inbound.go.
 */
export function inboundListener(cluster: Cluster, pod: ClusterPod): EnvoyListener {
  const own = proxyFilters(cluster, pod.policyTarget);
  const blackhole: FilterChain = {
    name: `${name}-blackhole`,
    filter_chain_match: { destination_port: inboundPort },
    filters: blackholeFilters(),
  };
  return {
    name,
    address: { socket_address: { address: '0.0.0.0', port_value: inboundPort } },
    filter_chains: [
      blackhole,
      ...inboundPorts(cluster, pod).flatMap((port) => chainsOf(port, own, cluster.mesh)),
    ],
    traffic_direction: 'INBOUND',
  };
}

function chainsOf(port: InboundPort, own: ProxyFilters, mesh: Cluster['mesh']): readonly FilterChain[] {
  return chainKinds[port.protocol][port.mode].map(({ match, chain, mutualTls }) => ({
    name: port.chainNames[chain],
    filter_chain_match: { ...(port.port !== undefined && { destination_port: port.port }), ...match },
    filters:
      chain === 'HTTP'
        ? httpFilters(own, port.cluster, mesh.pathNormalization)
        : tcpFilters(own, port.cluster, port.named),
    ...(mutualTls && { transport_socket: mutualTlsSocket(chain, mesh) }),
  }));
}

/** Ports that nothing names, those that only a PeerAuthentication names, then those that Services lead to. */
function inboundPorts(cluster: Cluster, pod: ClusterPod): readonly InboundPort[] {
  const attached = attachedPeerAuthentications(cluster, pod);
  const { mode, ports } = composeModes(attached, cluster.mesh.rootNamespace);
  const declared = servicePortsInto(pod);
  const other = {
    protocol: 'sniffed',
    named: '',
    cluster: 'InboundPassthroughCluster',
    chainNames: { HTTP: `${name}-catchall-http`, TCP: name },
  } as const;
  const undeclared = [...ports].filter(([port]) => !declared.has(port));
  return [
    { ...other, mode },
    ...undeclared.map(([port, decision]) => ({ ...other, port, mode: decision.mode })),
    ...[...declared].map(([port, servicePort]) => ({
      port,
      protocol: portProtocolOf(servicePort),
      named: protocolNameOf(servicePort),
      mode: ports.get(port)?.mode ?? mode,
      cluster: `inbound|${port}||`,
      chainNames: { HTTP: `0.0.0.0_${port}`, TCP: `0.0.0.0_${port}` },
    })),
  ];
}
