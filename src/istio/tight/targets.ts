import { isGatewayChart, roleOf } from '../check/index.ts';
import { type Answer, addressPeer, anyOf, certain } from './answers.ts';
import {
  dnsRules,
  istiodRules,
  managedGateways,
  meshPods,
  meshPodsIn,
  metricsRules,
  probeRules,
  remoteAddresses,
  waypoints,
} from './common.ts';
import type { Context } from './context.ts';
import {
  eastWestIngress,
  envoyMetrics,
  gatewayEgress,
  healthPort,
  innerTunnelRules,
  otherNetworkRules,
  publicIngress,
  upstreamRules,
} from './gateway-rules.ts';
import { doorsOf, exposedIstiodRules, gatewayPods } from './gateways.ts';
import { podsOfComponent } from './istiod.ts';
import { anyTcp, ruleOf, tcp } from './rules.ts';
import type { GatewayTarget, TightRule } from './types.ts';

/** Every connection inside an ambient mesh comes to this port, whatever port of the application it is for. */
const tunnelPort = 15008;

/** istiod's webhooks. */
const webhookPort = 15017;

/** The kubelet's probes of ambient pods come from these addresses, whatever the node's are. */
const probeAddresses = ['169.254.7.127/32', 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128'];

/** Who comes to a gateway of the Gateway API. istiod gives its Service no target ports: pods listen on the ports of the listeners. */
export function managedGatewayIngress(
  context: Context,
  { listeners, eastWest }: GatewayTarget,
): readonly TightRule[] {
  const ports = listeners
    ?.filter(({ port }) => port !== healthPort)
    .map(({ port, protocol }) => ({ protocol, port }));
  const doors = { ports: ports ?? 'any', health: true } as const;
  const own = eastWest ? eastWestIngress(context, doors) : publicIngress(context, doors, 'by nodes');
  return [...own, ...envoyMetrics(context)];
}

/** What a gateway of the Gateway API connects to. */
export function managedGatewayEgress(
  context: Context,
  { eastWest, listeners }: GatewayTarget,
): readonly TightRule[] {
  const always = gatewayEgress(context);
  if (!eastWest) return [...always, ...upstreamRules(context), ...otherNetworkRules(context)];
  const hasOnlyTunnels = listeners?.every(({ port }) => port === tunnelPort) === true;
  return [
    ...always,
    ...(hasOnlyTunnels ? innerTunnelRules(context) : upstreamRules(context)),
    ...webhookRules(
      context,
      listeners?.some(({ port }) => port === webhookPort),
    ),
  ];
}

/** A gateway between networks with a listener for webhook calls hands them on to istiod; configuration goes to the port that it uses itself. */
function webhookRules(context: Context, isExposed = false): readonly TightRule[] {
  return isExposed ? exposedIstiodRules(context, [webhookPort]) : [];
}

/** Who comes to a waypoint. */
export function waypointIngress(context: Context): readonly TightRule[] {
  return [
    ...tunnelIngress(
      context,
      'Clients of the mesh send through the waypoint what is for its Services',
      'all requests through the waypoint time out.',
    ),
    ...metricsRules(context, [15020], 'the waypoint'),
    ...probeRules(context, healthPort, 'the waypoint (/healthz/ready)'),
  ];
}

/** What a waypoint connects to. */
export function waypointEgress(context: Context): readonly TightRule[] {
  return [
    ...dnsRules(context, 'the waypoint looks up istiod and hosts outside'),
    ...istiodRules(
      context,
      'The waypoint fetches configuration and certificates',
      'the waypoint does not become ready.',
    ),
    ...ruleOf(context, {
      peers: meshPods(context),
      ports: tcp(tunnelPort),
      why: 'The waypoint hands requests on to the workloads of its Services, through their ztunnel',
      without: 'requests through the waypoint end in 503.',
      notes: ['To workloads outside the ambient mesh it connects on their own port: add a rule for those'],
    }),
    ...remoteTunnelRules(context),
  ];
}

/** Who comes to pods with a sidecar on behalf of the mesh: not their application's clients. */
export function sidecarIngress(context: Context): readonly TightRule[] {
  const { nodes } = context.around;
  return [
    ...metricsRules(context, [15020, 15090], "sidecars: the agent's merged metrics, and Envoy's own"),
    ...(nodes?.length === 0
      ? []
      : probeRules(context, healthPort, 'the sidecar (/healthz/ready)').map((rule) => ({
          ...rule,
          ports: tcp(15020, healthPort),
          why: 'The kubelet of its node probes the sidecar (15021), and the application through the agent (15020), where injection moves its probes',
        }))),
  ];
}

/** What pods with a sidecar connect to on behalf of the mesh. */
export function sidecarEgress(context: Context): readonly TightRule[] {
  return [
    ...istiodRules(
      context,
      'Sidecars fetch configuration and certificates',
      'istio-proxy does not become ready, and the pod neither.',
    ),
    ...ruleOf(context, {
      peers: remoteAddresses(context),
      ports: tcp(15443),
      why: 'What is for workloads of other networks goes to their east-west gateways',
      without: 'workloads of the other networks are not reached.',
    }),
    ...egressGatewayRules(context),
  ];
}

/** To gateways that lead out of the mesh. */
function egressGatewayRules(context: Context): readonly TightRule[] {
  const gateways = context.components.filter(
    (component) => isGatewayChart(component) && roleOf(component) === 'egress',
  );
  return gateways.flatMap((component) => {
    const { ports } = doorsOf(context, component);
    return ruleOf(context, {
      peers: certain([podsOfComponent(component)]),
      ports: ports === 'any' ? anyTcp : ports,
      why: `What routes send through the egress gateway ${component.name} goes to the ports of its pods`,
      without: 'requests to hosts that are routed through it time out.',
      notes: ['Routes are not read here; where none of this namespace leads through it, leave this rule out'],
    });
  });
}

/** Tunnels into pods: of ambient ones, and of sidecars in a mesh that has both. */
export function tunnelIngress(
  context: Context,
  why: string,
  without: string,
  notes: readonly string[] = [],
): readonly TightRule[] {
  return ruleOf(context, { peers: tunnelPeers(context), ports: tcp(tunnelPort), why, without, notes });
}

/** Tunnels out of pods, to other pods and to waypoints. */
export function tunnelEgress(context: Context, isAmbient: boolean): readonly TightRule[] {
  return [
    ...ruleOf(context, {
      peers: anyOf(isAmbient ? meshPods(context) : meshPodsIn(context, 'ambient'), waypoints(context)),
      ports: tcp(tunnelPort),
      why: 'What goes to ambient pods and waypoints leaves in a tunnel to 15008, whatever port of the application it is for',
      without: 'connections inside the ambient mesh time out.',
    }),
    ...remoteTunnelRules(context),
  ];
}

/** Tunnels to other networks. */
function remoteTunnelRules(context: Context): readonly TightRule[] {
  return ruleOf(context, {
    peers: remoteAddresses(context),
    ports: tcp(tunnelPort),
    why: 'Tunnels lead to the east-west gateways of the other networks',
    without: 'ambient workloads of the other networks are not reached.',
  });
}

/** Probes of ambient pods. */
export function ambientProbes(context: Context): readonly TightRule[] {
  return ruleOf(context, {
    peers: certain(probeAddresses.map(addressPeer)),
    ports: 'any',
    why: "The kubelet's probes: istio-cni gives them this address, so that they are told from other traffic of the node",
    without: 'pods do not become ready, or are restarted, once they are in the mesh.',
    notes: ['All ports, as pods are probed on ports of their own; nobody else has this address'],
  });
}

/** Pods of the mesh, gateways and waypoints. */
function tunnelPeers(context: Context): Answer {
  return anyOf(meshPods(context), gatewayPods(context), managedGateways(context));
}

/** Tunnels into pods with sidecars, which have no other use for them: their own kind comes to the ports of the application. */
export function sidecarTunnelIngress(context: Context): readonly TightRule[] {
  return ruleOf(context, {
    peers: anyOf(meshPodsIn(context, 'ambient'), managedGateways(context)),
    ports: tcp(tunnelPort),
    why: 'Ambient pods and waypoints reach sidecars through a tunnel to 15008',
    without: 'connections from ambient pods and waypoints time out.',
  });
}
