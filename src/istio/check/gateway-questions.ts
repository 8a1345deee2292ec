import type { ClusterPod } from '../../cluster/index.ts';
import type { Service } from '../../model/index.ts';
import { componentParty, type Desk, dnsQuestions, planesFor, serverQuestions } from './desk.ts';
import { roleOf, wayIn } from './gateway-role.ts';
import { partyOf } from './groups.ts';
import { revisionOf } from './members.ts';
import { publicClients, remoteNetworks } from './outside-ends.ts';
import { sidecarParty } from './proxy-questions.ts';
import { ifThere, probeQuestion, type Question, question } from './questions.ts';
import type { PlacedComponent } from './scene.ts';
import { externalServers } from './servers.ts';
import type { Party } from './types.ts';

/** What a gateway of a chart is needed for, and needs. */
export function* gatewayQuestions(desk: Desk, placed: PlacedComponent): Iterable<Question> {
  const party = componentParty(desk.group, placed);
  const { component, pods } = placed;
  const own = planesFor(desk, component.revision || 'default');
  const listeners = component.listeners.filter(({ targetPort }) => targetPort !== 15021);
  const role = roleOf(component);
  if (role === 'east-west') {
    yield* eastWestQuestions(desk, party);
    for (const plane of own) yield* question('istiod-webhook-gateway', party, plane, 15017);
  } else if (role === 'egress') {
    const { sidecars } = desk.members;
    if (sidecars.length > 0)
      for (const { ports, protocol } of listenerPorts(listeners, pods))
        yield* question('gateway-mesh-clients', sidecarParty(desk, sidecars), party, ports, { protocol });
    yield* serverQuestions('gateway-external', party, externalServers(desk.scene, desk.group));
  } else {
    const way = wayIn(component);
    const clients = publicClients(desk.scene, way === 'by nodes');
    for (const { ports, protocol } of listenerPorts(listeners, pods))
      yield* question('gateway-clients', clients, party, ports, { protocol });
    // No load balancer asks after a gateway that is reached inside the cluster alone.
    if (way !== 'inside') yield* question('gateway-health', publicClients(desk.scene), party, 15021);
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
  yield* probeQuestion('gateway-probe', party, [15021], desk.nodes);
  yield* ifThere(question('gateway-metrics', desk.scraper, party, 15020));
  yield* ifThere(question('gateway-envoy-metrics', desk.scraper, party, 15090));
  for (const plane of planes) yield* question('istiod-xds-gateway', party, plane, 15012);
  yield* dnsQuestions('gateway-dns', party, desk.dns);
}

/** Gateways that no chart installed: those of the Gateway API. Clients come to the target ports of their Services. */
export function* looseGatewayQuestions(desk: Desk): Iterable<Question> {
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
      yield* proxyQuestions(desk, party, planesFor(desk, revision));
    }
    const served = Map.groupBy(pods, (pod) => `${keepsClients(pod)} ${servedPorts(pod)}`);
    for (const [key, own] of served) {
      const [keeps, ports = ''] = key.split(' ');
      if (ports === '') continue;
      const party = partyOf(group, {
        role: 'gateway',
        label: 'gateways',
        spread: true,
        standIn: false,
        pods: own,
      });
      const clients = publicClients(scene, keeps !== 'true');
      yield* question('gateway-clients', clients, party, ports.split(',').map(Number));
    }
  }
}

/** Do all Services by which clients outside come to a pod leave them their addresses? */
function keepsClients({ services }: ClusterPod): boolean {
  return services.filter(isPublic).every(({ spec }) => spec.externalTrafficPolicy === 'Local');
}

function isPublic({ spec }: Service): boolean {
  return spec.type === 'LoadBalancer' || spec.type === 'NodePort';
}

/** Target ports of the LoadBalancer and NodePort Services of a pod, as text. */
function servedPorts({ services, ports: declared }: ClusterPod): string {
  const found = services
    .filter(isPublic)
    .flatMap(({ spec }) => spec.ports)
    .filter(({ protocol }) => protocol === 'TCP')
    .flatMap(({ port, targetPort = port }) =>
      typeof targetPort === 'number'
        ? [targetPort]
        : declared.filter(({ name }) => name === targetPort).map(({ containerPort }) => containerPort),
    );
  return [...new Set(found)].sort((a, b) => a - b).join();
}
