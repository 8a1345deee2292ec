import type { NetworkPolicyPort } from '../../model/index.ts';
import type { WayIn } from '../check/index.ts';
import { addressesOf, anyOf, notKnown } from './answers.ts';
import {
  dnsRules,
  istiodRules,
  meshPods,
  meshPodsIn,
  metricsRules,
  probeRules,
  publicClients,
  remoteAddresses,
  waypoints,
} from './common.ts';
import type { Context } from './context.ts';
import { mayBeIn } from './planes.ts';
import { anyTcp, ruleOf, tcp } from './rules.ts';
import { rulesOfServers } from './servers.ts';
import type { TightRule } from './types.ts';

/** Ports of a gateway's pods that its clients connect to; 15021, which load balancers and kubelets ask, apart. */
export interface Doors {
  readonly ports: readonly NetworkPolicyPort[] | 'any';
  readonly health: boolean;
}

/** The port that load balancers and kubelets ask for health. */
export const healthPort = 15021;

const notesOfWays: Readonly<Record<WayIn, string>> = {
  'own address': 'externalTrafficPolicy Local keeps the address of the client',
  'by nodes':
    "The nodes' addresses are here too: a Service with externalTrafficPolicy Cluster puts them in place of the client's",
  inside: 'Its Service is of type ClusterIP: pods of the cluster come to it, in the mesh or not',
};

/** Who comes to a gateway at the edge: its clients, and the health checks of a load balancer. */
export function publicIngress(context: Context, { ports, health }: Doors, way: WayIn): readonly TightRule[] {
  const clients = publicClients(context, way);
  const opened = ruleOf(context, {
    peers: clients,
    ports,
    why: 'Clients connect to the ports of its listeners (those of the pod, not of the Service)',
    without: 'nobody reaches what the gateway offers.',
    notes: clients.peers === 'any' ? [] : [notesOfWays[way]],
  });
  const outside = publicClients(context, 'by nodes');
  if (!health || way === 'inside' || outside.peers.length === 0)
    return [...opened, ...probeRules(context, healthPort, 'the gateway (/healthz/ready)')];
  return [
    ...opened,
    ...ruleOf(context, {
      peers: outside,
      ports: tcp(healthPort),
      why: "The load balancer's health checks and the kubelet's probes come here (/healthz/ready)",
      without: 'the load balancer takes the gateway out, or its pods do not become ready.',
    }),
  ];
}

/** Who comes to a gateway that only the mesh uses. */
export function meshIngress(context: Context, { ports }: Doors): readonly TightRule[] {
  return [
    ...ruleOf(context, {
      peers: meshPods(context),
      ports,
      why: 'The mesh sends through it what is to leave the mesh',
      without: 'what is routed through the egress gateway times out.',
    }),
    ...probeRules(context, healthPort, 'the gateway (/healthz/ready)'),
  ];
}

/** Who comes to a gateway between networks. */
export function eastWestIngress(context: Context, { ports, health }: Doors): readonly TightRule[] {
  const remote = remoteAddresses(context);
  const remotes =
    remote.peers.length === 0 || remote.peers === 'any'
      ? remote
      : anyOf(remote, addressesOf(context, 'nodes'));
  const probes = probeRules(context, healthPort, 'the gateway (/healthz/ready)');
  return [
    ...ruleOf(context, {
      peers: remotes,
      ports,
      why: 'Proxies of the other networks come in here, and reach istiod through it where it is exposed',
      without: 'nothing of the other networks reaches this one.',
      notes: [
        "The nodes' addresses are here too: a Service with externalTrafficPolicy Cluster puts them in place of the sender's",
      ],
    }),
    ...(health && remotes.peers.length > 0
      ? ruleOf(context, {
          peers: anyOf(remotes, publicClients(context, 'by nodes'), addressesOf(context, 'nodes')),
          ports: tcp(healthPort),
          why: "The load balancer's health checks and the kubelet's probes come here (/healthz/ready)",
          without: 'the load balancer takes the gateway out, or its pods do not become ready.',
        })
      : probes),
  ];
}

/** Ingress for the metrics of an Envoy: merged by the agent, and its own. */
export function envoyMetrics(context: Context): readonly TightRule[] {
  return metricsRules(context, [15020, 15090], "the gateway: the agent's merged metrics, and Envoy's own");
}

/** What every gateway connects to. */
export function gatewayEgress(context: Context): readonly TightRule[] {
  return [
    ...dnsRules(context, 'the gateway looks up istiod and the hosts that it sends to'),
    ...istiodRules(
      context,
      'The gateway fetches configuration and certificates',
      'the gateway does not become ready.',
    ),
  ];
}

/** To the workloads that its routes lead to. */
export function upstreamRules(
  context: Context,
  leads: 'in' | 'between networks' = 'in',
): readonly TightRule[] {
  const sidecars = meshPodsIn(context, 'sidecar');
  const hasBoth = context.ambient && (context.around.mesh === undefined || sidecars.open.length > 0);
  return [
    ...ruleOf(context, {
      peers: sidecars,
      ports: anyTcp,
      why: `The gateway connects to the workloads that its routes lead to, on ports of their pods${hasBoth ? ' (15008 where they are in ambient mode)' : ''}`,
      without: 'requests through the gateway end in 503.',
      notes: [
        'Which of them the routes lead to is not read here; name their namespaces and ports to narrow this',
      ],
    }),
    ...(context.ambient ? tunnelRules(context, leads === 'in') : []),
  ];
}

/** To ambient workloads, whatever port of theirs a route leads to, and from gateways at the edge to waypoints. Peers that may have sidecars as well have all ports already. */
function tunnelRules(context: Context, usesWaypoints: boolean): readonly TightRule[] {
  const all = context.around.mesh ?? [];
  if (!all.some((peer) => mayBeIn('ambient', peer))) return [];
  const mesh = all.filter((peer) => !mayBeIn('sidecar', peer));
  const ambient = meshPodsIn({ ...context, around: { ...context.around, mesh } }, 'ambient');
  return ruleOf(context, {
    peers: usesWaypoints ? anyOf(ambient, waypoints(context)) : ambient,
    ports: tcp(15008),
    why: `What is for ambient workloads leaves in a tunnel to 15008${usesWaypoints ? ', and goes to their waypoint where the Service or its namespace asks for that (istio.io/ingress-use-waypoint)' : ''}`,
    without: 'requests through the gateway to ambient workloads end in 503.',
    notes: [
      'Where istiod has PILOT_ENABLE_SENDING_HBONE=false, it goes to the port of the application: add a rule for that',
    ],
  });
}

/** Between networks of an ambient mesh every connection is a tunnel within a tunnel: what is inside goes on to the workload or its waypoint. */
export function innerTunnelRules(context: Context): readonly TightRule[] {
  return ruleOf(context, {
    peers: anyOf(meshPods(context), waypoints(context)),
    ports: tcp(15008),
    why: 'The gateway hands tunnels of other networks on to workloads and waypoints',
    without: 'workloads of this network are not reached from others.',
  });
}

/** To what an egress gateway is there for. */
export function externalRules(context: Context): readonly TightRule[] {
  const without = 'what is routed through the egress gateway ends in 503.';
  const { external } = context.around;
  if (external === undefined)
    return ruleOf(context, {
      peers: notKnown('external'),
      ports: anyTcp,
      why: 'The egress gateway connects to hosts outside the mesh',
      without,
    });
  return rulesOfServers(context, external, 'external', {
    why: (server) => `The egress gateway connects to ${server}`,
    without,
  });
}

/** To the gateways of other networks, where there are any: 15443 for sidecars, 15008 for ambient. */
export function otherNetworkRules(context: Context): readonly TightRule[] {
  return ruleOf(context, {
    peers: remoteAddresses(context),
    ports: tcp(15443, ...(context.ambient || context.around.mesh === undefined ? [15008] : [])),
    why: 'What is for workloads of other networks goes to their east-west gateways',
    without: 'workloads of the other networks are not reached.',
  });
}
