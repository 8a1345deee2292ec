import { cutOffNamespaces } from './cut-off.ts';
import { findingsOf } from './findings.ts';
import { askWorkloads, type GatewayWorkloads } from './gateway-workloads.ts';
import { type Grouper, grouperOf } from './groups.ts';
import { type Members, membersOf } from './members.ts';
import { remarksOf } from './remarks.ts';
import { type Asked, askAll, rowsOf } from './rows.ts';
import { type CheckInput, type Scene, setScene } from './scene.ts';
import { sumsOf } from './sums.ts';
import { tableOf } from './table.ts';
import { askTunnels, type Tunnels } from './tunnels.ts';
import type { ComponentCheck } from './types.ts';

/**
 * Puts rendered policies into a cluster and says which of the flows that Istio and its users need are let through, what the policies that are there already add up to with them, and which
 * namespaces cut their pods off from the mesh, with what repairs them. Never throws for what manifests say.
 */
export function checkComponents(input: CheckInput): ComponentCheck {
  const scene = setScene(input);
  const members = membersOf(scene);
  const { asked, left, closed, apart } = askFlows(scene, members);
  const rows = rowsOf(asked);
  const sums = sumsOf(scene);
  const cutOff = cutOffNamespaces(scene, asked);
  const findings = findingsOf(scene, { rows, sums, cutOff, undecided: members.undecided });
  const standIns = scene.components.filter(({ standIn }) => standIn).map(({ component }) => component);
  return { rows, standIns, sums, cutOff, remarks: remarksOf(scene, rows, { left, closed, apart }), findings };
}

/** Everything that is to be asked of a scene, answered. `left`: pairs of groups that were too many to be asked; `apart`: namespaces whose applications gateways do not reach by intent; `closed`: ambient pods that policies let nobody connect to. */
export function askFlows(
  scene: Scene,
  members: Members,
  group: Grouper = grouperOf(scene.cluster),
): Tunnels & Pick<GatewayWorkloads, 'apart'> {
  const asked: Asked[] = [];
  for (const question of tableOf(scene, members, group))
    for (const each of askAll(scene.cluster, question)) asked.push(each);
  const tunnels = askTunnels(scene, members, group);
  const workloads = askWorkloads(scene, members, group);
  return {
    asked: [...asked, ...tunnels.asked, ...workloads.asked],
    left: tunnels.left + workloads.left,
    closed: tunnels.closed,
    apart: workloads.apart,
  };
}

/** What a check comes to: `findings` where a needed flow is broken or a finding is an error, else `unknown` where a needed flow is not known to be let through. */
export function outcomeOfCheck({ rows, findings }: ComponentCheck): 'clean' | 'findings' | 'unknown' {
  if (findings.some(({ severity }) => severity === 'error')) return 'findings';
  const unknown = rows.some(({ outcome, flow }) => outcome === 'unknown' && flow.need === 'needed');
  return unknown ? 'unknown' : 'clean';
}
