import type { ClusterPod } from '../../cluster/index.ts';
import { labelOf } from '../../model/index.ts';
import type { Grouper } from './groups.ts';
import { addressEnd, ranges, unknownParty } from './party-ends.ts';
import { podsOfPeer } from './peer-stand-ins.ts';
import type { Scene } from './scene.ts';
import type { Party, PartyEnd } from './types.ts';

/** Where the API server's webhook calls come from. */
export function webhookCaller({ input }: Scene): Party {
  const { apiServerSources } = input.surroundings;
  return (
    ranges('API server', 'API server', apiServerSources) ??
    unknownParty(
      'API server',
      'API server',
      'say where its calls come from: --api-server-source-cidr CIDR',
      false,
    )
  );
}

/** Who scrapes metrics: as the surroundings say, or pods that their labels call Prometheus. */
export function scrapers(scene: Scene, group: Grouper): Party | undefined {
  const { cluster, input } = scene;
  const { monitoring } = input.surroundings;
  const make = (pods: readonly ClusterPod[]): Party => ({
    role: 'monitoring',
    label: 'monitoring',
    standIn: false,
    ends: [
      ...group(pods.filter((pod) => !isSomewhere(pod))),
      ...placesOf(input, pods.filter(isSomewhere), group),
    ],
  });
  if (monitoring !== undefined)
    return monitoring.length === 0
      ? undefined
      : make([...new Set(monitoring.flatMap((peer) => podsOfPeer(cluster, peer)))]);
  const found = [...cluster.pods.values()].filter(
    ({ labels }) => labelOf(labels, 'app.kubernetes.io/name') === 'prometheus',
  );
  if (found.length > 0) return make(found);
  return unknownParty('monitoring', 'monitoring', 'say who scrapes metrics: --monitoring PEER', true);
}

/** Ends for pods that share the network of a node nobody named: any address of a node, where somebody said those. */
function placesOf(
  { surroundings }: Scene['input'],
  pods: readonly ClusterPod[],
  group: Grouper,
): readonly PartyEnd[] {
  if (pods.length === 0) return [];
  const { nodes } = surroundings;
  const places =
    nodes === undefined || nodes.length === 0 ? undefined : ranges('monitoring', 'monitoring', nodes);
  return places?.ends ?? group(pods);
}

function isSomewhere({ hostNetwork, addresses }: ClusterPod): boolean {
  return hostNetwork && addresses.length === 0;
}

/** Who may come to public ports: clients as the surroundings say, and (`byNodes`) nodes, whose addresses clients behind a load balancer may have. */
export function publicClients({ input }: Scene, byNodes = true): Party | undefined {
  const { clients, nodes: known = [] } = input.surroundings;
  const nodes = byNodes ? known : [];
  if (clients?.length === 0) return undefined;
  return (
    ranges('client', 'clients', clients === undefined ? undefined : [...clients, ...nodes]) ??
    unknownParty('client', 'clients', 'say where clients come from: --client-cidr CIDR', false)
  );
}

/** Other networks of the mesh; undefined where there is none. */
export function remoteNetworks({ input }: Scene): Party | undefined {
  const { remoteNetworks: cidrs } = input.surroundings;
  if (cidrs?.length === 0) return undefined;
  return (
    ranges('remote network', 'other networks', cidrs) ??
    unknownParty('remote network', 'other networks', 'say their addresses: --remote-cidr CIDR', false)
  );
}

/** The address that probes of ambient pods come from. Source: Istio, Ambient and Kubernetes NetworkPolicy. */
export function ambientProbes(family: 4 | 6): Party {
  const address = family === 4 ? '169.254.7.127' : 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff';
  return {
    role: 'ambient probe',
    label: `kubelet, as ${address}`,
    standIn: false,
    ends: [addressEnd(address)],
  };
}
