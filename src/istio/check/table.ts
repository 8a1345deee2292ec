import type { ClusterPod } from '../../cluster/index.ts';
import { type Grouper, partyOf } from './groups.ts';
import { type Members, revisionLabel, revisionOf } from './members.ts';
import {
  ambientProbes,
  apiServers,
  dnsServers,
  jwksServers,
  publicClients,
  remoteNetworks,
  type Server,
  scrapers,
  unknownParty,
  webhookCaller,
} from './outside-ends.ts';
import { probePorts } from './probe-ports.ts';
import { overTcp, probeQuestion, type Question, question } from './questions.ts';
import type { PlacedComponent, Scene } from './scene.ts';
import type { Party, Role } from './types.ts';

/** What all questions share. */
interface Desk {
  readonly scene: Scene;
  readonly group: Grouper;
  readonly members: Members;
  readonly scraper: Party | undefined;
  readonly dns: readonly Server[];
  readonly apiServers: readonly Server[];
}

/** A control plane, by its revision. */
interface Plane {
  readonly revision: string;
  readonly party: Party;
}

/** Every flow that applies to this cluster, as questions. Tunnels between workloads are asked elsewhere. */
export function* tableOf(scene: Scene, members: Members, group: Grouper): Iterable<Question> {
  const desk: Desk = {
    scene,
    group,
    members,
    scraper: scrapers(scene, group),
    dns: dnsServers(scene, group),
    apiServers: apiServers(scene),
  };
  const planes = planesOf(desk);
  for (const plane of planes) yield* istiodQuestions(desk, plane);
  for (const placed of scene.components) {
    if (placed.component.release.chart === 'istio-cni') yield* cniQuestions(desk, placed);
    if (placed.component.release.chart === 'ztunnel') yield* ztunnelQuestions(desk, placed, planes);
    if (isGateway(placed)) yield* gatewayQuestions(desk, placed, planes);
  }
  yield* looseGatewayQuestions(desk, planes);
  yield* sidecarQuestions(desk, planes);
  yield* waypointQuestions(desk, planes);
  yield* ambientQuestions(desk);
}

/** True for the charts of gateways. */
export function isGateway({ component }: PlacedComponent): boolean {
  return ['gateway', 'istio-ingress', 'istio-egress'].includes(component.release.chart);
}

/** The party of a component. `byNode` as of a group. */
function componentParty(
  { group }: Desk,
  { component, pods, standIn }: PlacedComponent,
  byNode = false,
): Party {
  const { chart } = component.release;
  const role: Role = chart === 'istiod' || chart === 'istio-cni' || chart === 'ztunnel' ? chart : 'gateway';
  const label = `${role} ${component.namespace}/${component.name}`;
  return partyOf(group, { role, label, component, standIn, pods }, byNode);
}

function planesOf(desk: Desk): readonly Plane[] {
  const { scene, members, group } = desk;
  const own = scene.components
    .filter(({ component }) => component.release.chart === 'istiod')
    .map((placed) => ({
      revision: placed.component.revision === '' ? 'default' : placed.component.revision,
      party: componentParty(desk, placed, true),
    }));
  const others = members.istiods.map((pods) => ({
    revision: revisionLabel(pods[0]!),
    party: partyOf(
      group,
      {
        role: 'istiod',
        label: `istiod ${pods[0]!.namespace}/${pods[0]!.owner?.name ?? pods[0]!.name}`,
        standIn: false,
        pods,
      },
      true,
    ),
  }));
  return [...own, ...others];
}

/** The control planes that a proxy of a revision may have: a tag is the name of any of them. */
function planesFor(planes: readonly Plane[], revision: string): readonly Party[] {
  const named = planes.filter((plane) => plane.revision === revision);
  const found = (named.length > 0 ? named : planes).map(({ party }) => party);
  if (found.length > 0) return found;
  return [unknownParty('istiod', 'istiod', 'give the manifests of the control plane', true)];
}

function* istiodQuestions(
  { scene, group, scraper, dns, apiServers: servers }: Desk,
  { party }: Plane,
): Iterable<Question> {
  // A control plane that is in the cluster and no component of these is only asked about by its clients.
  if (party.component === undefined) return;
  yield* question('istiod-webhook', webhookCaller(scene), party, 15017);
  yield* question('istiod-metrics', scraper, party, 15014);
  yield* probeQuestion('istiod-probe', party, [8080]);
  yield* serverQuestions('istiod-api-server', party, servers);
  yield* dnsQuestions('istiod-dns', party, dns);
  yield* serverQuestions('istiod-jwks', party, jwksServers(scene, group));
  if (scene.input.surroundings.remoteNetworks !== undefined)
    yield* question('istiod-remote-xds', remoteNetworks(scene), party, 15012);
}

function* serverQuestions(id: string, from: Party, servers: readonly Server[]): Iterable<Question> {
  for (const { party, ports, protocol } of servers)
    yield* question(id, from, party, ports, { protocol, either: ports.length > 1 });
}

function* dnsQuestions(id: string, from: Party, dns: readonly Server[]): Iterable<Question> {
  for (const { party, ports } of dns) {
    const asked = question(id, from, party, ports, { protocol: 'UDP', either: ports.length > 1 });
    yield* asked;
    yield* asked.map(overTcp);
  }
}

function* cniQuestions(desk: Desk, placed: PlacedComponent): Iterable<Question> {
  const party = componentParty(desk, placed, true);
  yield* question('cni-metrics', desk.scraper, party, 15014);
  yield* probeQuestion('cni-probe', party, [8000]);
  yield* serverQuestions('cni-api-server', party, desk.apiServers);
  yield* dnsQuestions('cni-dns', party, desk.dns);
}

function* ztunnelQuestions(
  desk: Desk,
  placed: PlacedComponent,
  planes: readonly Plane[],
): Iterable<Question> {
  const party = componentParty(desk, placed);
  yield* question('ztunnel-metrics', desk.scraper, party, 15020);
  yield* probeQuestion('ztunnel-probe', party, [15021]);
  for (const plane of planesFor(planes, placed.component.revision || 'default'))
    yield* question('istiod-xds-ztunnel', party, plane, 15012);
  yield* dnsQuestions('ztunnel-dns', party, desk.dns);
}

function* gatewayQuestions(
  desk: Desk,
  placed: PlacedComponent,
  planes: readonly Plane[],
): Iterable<Question> {
  const party = componentParty(desk, placed);
  const { component, pods } = placed;
  const own = planesFor(planes, component.revision || 'default');
  const listeners = component.listeners.filter(({ targetPort }) => targetPort !== 15021);
  if (component.networkGateway !== undefined && component.networkGateway !== '') {
    yield* eastWestQuestions(desk, party);
    for (const plane of own) yield* question('istiod-webhook-gateway', party, plane, 15017);
  } else if (component.release.chart === 'istio-egress') {
    const { sidecars } = desk.members;
    if (sidecars.length > 0)
      for (const { ports, protocol } of listenerPorts(listeners, pods))
        yield* question('gateway-mesh-clients', sidecarParty(desk, sidecars), party, ports, { protocol });
  } else {
    const clients = publicClients(desk.scene);
    for (const { ports, protocol } of listenerPorts(listeners, pods))
      yield* question('gateway-clients', clients, party, ports, { protocol });
    yield* question('gateway-health', clients, party, 15021);
  }
  yield* proxyQuestions(desk, party, own);
}

/** Listeners of a gateway as the numbers of its pods' ports. */
function listenerPorts(
  listeners: PlacedComponent['component']['listeners'],
  pods: readonly ClusterPod[],
): readonly Pick<Question, 'ports' | 'protocol'>[] {
  return listeners.flatMap(({ targetPort, protocol }) => {
    const numbers =
      typeof targetPort === 'number'
        ? [targetPort]
        : pods.flatMap(({ ports }) =>
            ports.flatMap(({ name, containerPort }) => (name === targetPort ? containerPort : [])),
          );
    return numbers.length === 0 ? [] : [{ ports: numbers, protocol }];
  });
}

function* eastWestQuestions({ scene, members }: Desk, party: Party): Iterable<Question> {
  const remote = remoteNetworks(scene);
  yield* question('gateway-east-west', remote, party, 15443);
  yield* question('gateway-east-west-istiod', remote, party, [15012, 15017]);
  if (members.ambient.length > 0) yield* question('gateway-east-west-ambient', remote, party, 15008);
  yield* question('gateway-health', remote, party, 15021);
}

/** What every gateway needs besides its clients. */
function* proxyQuestions(desk: Desk, party: Party, planes: readonly Party[]): Iterable<Question> {
  yield* probeQuestion('gateway-probe', party, [15021]);
  yield* question('gateway-metrics', desk.scraper, party, 15020);
  yield* question('gateway-envoy-metrics', desk.scraper, party, 15090);
  for (const plane of planes) yield* question('istiod-xds-gateway', party, plane, 15012);
  yield* dnsQuestions('gateway-dns', party, desk.dns);
}

/** Gateways that no chart installed: those of the Gateway API. Clients come to the target ports of their Services. */
function* looseGatewayQuestions(desk: Desk, planes: readonly Plane[]): Iterable<Question> {
  const { group, scene, members } = desk;
  for (const pods of Map.groupBy(members.gateways, (pod) => pod.namespace).values()) {
    for (const [revision, own] of Map.groupBy(pods, (pod) => revisionOf(scene, pod))) {
      const party = partyOf(group, {
        role: 'gateway',
        label: 'gateways',
        spread: true,
        standIn: false,
        pods: own,
      });
      yield* proxyQuestions(desk, party, planesFor(planes, revision));
    }
    const served = Map.groupBy(pods, servedPorts);
    for (const [ports, own] of served) {
      if (ports === '') continue;
      const party = partyOf(group, {
        role: 'gateway',
        label: 'gateways',
        spread: true,
        standIn: false,
        pods: own,
      });
      yield* question('gateway-clients', publicClients(scene), party, ports.split(',').map(Number));
    }
  }
}

/** Target ports of the LoadBalancer and NodePort Services of a pod, as text. */
function servedPorts({ services, ports: declared }: ClusterPod): string {
  const found = services
    .filter(({ spec }) => spec.type === 'LoadBalancer' || spec.type === 'NodePort')
    .flatMap(({ spec }) => spec.ports)
    .filter(({ protocol }) => protocol === 'TCP')
    .flatMap(({ port, targetPort = port }) =>
      typeof targetPort === 'number'
        ? [targetPort]
        : declared.filter(({ name }) => name === targetPort).map(({ containerPort }) => containerPort),
    );
  return [...new Set(found)].sort((a, b) => a - b).join();
}

function sidecarParty({ group }: Desk, pods: readonly ClusterPod[]): Party {
  return partyOf(group, { role: 'sidecar', label: 'sidecars', spread: true, standIn: false, pods });
}

function* sidecarQuestions(desk: Desk, planes: readonly Plane[]): Iterable<Question> {
  const { sidecars } = desk.members;
  if (sidecars.length === 0) return;
  for (const [revision, pods] of Map.groupBy(sidecars, (pod) => revisionOf(desk.scene, pod)))
    for (const plane of planesFor(planes, revision))
      yield* question('istiod-xds-sidecar', sidecarParty(desk, pods), plane, 15012);
  const party = sidecarParty(desk, sidecars);
  yield* dnsQuestions('sidecar-dns', party, desk.dns);
  yield* question('sidecar-metrics', desk.scraper, party, 15020);
  yield* question('sidecar-envoy-metrics', desk.scraper, party, 15090);
  yield* probeQuestion('sidecar-probe', party, [15021, 15020]);
}

function* waypointQuestions(desk: Desk, planes: readonly Plane[]): Iterable<Question> {
  const { group, members, scene } = desk;
  for (const [revision, pods] of Map.groupBy(members.waypoints, (pod) => revisionOf(scene, pod))) {
    const party = partyOf(group, {
      role: 'waypoint',
      label: 'waypoints',
      spread: true,
      standIn: false,
      pods,
    });
    for (const plane of planesFor(planes, revision))
      yield* question('istiod-xds-waypoint', party, plane, 15012);
    yield* dnsQuestions('waypoint-dns', party, desk.dns);
    yield* probeQuestion('waypoint-probe', party, [15021]);
    yield* question('waypoint-metrics', desk.scraper, party, 15020);
  }
}

function* ambientQuestions(desk: Desk): Iterable<Question> {
  const { group, members } = desk;
  const pods = members.ambient;
  if (pods.length === 0) return;
  const party = partyOf(group, {
    role: 'ambient',
    label: 'ambient pods',
    spread: true,
    standIn: false,
    pods,
  });
  yield* dnsQuestions('ambient-dns', party, desk.dns);
  const families = Map.groupBy(pods, ({ addresses }) =>
    addresses.length > 0 && addresses.every((each) => each.includes(':')) ? 6 : 4,
  );
  for (const [family, own] of families)
    for (const [ports, probed] of Map.groupBy(own, (pod) => probePorts(pod).join())) {
      if (ports === '') continue;
      const to = partyOf(group, {
        role: 'ambient',
        label: 'ambient pods',
        spread: true,
        standIn: false,
        pods: probed,
      });
      yield* question('ambient-probe', ambientProbes(family), to, ports.split(',').map(Number));
    }
}
