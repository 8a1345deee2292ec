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

/** What gateways meet on their way to workloads. */
export interface GatewayWorkloads {
  readonly asked: readonly Asked[];
  readonly left: number;
  /** Namespaces in which policies that are to be put in for applications, and no others, keep gateways out: they open nothing of an application, by intent. */
  readonly apart: readonly string[];
}

/**
 * Gateways to the workloads of the mesh that have a Service: which of them routes lead to is not read. A workload that nothing closes, from a gateway that nothing closes, is asked about once.
 */
export function askWorkloads(scene: Scene, members: Members, group: Grouper): GatewayWorkloads {
  const gateways = gatewayParties(scene, members, group);
  const pods = [...members.sidecars, ...members.ambient].filter(({ services }) => services.length > 0);
  if (gateways.length === 0 || pods.length === 0) return { asked: [], left: 0, apart: [] };
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
  const ofApplication = (each: Asked): boolean => keptOutByIntent(scene, each);
  return {
    asked: asked.filter((each) => !ofApplication(each)),
    left,
    apart: [
      ...new Set(asked.filter(ofApplication).flatMap((each) => each.destination?.pods[0]?.namespace ?? [])),
    ].sort(),
  };

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

/** Denied at the workload by nothing but policies that were made for what no component runs. */
function keptOutByIntent({ input: { others = [] } }: Scene, { answer }: Asked): boolean {
  if (answer.outcome !== 'deny') return false;
  const denials = answer.witness.verdict.steps.filter(
    ({ layer, outcome }) => outcome === 'deny' && (layer === 'egress policy' || layer === 'ingress policy'),
  );
  if (denials.length === 0) return false;
  const names = new Set(others.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  return denials.every(
    ({ layer, because }) =>
      layer === 'ingress policy' &&
      because.kind === 'isolated, nothing matched' &&
      because.policies.every(
        ({ kind, metadata }) =>
          kind === 'NetworkPolicy' && names.has(`${metadata.namespace}/${metadata.name}`),
      ),
  );
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
