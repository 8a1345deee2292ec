import type { ClusterPod } from '../../cluster/index.ts';
import { labelOf, type Service } from '../../model/index.ts';
import { type Desk, planesFor, runningParty, serverQuestions } from './desk.ts';
import { proxyQuestions } from './gateway-questions.ts';
import { revisionOf, workloadName } from './members.ts';
import { publicClients, remoteNetworks } from './outside-ends.ts';
import { sidecarParty } from './proxy-questions.ts';
import { type Question, question } from './questions.ts';
import { externalServers } from './servers.ts';
import type { Party } from './types.ts';

/** Gateways that run and are no component: those of the Gateway API, and of releases that are not rendered here. Clients come to the target ports of their Services. */
export function* looseGatewayQuestions(desk: Desk): Iterable<Question> {
  const { scene, members } = desk;
  for (const pods of Map.groupBy(members.gateways, workloadName).values()) {
    const party = runningParty(desk, 'gateway', pods);
    const planes = planesFor(desk, revisionOf(scene, pods[0]!));
    yield* clientQuestions(desk, party, pods, planes);
    yield* proxyQuestions(desk, party, planes);
  }
}

/** Pods of one workload are in the same Services. */
function* clientQuestions(
  desk: Desk,
  party: Party,
  [pod]: readonly ClusterPod[],
  planes: readonly Party[],
): Iterable<Question> {
  const { scene, members, group } = desk;
  const ports = servedPorts(pod!, isPublic);
  if (isEgress(pod!)) {
    const inside = servedPorts(pod!, () => true).filter((port) => port !== healthPort);
    if (members.sidecars.length > 0)
      yield* question('gateway-mesh-clients', sidecarParty(desk, members.sidecars), party, inside);
    yield* serverQuestions('gateway-external', party, externalServers(scene, group));
    return;
  }
  const isBetween = isEastWest(pod!);
  const asked = (wanted: readonly number[]): readonly number[] =>
    isBetween ? ports.filter((port) => wanted.includes(port)) : [];
  const remote = remoteNetworks(scene);
  yield* question('gateway-east-west', remote, party, asked([15443]));
  yield* question('gateway-east-west-istiod', remote, party, asked([15012, 15017]));
  yield* question('gateway-east-west-ambient', remote, party, asked([15008]));
  for (const plane of planes) yield* question('istiod-webhook-gateway', party, plane, asked([15017]));
  const others = ports.filter((port) => port !== healthPort && !(isBetween && eastWestPorts.has(port)));
  yield* question('gateway-clients', publicClients(scene, !keepsClients(pod!)), party, others);
  if (ports.includes(healthPort)) {
    const checkers = isBetween ? remote : publicClients(scene);
    yield* question('gateway-health', checkers, party, healthPort);
  }
}

const healthPort = 15021;
const eastWestPorts: ReadonlySet<number> = new Set([15443, 15012, 15017, 15008]);

/** Istio takes it for a gateway between networks where its Service has this label. Source: Istio, multi-cluster: network gateways. */
function isEastWest({ services }: ClusterPod): boolean {
  return services.some(({ metadata }) => labelOf(metadata.labels, 'topology.istio.io/network') !== undefined);
}

/** Nothing but names and labels tells it. */
function isEgress({ labels, owner, name }: ClusterPod): boolean {
  const named = [owner?.name ?? name, labelOf(labels, 'istio') ?? '', labelOf(labels, 'app') ?? ''];
  return (
    labelOf(labels, 'operator.istio.io/component') === 'EgressGateways' ||
    named.some((each) => /(^|-)egress/.test(each))
  );
}

/** Do all Services by which clients outside come to a pod leave them their addresses? */
function keepsClients({ services }: ClusterPod): boolean {
  return services.filter(isPublic).every(({ spec }) => spec.externalTrafficPolicy === 'Local');
}

function isPublic({ spec }: Service): boolean {
  return spec.type === 'LoadBalancer' || spec.type === 'NodePort';
}

/** Target ports of the Services of a pod that count. */
function servedPorts(
  { services, ports: declared }: ClusterPod,
  counts: (service: Service) => boolean,
): readonly number[] {
  const found = services
    .filter(counts)
    .flatMap(({ spec }) => spec.ports)
    .filter(({ protocol }) => protocol === 'TCP')
    .flatMap(({ port, targetPort = port }) =>
      typeof targetPort === 'number'
        ? [targetPort]
        : declared.filter(({ name }) => name === targetPort).map(({ containerPort }) => containerPort),
    );
  return [...new Set(found)].sort((a, b) => a - b);
}
