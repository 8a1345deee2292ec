import type { Cluster } from '../../cluster/index.ts';
import {
  type AuthorizationPolicy,
  describeObject,
  hasLabels,
  type Labels,
  type ModelObject,
  type PeerAuthentication,
  type RequestAuthentication,
} from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import { isOfGateway, makersWords } from '../network/absent.ts';
import { findNearLabels, labelledPods } from '../network/near-labels.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { type PodGroup, podGroups } from './pod-groups.ts';
import { authorizationPolicies, peerAuthentications, requestAuthentications } from './policies.ts';

type SelectingPolicy = AuthorizationPolicy | PeerAuthentication | RequestAuthentication;

/** A selector that no pod satisfies: the policy is in force nowhere. Manifests without any pod say nothing about it. */
export const selectsNothing: LintRule = {
  codes: ['PC3201'],
  *check(context) {
    const { cluster } = context;
    if (cluster.pods.size === 0) return;
    const groups = Map.groupBy(podGroups(cluster), ({ pod }) => pod.namespace);
    for (const policy of selectingPolicies(cluster)) {
      const finding = checkPolicy(context, policy, groups);
      if (finding !== undefined) yield finding;
    }
  },
};

function selectingPolicies(cluster: Cluster): readonly SelectingPolicy[] {
  return [
    ...authorizationPolicies(cluster),
    ...requestAuthentications(cluster),
    ...peerAuthentications(cluster),
  ].filter(({ spec }) => !('targetRefs' in spec) || spec.targetRefs.length === 0);
}

function checkPolicy(
  context: LintContext,
  policy: SelectingPolicy,
  groups: ReadonlyMap<string, readonly PodGroup[]>,
): Finding | undefined {
  const { namespace } = policy.metadata;
  const wanted = policy.spec.selector?.matchLabels ?? {};
  const everywhere = namespace === context.cluster.mesh.rootNamespace;
  // There a PeerAuthentication with a selector counts nowhere, whatever it selects: another rule says so.
  if (everywhere && policy.kind === 'PeerAuthentication') return undefined;
  const candidates = everywhere ? [...groups.values()].flat() : (groups.get(namespace) ?? []);
  if (candidates.some(({ pod }) => hasLabels(pod.labels, wanted))) return undefined;
  if (isForPodsToCome(context.objects, everywhere ? undefined : namespace, wanted)) return undefined;
  if (isOfGateway(context, { matchLabels: wanted })) return undefined;
  const where = everywhere ? 'in any namespace' : `in namespace ${namespace}`;
  const labels = Object.entries(wanted).map(([key, value]) => `${key}=${value}`);
  const pods = candidates.map(({ pod }) => pod);
  const near = labels.length === 0 ? undefined : findNearLabels({ matchLabels: wanted }, labelledPods(pods));
  const makers = makersWords(context);
  const certain = candidates.length > 0 && makers === '';
  const reason =
    candidates.length === 0 ? `there is no pod ${where}` : `no pod ${where} has ${labels.join(', ')}`;
  return {
    code: 'PC3201',
    severity: certain || near?.likely === true ? 'warning' : 'info',
    message: `${describeObject(policy)}: selects no pod, so it is in force nowhere`,
    object: policy,
    path: labels.length === 0 ? ['metadata', 'namespace'] : ['spec', 'selector'],
    help:
      near === undefined
        ? 'Write labels that the pods have: those of the pod template, in the namespace of the policy.'
        : `Closest: ${near.text}.`,
    proof: { kind: 'never matches', reason: `${reason}${makers}` },
  };
}

/** A workload that is scaled to nothing now has the labels. */
function isForPodsToCome(
  objects: readonly ModelObject[],
  namespace: string | undefined,
  wanted: Labels,
): boolean {
  return objects.some(
    (object) =>
      'template' in object &&
      (namespace === undefined || object.metadata.namespace === namespace) &&
      hasLabels(object.template.metadata.labels, wanted),
  );
}
