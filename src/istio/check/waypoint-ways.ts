import { type ClusterPod, waypointFor } from '../../cluster/index.ts';
import { podEndpoint } from '../../model/index.ts';
import { askWire } from './ask.ts';
import { flowNamed } from './flows.ts';
import { replicasOf } from './repair-peers.ts';
import type { Asked } from './rows.ts';
import type { Scene } from './scene.ts';
import type { Flow, Party, PartyEnd } from './types.ts';

const tunnelPort = 15008;

/** A client or server of the mesh: pods that nothing tells apart. */
export interface MeshEnd {
  readonly role: Party['role'];
  readonly end: PartyEnd;
  readonly pod: ClusterPod;
}

/** Do policies let a client connect to a server, on the port of its application or by a tunnel of its own? */
export type IsLet = (client: MeshEnd, server: MeshEnd) => boolean;

/**
 * Tunnels of ambient clients to the waypoints in use, and of those to the workloads behind them. Both are asked always; they are needed as far as policies let somebody connect to these workloads:
 * where they let in nobody, who may come by the waypoint is not said, and nothing is opened.
 */
export function askWaypoints(
  scene: Scene,
  clients: readonly MeshEnd[],
  servers: readonly MeshEnd[],
  isLet: IsLet,
): readonly Asked[] {
  const behind = new Map<ClusterPod, MeshEnd[]>();
  for (const server of servers)
    for (const waypoint of waypointsOf(scene, server.pod)) {
      const list = behind.get(waypoint);
      if (list === undefined) behind.set(waypoint, [server]);
      else list.push(server);
    }
  const senders = clients.filter(({ role }) => role === 'ambient');
  return [...behind].flatMap(([pod, own]) => {
    const pods = replicasOf(scene.cluster, pod);
    const waypoint: MeshEnd = { role: 'waypoint', end: { endpoint: podEndpoint(pod), pods }, pod };
    const coming = senders
      .filter((client) => client.pod !== pod)
      .map((client) =>
        ask(
          scene,
          'waypoint-clients',
          client,
          waypoint,
          own.some((server) => isLet(client, server)),
        ),
      );
    const isReached = coming.some(({ answer }) => answer.outcome === 'allow');
    const going = own.map((server) =>
      ask(
        scene,
        'waypoint-workloads',
        waypoint,
        server,
        clients.some((client) => isLet(client, server)),
      ),
    );
    const isIdle =
      isReached && going.every(({ answer, flow }) => answer.outcome === 'deny' && flow.need !== 'needed');
    return [...coming, ...going.map((each) => (isIdle ? { ...each, flow: flowNamed(each.flow.id) } : each))];
  });
}

/** Those that stand before a pod: for its Services, and for its own address. */
function waypointsOf({ cluster }: Scene, pod: ClusterPod): ReadonlySet<ClusterPod> {
  const found = [undefined, ...pod.services].map((service) => waypointFor(cluster, pod, service).pod);
  return new Set(found.flatMap((waypoint) => (waypoint === undefined || waypoint === pod ? [] : [waypoint])));
}

function ask(
  { cluster }: Scene,
  id: 'waypoint-clients' | 'waypoint-workloads',
  client: MeshEnd,
  server: MeshEnd,
  isNeeded: boolean,
): Asked {
  const flow: Flow = isNeeded ? flowNamed(id) : { ...flowNamed(id), need: 'if used' };
  const again: Asked['again'] = (changed) => askWire(changed, client.end, server.end, tunnelPort, 'TCP');
  return {
    flow,
    from: partyOfEnd(client),
    to: partyOfEnd(server),
    source: client.end,
    destination: server.end,
    port: tunnelPort,
    protocol: 'TCP',
    answer: again(cluster),
    again,
  };
}

/** An end as a party by itself. */
export function partyOfEnd({ role, end }: MeshEnd): Party {
  const words = {
    ambient: 'ambient pods',
    sidecar: 'sidecars',
    gateway: 'gateways',
    waypoint: 'waypoints',
  } as const;
  return { role, label: words[role as keyof typeof words], spread: true, standIn: false, ends: [end] };
}
