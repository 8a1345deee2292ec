import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import type { Outcome, Request, Verdict } from '../../model/index.ts';
import { selectNetworkPolicies } from '../../policy/network/index.ts';
import { decide, decideConnection } from '../../verdict/index.ts';
import type { Answer } from './ask.ts';
import { flowNamed } from './flows.ts';
import type { Grouper } from './groups.ts';
import type { Members } from './members.ts';
import type { Asked } from './rows.ts';
import type { Scene } from './scene.ts';
import type { Party, PartyEnd, Role } from './types.ts';

const tunnelPort = 15008;

/** So many pairs of groups are asked about; the rest is left out, and said. */
const mostPairs = 20_000;

/** What tunnels of an ambient mesh meet, and how many pairs were not asked. */
export interface Tunnels {
  readonly asked: readonly Asked[];
  readonly left: number;
}

interface Side {
  readonly role: Role;
  readonly end: PartyEnd;
  readonly pod: ClusterPod;
}

/**
 * The connections that an ambient mesh makes in place of those that policies let through: where a sender reaches some port of a pod on the wire, the mesh sends by a tunnel to 15008, of
 * the pod itself or of a waypoint. Where policies let the sender reach nothing, none is needed.
 */
export function askTunnels(scene: Scene, members: Members, group: Grouper): Tunnels {
  const servers = [
    ...sidesOf('ambient', members.ambient, group),
    ...sidesOf('sidecar', members.sidecars, group),
  ];
  if (members.ambient.length === 0) return { asked: [], left: 0 };
  const gateways = [...members.gateways, ...gatewayPods(scene)];
  const clients = [...servers, ...sidesOf('gateway', gateways, group)];
  const open = openChecker(scene.cluster);
  const alone = withoutProxyPolicies(scene.cluster);
  const asked: Asked[] = [];
  let spent = 0;
  let left = 0;
  for (const server of servers)
    for (const client of clients) {
      if (client.pod === server.pod || !takesTunnel(client.role, server.role)) continue;
      if (spent >= mostPairs && !(open(client.pod) && open(server.pod))) {
        left++;
        continue;
      }
      spent++;
      const port = plainPort(scene.cluster, client, server);
      if (port !== undefined) asked.push(askTunnel(alone, client, server, port));
    }
  return { asked, left };
}

/** Ambient senders reach both data planes by tunnel; other proxies only ambient pods. */
function takesTunnel(client: Role, server: Role): boolean {
  return client === 'ambient' || server === 'ambient';
}

function gatewayPods({ components }: Scene): readonly ClusterPod[] {
  return components
    .filter(({ component }) => ['gateway', 'istio-ingress', 'istio-egress'].includes(component.release.chart))
    .flatMap(({ pods }) => pods);
}

function sidesOf(role: Role, pods: readonly ClusterPod[], group: Grouper): readonly Side[] {
  return group(pods).map((end) => ({ role, end, pod: end.pods[0]! }));
}

/** The cluster without what proxies judge: only packets count here. */
function withoutProxyPolicies(cluster: Cluster): Cluster {
  const none = new Map<string, never>();
  return {
    ...cluster,
    policies: {
      ...cluster.policies,
      authorization: none,
      peerAuthentication: none,
      requestAuthentication: none,
      destinationRules: [],
    },
  };
}

/** Tells pods that nothing of the network tiers can close. */
function openChecker({ policies, foreign, unreadable, waypointPods }: Cluster): (pod: ClusterPod) => boolean {
  const simple =
    policies.admin.length === 0 && foreign.length === 0 && unreadable.length === 0 && waypointPods.size === 0;
  return (pod) => {
    const own = policies.network.get(pod.namespace) ?? [];
    return (
      simple &&
      selectNetworkPolicies(own, pod.view, 'ingress').length === 0 &&
      selectNetworkPolicies(own, pod.view, 'egress').length === 0
    );
  };
}

/** The first port of the server that policies let the client reach on the wire. */
function plainPort(cluster: Cluster, client: Side, server: Side): number | undefined {
  const ends = { source: client.end.endpoint, destination: server.end.endpoint };
  return portsOf(server.pod).find(
    (port) => decideConnection(cluster, { ...ends, port, protocol: 'TCP' }).outcome === 'allow',
  );
}

function askTunnel(alone: Cluster, client: Side, server: Side, port: number): Asked {
  const ends = { source: client.end.endpoint, destination: server.end.endpoint };
  const request: Request = { ...ends, port, protocol: 'TCP', complete: true };
  const ask = (cluster: Cluster): Answer => {
    const verdict = decide(cluster, request);
    return {
      outcome: networkOutcome(verdict),
      witness: { ...ends, port, protocol: 'TCP', verdict },
      notes: [],
    };
  };
  return {
    flow: flowNamed('ambient-tunnel'),
    from: partyOfSide(client),
    to: partyOfSide(server),
    source: client.end,
    destination: server.end,
    port: tunnelPort,
    protocol: 'TCP',
    answer: ask(alone),
    again: (cluster) => ask(withoutProxyPolicies(cluster)),
  };
}

/** What the packets meet: a denial of a proxy (for its TLS) is none of a policy. */
function networkOutcome({ outcome, steps }: Verdict): Outcome {
  const network = steps.filter(({ layer }) => layer === 'egress policy' || layer === 'ingress policy');
  if (network.some((step) => step.outcome === 'deny')) return 'deny';
  if (outcome === 'unknown') return 'unknown';
  return network.some((step) => step.outcome === 'unknown') ? 'unknown' : 'allow';
}

/** Ports on which a pod is meant to be reached: those that it declares, and targets of its Services. */
function portsOf({ ports, services }: ClusterPod): readonly number[] {
  const declared = ports
    .filter(({ protocol }) => protocol === 'TCP')
    .map(({ containerPort }) => containerPort);
  const targets = services
    .flatMap(({ spec }) => spec.ports)
    .flatMap(({ port, protocol, targetPort = port }) =>
      protocol === 'TCP' && typeof targetPort === 'number' ? [targetPort] : [],
    );
  return [...new Set([...targets, ...declared])];
}

function partyOfSide({ role, end }: Side): Party {
  const words = { ambient: 'ambient pods', sidecar: 'sidecars', gateway: 'gateways' } as const;
  const word = words[role as keyof typeof words];
  return { role, label: word, spread: true, standIn: false, ends: [end] };
}
