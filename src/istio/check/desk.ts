import type { ClusterPod } from '../../cluster/index.ts';
import { isGatewayChart } from './gateway-role.ts';
import { type Grouper, partyOf } from './groups.ts';
import { type Members, revisionLabel, workloadName } from './members.ts';
import { scrapers } from './outside-ends.ts';
import { unknownParty } from './party-ends.ts';
import { overTcp, type Question, question } from './questions.ts';
import type { PlacedComponent, Scene } from './scene.ts';
import { apiServers, dnsServers, type Server } from './servers.ts';
import type { Party, Role } from './types.ts';

/** What all questions of one check share. */
export interface Desk {
  readonly scene: Scene;
  readonly group: Grouper;
  readonly members: Members;
  /** undefined: nobody scrapes. */
  readonly scraper: Party | undefined;
  readonly dns: readonly Server[];
  readonly apiServers: readonly Server[];
  readonly planes: readonly Plane[];
  /** Ranges of nodes' addresses, as far as somebody said them. */
  readonly nodes: readonly string[];
}

/** A control plane, by its revision. */
export interface Plane {
  readonly revision: string;
  readonly party: Party;
}

/** Sets the desk for a scene. */
export function deskOf(scene: Scene, members: Members, group: Grouper): Desk {
  return {
    scene,
    group,
    members,
    scraper: scrapers(scene, group),
    dns: dnsServers(scene, group),
    apiServers: apiServers(scene),
    planes: planesOf(scene, members, group),
    nodes: scene.input.surroundings.nodes ?? [],
  };
}

/** True for the charts of gateways. */
export function isGateway({ component }: PlacedComponent): boolean {
  return isGatewayChart(component);
}

/** The party of a component. `byNode` as of a group: for flows whose other end may be a node. */
export function componentParty(
  group: Grouper,
  { component, pods, standIn }: PlacedComponent,
  byNode = false,
): Party {
  const { chart } = component.release;
  const role: Role = chart === 'istiod' || chart === 'istio-cni' || chart === 'ztunnel' ? chart : 'gateway';
  const label = `${role} ${component.namespace}/${component.name}`;
  return partyOf(group, { role, label, component, standIn, pods }, byNode);
}

/** The party of pods that run in the cluster and are no component of this installation: called as what they are. */
export function runningParty(
  { scene: { components }, group }: Pick<Desk, 'scene' | 'group'>,
  role: Role,
  pods: readonly ClusterPod[],
  byNode = false,
): Party {
  const [first] = pods as readonly [ClusterPod];
  const name = workloadName(first);
  const revision = revisionLabel(first);
  const known = components.some(({ component }) => `${component.namespace}/${component.name}` === name);
  const remarks = [
    ...(revision === 'default' || name.endsWith(`-${revision}`) ? [] : [`revision ${revision}`]),
    // The name alone would be taken for the component's.
    ...(known ? ['not of this installation'] : []),
  ];
  const label = `${role} ${name}${remarks.length === 0 ? '' : ` (${remarks.join(', ')})`}`;
  return partyOf(group, { role, label, standIn: false, pods }, byNode);
}

function planesOf(scene: Scene, { istiods }: Members, group: Grouper): readonly Plane[] {
  const { components } = scene;
  const own = components
    .filter(({ component }) => component.release.chart === 'istiod')
    .map((placed) => ({
      revision: placed.component.revision === '' ? 'default' : placed.component.revision,
      party: componentParty(group, placed, true),
    }));
  const others = istiods.map((pods) => ({
    revision: revisionLabel(pods[0]!),
    party: runningParty({ scene, group }, 'istiod', pods, true),
  }));
  return [...own, ...others].filter(({ party }) => party.ends.length > 0);
}

/** The control planes that a proxy of a revision may have: a name that none of them has may be a tag of any. */
export function planesFor({ planes }: Desk, revision: string): readonly Party[] {
  const named = planes.filter((plane) => plane.revision === revision);
  const found = (named.length > 0 ? named : planes).map(({ party }) => party);
  if (found.length > 0) return found;
  return [
    unknownParty('istiod', 'istiod', 'give the manifests of the control plane, or --istiod-pods PEER', true),
  ];
}

/** Connections to servers, each on one of its ports. */
export function* serverQuestions(id: string, from: Party, servers: readonly Server[]): Iterable<Question> {
  for (const { party, ports, protocol } of servers)
    yield* question(id, from, party, ports, { protocol, either: ports.length > 1 });
}

/** DNS by UDP, and by TCP for those who need it. */
export function* dnsQuestions(id: string, from: Party, dns: readonly Server[]): Iterable<Question> {
  for (const { party, ports } of dns) {
    const asked = question(id, from, party, ports, { protocol: 'UDP', either: ports.length > 1 });
    yield* asked;
    yield* asked.map(overTcp);
  }
}
