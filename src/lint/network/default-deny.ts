import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import {
  type Direction,
  type Endpoint,
  type KindedObject,
  podEndpoint,
  type Request,
} from '../../model/index.ts';
import { rulesOf, selectNetworkPolicies } from '../../policy/network/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import { plainRequest } from '../requests.ts';
import type { Finding } from '../types.ts';
import { listWorkloads, namespacesWithPods, oneOfEach, podsIn, workloadName } from './pods.ts';
import { outsideAddress } from './rule-requests.ts';
import { networkPolicies } from './rules.ts';

/** Namespaces of the platform, which come without policies. */
const platform: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease']);

/**
 * PC3007: pods that take connections from other namespaces because no policy isolates them; PC3008: the same for what they send. Where the manifests have no policy of the network
 * layer at all, that is a remark on ingress alone: nobody has begun.
 */
export const defaultDeny: LintRule = {
  codes: ['PC3007', 'PC3008'],
  *check(context: LintContext): Iterable<Finding> {
    const { cluster } = context;
    const begun = cluster.policies.network.size > 0 || cluster.policies.admin.length > 0;
    for (const namespace of namespacesWithPods(cluster)) {
      if (platform.has(namespace) || namespace === cluster.mesh.rootNamespace) continue;
      yield* checkDirection(context, namespace, 'ingress', begun);
      if (begun && isolatesEgress(cluster)) yield* checkDirection(context, namespace, 'egress', begun);
    }
  },
};

function isolatesEgress(cluster: Cluster): boolean {
  if (cluster.policies.admin.some(({ spec }) => (spec.egress ?? []).length > 0)) return true;
  return networkPolicies(cluster).some((policy) => rulesOf(policy, 'egress') !== undefined);
}

function* checkDirection(
  context: LintContext,
  namespace: string,
  direction: Direction,
  begun: boolean,
): Iterable<Finding> {
  const { cluster } = context;
  const policies = cluster.policies.network.get(namespace) ?? [];
  const pods = oneOfEach(podsIn(cluster, namespace));
  const open = pods.flatMap((pod) => {
    if (selectNetworkPolicies(policies, pod.view, direction).length > 0) return [];
    const request = requestsOf(context, pod, direction).find(
      (each) => context.decide(each).outcome === 'allow',
    );
    return request === undefined ? [] : [{ pod, request }];
  });
  const first = open.find(({ pod }) => pod.ports.length > 0) ?? open[0];
  if (first === undefined) return;
  const ingress = direction === 'ingress';
  const { object, path } = placeOf(cluster, namespace, first.pod);
  const whole = open.length === pods.length;
  const who = whole
    ? pods.length === 1
      ? `its only workload, ${workloadName(first.pod)},`
      : `none of its ${pods.length} workloads`
    : `${open.length} of its ${pods.length} workloads (${listWorkloads(open.map(({ pod }) => pod))})`;
  const isolated =
    whole && pods.length > 1 ? 'is isolated' : open.length === 1 ? 'is not isolated' : 'are not isolated';
  yield {
    code: ingress ? 'PC3007' : 'PC3008',
    severity: ingress && begun ? 'warning' : 'info',
    message: `Namespace ${namespace} has no default deny for ${direction}: ${who} ${isolated} by any policy`,
    object,
    path,
    help: `Add a NetworkPolicy with podSelector: {} and policyTypes: [${ingress ? 'Ingress' : 'Egress'}], then allow what is meant to pass.`,
    proof: {
      kind: 'witness',
      witnesses: [context.witness(first.request, showsWhat(first.request, direction))],
    },
  };
}

function showsWhat({ source }: Request, direction: Direction): string {
  if (direction === 'egress') return 'to the outside';
  return source.kind === 'pod' ? 'from another namespace' : 'from outside the cluster';
}

/** The Namespace; where it is not given, the first of its workloads. */
function placeOf(
  cluster: Cluster,
  namespace: string,
  pod: ClusterPod,
): { readonly object: KindedObject; readonly path: readonly string[] } {
  const object = cluster.namespaces.get(namespace)?.object;
  if (object !== undefined) return { object, path: ['metadata', 'name'] };
  return { object: pod.object, path: ['metadata', 'name'] };
}

/** What a stranger would send to the pod, or the pod to a stranger: a pod of another namespace, or an address outside. */
function requestsOf({ cluster }: LintContext, pod: ClusterPod, direction: Direction): readonly Request[] {
  const outside: Endpoint = { kind: 'address', address: outsideAddress };
  if (direction === 'egress') return [plainRequest(cluster, podEndpoint(pod), outside, 443)];
  const stranger = strangerTo(cluster, pod.namespace);
  const sources = stranger === undefined ? [outside] : [podEndpoint(stranger), outside];
  const [declared] = pod.ports;
  return sources.map((source) =>
    plainRequest(
      cluster,
      source,
      podEndpoint(pod),
      declared?.containerPort ?? 80,
      declared?.protocol ?? 'TCP',
    ),
  );
}

/** The first pod of the first other namespace by name. */
function strangerTo(cluster: Cluster, namespace: string): ClusterPod | undefined {
  const other = [...namespacesWithPods(cluster)].sort().find((name) => name !== namespace);
  return other === undefined ? undefined : podsIn(cluster, other)[0];
}
