import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import { podEndpoint } from '../../model/index.ts';
import { selectNetworkPolicies } from '../../policy/network/index.ts';
import { decideConnection } from '../../verdict/index.ts';
import type { Answer } from './ask.ts';
import { couldConnect } from './candidates.ts';
import { isGateway } from './desk.ts';
import { flowNamed } from './flows.ts';
import type { Grouper } from './groups.ts';
import type { Members } from './members.ts';
import { askByMesh, openChecker, portsOf, withoutProxyPolicies } from './mesh-ways.ts';
import type { Asked } from './rows.ts';
import type { Scene } from './scene.ts';
import type { PartyEnd, Role } from './types.ts';
import { askWaypoints, type MeshEnd, partyOfEnd } from './waypoint-ways.ts';

const tunnelPort = 15008;

/** So many pairs of groups are asked about; the rest is left out, and said. */
const mostPairs = 50_000;

/** What tunnels of an ambient mesh meet, and how many pairs were not asked. */
export interface Tunnels {
  readonly asked: readonly Asked[];
  readonly left: number;
  /** Ambient pods with ports whose policies, or those of all others in the mesh, let nobody of it connect to them. */
  readonly closed: readonly ClusterPod[];
}

type Side = MeshEnd;

/**
 * The connections that an ambient mesh makes in place of those that policies let through: where a sender reaches some port of a pod on the wire, the mesh sends by a tunnel to 15008, of
 * the pod itself or of a waypoint. Where policies let the sender reach neither a port nor the tunnel, none is needed.
 */
export function askTunnels(scene: Scene, members: Members, group: Grouper): Tunnels {
  if (members.ambient.length === 0) return { asked: [], left: 0, closed: [] };
  const servers = [
    ...sidesOf('ambient', members.ambient, group),
    ...sidesOf('sidecar', members.sidecars, group),
  ];
  const gateways = [...members.gateways, ...scene.components.filter(isGateway).flatMap(({ pods }) => pods)];
  const clients = [...servers, ...sidesOf('gateway', gateways, group)];
  const open = openChecker(scene.cluster);
  const could = couldConnect(scene.cluster);
  const alone = withoutProxyPolicies(scene.cluster);
  const asked: Asked[] = [];
  const lets = new Map<ClusterPod, Set<ClusterPod>>(servers.map(({ pod }) => [pod, new Set()]));
  let spent = 0;
  let left = 0;
  for (const server of servers)
    for (const each of clients) {
      const client = apartFrom(server, each);
      if (client === undefined || !takesTunnel(client.role, server.role)) continue;
      if (open(client.pod) && open(server.pod)) {
        lets.get(server.pod)!.add(each.pod);
        continue;
      }
      if (!could(client.pod, server.pod)) continue;
      if (spent >= mostPairs) {
        left++;
        continue;
      }
      spent++;
      const port = plainPort(scene.cluster, client, server);
      if (port === undefined) continue;
      lets.get(server.pod)!.add(each.pod);
      asked.push(askTunnel(alone, client, server, port));
    }
  const ways = askWaypoints(scene, clients, servers, (client, server) =>
    lets.get(server.pod)!.has(client.pod),
  );
  const closed =
    clients.length < 2 || left > 0 ? [] : servers.filter(isClosed).flatMap(({ end }) => end.pods);
  return { asked: [...freeTunnels(alone, clients, servers, open), ...asked, ...ways], left, closed };

  function isClosed({ role, pod }: Side): boolean {
    if (role !== 'ambient' || portsOf(pod).length === 0 || lets.get(pod)!.size > 0) return false;
    const own = scene.cluster.policies.network.get(pod.namespace) ?? [];
    if (selectNetworkPolicies(own, pod.view, 'ingress').length === 0) return false;
    const last = ways.filter(
      ({ flow, destination, answer }) =>
        flow.id === 'waypoint-workloads' && destination.pods.includes(pod) && answer.outcome !== 'deny',
    );
    return !last.some(({ source }) =>
      ways.some(({ destination, answer }) => destination === source && answer.outcome !== 'deny'),
    );
  }
}

/** Pairs that nothing can close: one of each pair of roles is asked, for all. */
function freeTunnels(
  alone: Cluster,
  clients: readonly Side[],
  servers: readonly Side[],
  open: (pod: ClusterPod) => boolean,
): readonly Asked[] {
  const merged = (sides: readonly Side[]): Map<Role, Side> =>
    new Map(
      [...Map.groupBy(sides, ({ role }) => role)].map(([role, own]) => {
        const end: PartyEnd = { endpoint: own[0]!.end.endpoint, pods: own.flatMap((side) => side.end.pods) };
        return [role, { role, end, pod: own[0]!.pod }];
      }),
    );
  const from = merged(clients.filter(({ pod }) => open(pod)));
  const to = merged(servers.filter(({ pod }) => open(pod) && portsOf(pod).length > 0));
  return [...from.values()].flatMap((client) =>
    [...to.values()].flatMap((server) =>
      takesTunnel(client.role, server.role) && !(client.end.pods.length === 1 && client.pod === server.pod)
        ? [askTunnel(alone, client, server, portsOf(server.pod)[0]!)]
        : [],
    ),
  );
}

/** A side that is not the very pod of the server: another of its group, where it is the same group. */
function apartFrom(server: Side, client: Side): Side | undefined {
  if (client.pod !== server.pod) return client;
  const other = client.end.pods[1];
  if (other === undefined) return undefined;
  return { ...client, pod: other, end: { ...client.end, endpoint: podEndpoint(other) } };
}

/** Ambient senders reach both data planes by tunnel; other proxies only ambient pods. */
function takesTunnel(client: Role, server: Role): boolean {
  return client === 'ambient' || server === 'ambient';
}

function sidesOf(role: Role, pods: readonly ClusterPod[], group: Grouper): readonly Side[] {
  return group(pods).map((end) => ({ role, end, pod: end.pods[0]! }));
}

/** The first port of the server that policies let the client reach on the wire; where they let nothing but the tunnel of an ambient client through, any. */
function plainPort(cluster: Cluster, client: Side, server: Side): number | undefined {
  const ends = { source: client.end.endpoint, destination: server.end.endpoint };
  const ports = portsOf(server.pod);
  const passes = (port: number): boolean =>
    decideConnection(cluster, { ...ends, port, protocol: 'TCP' }).outcome === 'allow';
  const found = ports.find(passes);
  // Of other proxies it is the mesh's configuration that says whether they send by tunnels.
  if (found !== undefined || client.role !== 'ambient' || ports.length === 0) return found;
  return passes(tunnelPort) ? ports[0] : undefined;
}

function askTunnel(alone: Cluster, client: Side, server: Side, port: number): Asked {
  const ask = (cluster: Cluster): Answer => askByMesh(cluster, client.end, server.end, port);
  return {
    flow: flowNamed('ambient-tunnel'),
    from: partyOfEnd(client),
    to: partyOfEnd(server),
    source: client.end,
    destination: server.end,
    port: tunnelPort,
    protocol: 'TCP',
    answer: ask(alone),
    again: (cluster) => ask(withoutProxyPolicies(cluster)),
  };
}
