import { type Cluster, type ClusterPod, endpointsOf } from '../../cluster/index.ts';
import {
  describeObject,
  holdsPort,
  type Protocol,
  podEndpoint,
  type Request,
  type Service,
} from '../../model/index.ts';
import {
  type MapEnd,
  mapExposure,
  type Passage,
  type ReachMap,
  type WorkloadEnd,
} from '../../reach/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import { plainRequest } from '../requests.ts';
import type { Finding } from '../types.ts';
import { namespacesWithPods, oneOfEach, podsIn } from './pods.ts';

/** PC3034: a Service with endpoints that nobody can reach on any port: no other workload, and nobody outside. */
export const unreachableService: LintRule = {
  codes: ['PC3034'],
  *check(context: LintContext): Iterable<Finding> {
    const { cluster } = context;
    const { network, admin, authorization, peerAuthentication } = cluster.policies;
    if (network.size + admin.length + authorization.size + peerAuthentication.size === 0) return;
    const suspects = [...cluster.services.values()].flatMap((service) => {
      const targets = targetsOf(cluster, service);
      return targets.length === 0 || isReachedBySome(context, service, targets) ? [] : [{ service, targets }];
    });
    if (suspects.length === 0) return;
    const unreached = unreachedEnds(context.map(), new Set(suspects.flatMap(({ targets }) => targets)));
    const closed = suspects.filter(({ targets }) => targets.every((target) => unreached.has(target)));
    const isOpenToOthers = closed.length === 0 ? () => false : strangersTest(cluster);
    for (const { service, targets } of closed) {
      const request = closestRequest(context, service);
      if (request !== undefined) yield describe(context, service, request, targets.some(isOpenToOthers));
    }
  },
};

interface ServiceTarget {
  readonly pod: string;
  readonly port: number;
  readonly protocol: Protocol;
}

/** Where the Service leads; empty where some of it is not a pod, and nobody can tell who is let in there. */
function targetsOf(cluster: Cluster, service: Service): readonly ServiceTarget[] {
  if (service.spec.type === 'ExternalName') return [];
  const targets: ServiceTarget[] = [];
  const workloads = new Set<string>();
  for (const { port, protocol } of service.spec.ports) {
    const found = endpointsOf(cluster, service, port, protocol);
    if (found.kind !== 'backends') continue;
    for (const { pod, port: number } of found.backends) {
      if (pod === undefined || pod.hostNetwork) return [];
      const { owner, key, object } = pod;
      const workload = `${object.kind === 'Pod' ? key : `${owner?.kind}/${owner?.name}`} ${number}/${protocol}`;
      if (!workloads.has(workload)) targets.push({ pod: key, port: number, protocol });
      workloads.add(workload);
    }
  }
  return targets;
}

/** Whom most Services let in: somebody of their namespace, a gateway, or from elsewhere. Whatever may pass counts; it saves asking the map. */
function isReachedBySome(
  { cluster, decide }: LintContext,
  service: Service,
  targets: readonly ServiceTarget[],
): boolean {
  const behind = new Set(targets.map(({ pod }) => pod));
  const { namespace } = service.metadata;
  const { rootNamespace } = cluster.mesh;
  const elsewhere = [...namespacesWithPods(cluster)].find(
    (name) => name !== namespace && name !== rootNamespace,
  );
  const clients = [namespace, rootNamespace, elsewhere ?? namespace]
    .flatMap((name) => oneOfEach(podsIn(cluster, name)).slice(0, 2))
    .filter(({ key }) => !behind.has(key))
    .map(podEndpoint);
  return targets.some(({ pod, port, protocol }) => {
    const destination = podEndpoint(cluster.pods.get(pod)!);
    const what = protocol === 'TCP' ? { http: {} } : {};
    return clients.some(
      (source) =>
        decide({ source, destination, port, protocol, ...what, complete: false }).outcome !== 'deny',
    );
  });
}

/** Below so many cells a row of the map is looked through cell by cell; above, the pairs through which something comes are gone through once. */
const fewCells = 500_000;

/** Those of the targets that nobody reaches. What is not known counts as reached. */
function unreachedEnds(map: ReachMap, targets: ReadonlySet<ServiceTarget>): ReadonlySet<ServiceTarget> {
  const workloads = map.ends.filter((end) => end.kind === 'workload');
  const ends = new Map(workloads.flatMap((end) => end.pods.map(({ key }) => [key, end] as const)));
  const left = new Set([...targets].filter(({ pod }) => ends.has(pod)));
  const byEnd = Map.groupBy(left, ({ pod }) => ends.get(pod)!);
  const strike = (destination: MapEnd, passages: readonly Passage[]): void => {
    for (const target of byEnd.get(destination as WorkloadEnd) ?? []) {
      if (passages.some((passage) => lets(passage, target))) left.delete(target);
    }
  };
  if (byEnd.size * map.ends.length < fewCells) {
    for (const destination of byEnd.keys()) {
      for (const source of map.ends) {
        if (!byEnd.get(destination)!.some((target) => left.has(target))) break;
        strike(destination, map.passages(source, destination) ?? []);
      }
    }
  } else {
    for (const { destination, passages } of map.pairs()) strike(destination, passages);
  }
  return left;
}

function lets({ protocol, ports, bytes, http }: Passage, target: ServiceTarget): boolean {
  if (protocol !== target.protocol) return false;
  if (!holdsPort(ports, target.port)) return false;
  return bytes !== 'deny' || (http !== undefined && http.outcome !== 'deny');
}

/** Is a target open to something that is not there: pods with other labels, in other namespaces? */
function strangersTest(cluster: Cluster): (target: ServiceTarget) => boolean {
  const exposure = mapExposure(cluster);
  const ends = new Map(exposure.workloads.flatMap((end) => end.pods.map(({ key }) => [key, end] as const)));
  return (target) => {
    const end = ends.get(target.pod);
    if (end === undefined) return false;
    return exposure.accepts(end).some(({ passages }) => passages.some((passage) => lets(passage, target)));
  };
}

/** So many clients are tried for the one that gets furthest. */
const mostClients = 20;

/** The request that gets furthest on its way, from workloads that are not behind the Service, those of its own namespace first. */
function closestRequest(context: LintContext, service: Service): Request | undefined {
  const { cluster } = context;
  const { namespace, name } = service.metadata;
  const [port] = service.spec.ports;
  if (port === undefined) return undefined;
  const behind = new Set(targetsOf(cluster, service).map(({ pod }) => pod));
  let furthest: Request | undefined;
  let passed = -1;
  for (const client of clientsOf(cluster, namespace, behind)) {
    const to = { kind: 'service', namespace, name } as const;
    const request = plainRequest(cluster, podEndpoint(client), to, port.port, port.protocol);
    const { outcome, steps, decidedBy } = context.decide(request);
    const step = steps.findIndex(({ layer }) => layer === decidedBy.layer);
    if (outcome !== 'deny' || step <= passed) continue;
    [furthest, passed] = [request, step];
  }
  return furthest;
}

/** Workloads of the namespace first, then of others but for the platform's. */
function clientsOf(cluster: Cluster, namespace: string, behind: ReadonlySet<string>): readonly ClusterPod[] {
  const others = [...namespacesWithPods(cluster)].filter(
    (name) => name !== namespace && name !== 'kube-system',
  );
  const pods: ClusterPod[] = [];
  for (const name of [namespace, ...others]) {
    pods.push(...oneOfEach(podsIn(cluster, name)).filter(({ key }) => !behind.has(key)));
    if (pods.length >= mostClients) break;
  }
  return pods.slice(0, mostClients);
}

function describe(
  context: LintContext,
  service: Service,
  request: Request,
  isOpenToOthers: boolean,
): Finding {
  const { decidedBy } = context.decide(request);
  const whom = isOpenToOthers ? 'nobody here can reach it' : 'nobody can reach it';
  const others = isOpenToOthers
    ? 'It is open to pods that are not among the manifests: portcullis map --exposure tells to which.'
    : 'Let the clients in, or take the Service out.';
  return {
    code: 'PC3034',
    severity: isOpenToOthers ? 'info' : 'warning',
    message: `${describeObject(service)}: ${whom}, neither a workload nor an address outside`,
    object: service,
    path: ['metadata', 'name'],
    help: `Of all that was tried this gets furthest, as far as the layer ${decidedBy.layer}. ${others}`,
    proof: { kind: 'witness', witnesses: [context.witness(request)] },
  };
}
