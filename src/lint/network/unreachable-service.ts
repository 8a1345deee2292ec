import { type Cluster, endpointsOf } from '../../cluster/index.ts';
import { describeObject, type Protocol, type Request, type Service } from '../../model/index.ts';
import type { MapEnd, Passage, ReachMap, WorkloadEnd } from '../../reach/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import { plainRequest, podEndpoint } from '../requests.ts';
import type { Finding } from '../types.ts';
import { oneOfEach } from './pods.ts';

/** PC3034: a Service with endpoints that nobody can reach on any port: no other workload, and nobody outside. */
export const unreachableService: LintRule = {
  codes: ['PC3034'],
  *check(context: LintContext): Iterable<Finding> {
    const { cluster } = context;
    const { network, admin, authorization, peerAuthentication } = cluster.policies;
    if (network.size + admin.length + authorization.size + peerAuthentication.size === 0) return;
    for (const service of cluster.services.values()) {
      const targets = targetsOf(cluster, service);
      if (targets.length === 0) continue;
      if (isReached(context.map(), targets)) continue;
      const request = closestRequest(context, service);
      if (request !== undefined) yield describe(context, service, request);
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
  for (const { port, protocol } of service.spec.ports) {
    const found = endpointsOf(cluster, service, port, protocol);
    if (found.kind !== 'backends') continue;
    for (const { pod, port: number } of found.backends) {
      if (pod === undefined || pod.hostNetwork) return [];
      targets.push({ pod: pod.key, port: number, protocol });
    }
  }
  return targets;
}

const endsByPod = new WeakMap<ReachMap, ReadonlyMap<string, WorkloadEnd>>();

function endOf(map: ReachMap, pod: string): WorkloadEnd | undefined {
  let index = endsByPod.get(map);
  if (index === undefined) {
    const workloads = map.ends.filter((end) => end.kind === 'workload');
    index = new Map(workloads.flatMap((end) => end.pods.map(({ key }) => [key, end] as const)));
    endsByPod.set(map, index);
  }
  return index.get(pod);
}

/** What is not known counts as reached. */
function isReached(map: ReachMap, targets: readonly ServiceTarget[]): boolean {
  return targets.some((target) => {
    const destination = endOf(map, target.pod);
    if (destination === undefined) return true;
    return map.ends.some((source: MapEnd) =>
      (map.passages(source, destination) ?? []).some((passage) => lets(passage, target)),
    );
  });
}

function lets({ protocol, ports, bytes, http }: Passage, target: ServiceTarget): boolean {
  if (protocol !== target.protocol) return false;
  if (!ports.some(({ first, last }) => first <= target.port && target.port <= last)) return false;
  return bytes !== 'deny' || (http !== undefined && http.outcome !== 'deny');
}

/** So many clients are tried for the one that gets furthest. */
const mostClients = 60;

/** The request that gets furthest on its way, from workloads that are not behind the Service, those of its own namespace first. */
function closestRequest(context: LintContext, service: Service): Request | undefined {
  const { cluster } = context;
  const { namespace, name } = service.metadata;
  const [port] = service.spec.ports;
  if (port === undefined) return undefined;
  const behind = new Set(targetsOf(cluster, service).map(({ pod }) => pod));
  const others = oneOfEach(
    [...cluster.pods.values()].filter((pod) => !behind.has(pod.key) && !pod.hostNetwork),
  );
  const neighbours = others.filter((pod) => pod.namespace === namespace);
  const strangers = others.filter((pod) => pod.namespace !== namespace && pod.namespace !== 'kube-system');
  let furthest: Request | undefined;
  let passed = -1;
  for (const client of [...neighbours, ...strangers].slice(0, mostClients)) {
    const to = { kind: 'service', namespace, name } as const;
    const request = plainRequest(cluster, podEndpoint(client), to, port.port, port.protocol);
    const { outcome, steps, decidedBy } = context.decide(request);
    const step = steps.findIndex(({ layer }) => layer === decidedBy.layer);
    if (outcome !== 'deny' || step <= passed) continue;
    [furthest, passed] = [request, step];
  }
  return furthest;
}

function describe(context: LintContext, service: Service, request: Request): Finding {
  const { decidedBy } = context.decide(request);
  return {
    code: 'PC3034',
    severity: 'warning',
    message: `${describeObject(service)}: nobody can reach it, neither a workload nor an address outside`,
    object: service,
    path: ['metadata', 'name'],
    help: `Of all that was tried this gets furthest, as far as the layer ${decidedBy.layer}. Let the clients in, or take the Service out.`,
    proof: { kind: 'witness', witnesses: [context.witness(request)] },
  };
}
