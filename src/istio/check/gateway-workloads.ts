import { componentParty, isGateway } from './desk.ts';
import { flowNamed } from './flows.ts';
import { roleOf } from './gateway-role.ts';
import { type Grouper, partyOf } from './groups.ts';
import type { Members } from './members.ts';
import { askByMesh, openChecker, servedPorts, withoutProxyPolicies } from './mesh-ways.ts';
import type { Asked } from './rows.ts';
import type { Scene } from './scene.ts';
import type { Party, PartyEnd } from './types.ts';

/** So many connections are asked about; the rest is left out, and said. */
const mostConnections = 20_000;

/**
 * Gateways to the workloads of the mesh that have a Service: which of them routes lead to is not read. A workload that nothing closes, from a gateway that nothing closes, is asked about once.
 */
export function askWorkloads(
  scene: Scene,
  members: Members,
  group: Grouper,
): { readonly asked: readonly Asked[]; readonly left: number } {
  const gateways = gatewayParties(scene, members, group);
  const pods = [...members.sidecars, ...members.ambient].filter(({ services }) => services.length > 0);
  if (gateways.length === 0 || pods.length === 0) return { asked: [], left: 0 };
  const to: Party = { role: 'workload', label: 'workloads', spread: true, standIn: false, ends: group(pods) };
  const open = openChecker(scene.cluster);
  const alone = withoutProxyPolicies(scene.cluster);
  const asked: Asked[] = [];
  let left = 0;
  for (const from of gateways)
    for (const source of from.ends)
      for (const destination of to.ends) {
        const free = open(source.pods[0]!) && open(destination.pods[0]!);
        if (free) continue;
        for (const port of servedPorts(destination.pods[0]!)) {
          if (asked.length < mostConnections) asked.push(askWorkload(from, to, source, destination, port));
          else left++;
        }
      }
  return { asked, left };

  function askWorkload(from: Party, to: Party, source: PartyEnd, destination: PartyEnd, port: number): Asked {
    return {
      flow: flowNamed('gateway-workloads'),
      from,
      to,
      source,
      destination,
      port,
      protocol: 'TCP',
      answer: askByMesh(alone, source, destination, port),
      again: (cluster) => askByMesh(withoutProxyPolicies(cluster), source, destination, port),
    };
  }
}

/** Gateways that lead into the mesh; an egress gateway leads out of it. */
function gatewayParties({ components }: Scene, { gateways }: Members, group: Grouper): readonly Party[] {
  const own = components
    .filter((placed) => isGateway(placed) && roleOf(placed.component) !== 'egress')
    .filter(({ pods }) => pods.length > 0)
    .map((placed) => componentParty(group, placed));
  if (gateways.length === 0) return own;
  return [
    ...own,
    partyOf(group, { role: 'gateway', label: 'gateways', spread: true, standIn: false, pods: gateways }),
  ];
}
