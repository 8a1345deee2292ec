import type { ClusterPod } from '../../cluster/index.ts';
import { componentParty, type Desk, dnsQuestions, planesFor, serverQuestions } from './desk.ts';
import { roleOf, wayIn } from './gateway-role.ts';
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
    yield* eastWestQuestions(desk, party, listenerPorts(listeners, pods));
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

/** Other networks come to the ports of its Service. Helm's chart has none for tunnels: between networks of an ambient mesh stands a gateway of the Gateway API. */
function* eastWestQuestions(
  { scene }: Desk,
  party: Party,
  listeners: readonly Pick<Question, 'ports'>[],
): Iterable<Question> {
  const remote = remoteNetworks(scene);
  const open = listeners.flatMap(({ ports }) => ports);
  const ofIstiod = open.filter((port) => [15012, 15017].includes(port));
  const others = open.filter((port) => port !== 15008 && !ofIstiod.includes(port));
  yield* question('gateway-east-west', remote, party, others);
  yield* question('gateway-east-west-istiod', remote, party, ofIstiod);
  yield* question(
    'gateway-east-west-ambient',
    remote,
    party,
    open.filter((port) => port === 15008),
  );
  yield* question('gateway-health', remote, party, 15021);
}

/** What every gateway needs besides its clients. */
export function* proxyQuestions(desk: Desk, party: Party, planes: readonly Party[]): Iterable<Question> {
  yield* probeQuestion('gateway-probe', party, [15021], desk.nodes);
  yield* ifThere(question('gateway-metrics', desk.scraper, party, 15020));
  yield* ifThere(question('gateway-envoy-metrics', desk.scraper, party, 15090));
  for (const plane of planes) yield* question('istiod-xds-gateway', party, plane, 15012);
  yield* dnsQuestions('gateway-dns', party, desk.dns);
}
