import { type Cluster, type WorkloadPolicy, workloadPolicyKey } from '../../cluster/index.ts';
import { type AuthorizationPolicy, hasLabels, type Labels, type PolicyNote } from '../../model/index.ts';
import { httpAttributesOf } from './ztunnel-attributes.ts';
import { convertForZtunnel, notSentToZtunnel } from './ztunnel-convert.ts';
import { ztunnelStatus } from './ztunnel-status.ts';

type ZtunnelCluster = Pick<Cluster, 'policies' | 'mesh'>;

interface ZtunnelPod {
  readonly namespace: string;
  readonly labels: Labels;
}

/** What ztunnel holds a pod's connections against of AuthorizationPolicies: those for everything, for the namespace, and for the pod by its labels. */
export function ztunnelPoliciesFor(cluster: ZtunnelCluster, pod: ZtunnelPod): readonly WorkloadPolicy[] {
  return policiesNear(cluster, pod)
    .filter((policy) => policy.spec.selector === undefined || picks(policy, pod.labels))
    .map((policy) => convertForZtunnel(cluster.mesh, policy))
    .filter((policy) => policy !== undefined);
}

/** Keys of the AuthorizationPolicies that are listed on a pod for their selector. */
export function ztunnelKeysListed(cluster: ZtunnelCluster, pod: ZtunnelPod): readonly string[] {
  return ztunnelPoliciesFor(cluster, pod)
    .filter((policy) => policy.scope === 'WORKLOAD_SELECTOR')
    .map(workloadPolicyKey);
}

/** Policies of a pod that its ztunnel does not enforce as they were written, those with targetRefs included. */
export function ztunnelNotes(cluster: ZtunnelCluster, pod: ZtunnelPod): readonly PolicyNote[] {
  return policiesNear(cluster, pod)
    .filter(({ spec }) => spec.selector === undefined || hasLabels(pod.labels, spec.selector.matchLabels))
    .flatMap((policy) => [noteOn(cluster, policy), noteOnTrustDomains(cluster, policy)])
    .filter((note) => note !== undefined);
}

function noteOn(cluster: ZtunnelCluster, policy: AuthorizationPolicy): PolicyNote | undefined {
  const status = ztunnelStatus(cluster.mesh, policy);
  const message = status?.complaint === undefined ? {} : { message: status.complaint.message };
  const notSent = notSentToZtunnel(cluster.mesh, policy);
  if (notSent !== undefined) return { policy, why: notSent, attributes: [], ...message };
  const { selector, action } = policy.spec;
  if (selector !== undefined && Object.keys(selector.matchLabels).length === 0) {
    return { policy, why: 'selector without labels', attributes: [], ...message };
  }
  const attributes = httpAttributesOf(policy);
  if (attributes.length === 0) return undefined;
  if (action === 'ALLOW') return { policy, why: 'HTTP rules omitted', attributes, ...message };
  const why = status?.effective ? 'enforced without HTTP attributes' : 'no effect without HTTP attributes';
  return { policy, why, attributes, ...message };
}

/** istiod neither sends these nor says so: an ALLOW rule that has them is wider at ztunnel than written. */
function noteOnTrustDomains(cluster: ZtunnelCluster, policy: AuthorizationPolicy): PolicyNote | undefined {
  if (notSentToZtunnel(cluster.mesh, policy) !== undefined) return undefined;
  const sources = policy.spec.rules.flatMap((rule) => rule.from);
  const fields = (['notTrustDomains', 'trustDomains'] as const).filter((field) =>
    sources.some((source) => (source?.[field] ?? []).length > 0),
  );
  return fields.length === 0 ? undefined : { policy, why: 'trustDomains ignored', attributes: fields };
}

/** A selector without labels picks nothing here, though Envoy takes it as everything. */
function picks(policy: AuthorizationPolicy, labels: Labels): boolean {
  const wanted = policy.spec.selector?.matchLabels ?? {};
  return Object.keys(wanted).length > 0 && hasLabels(labels, wanted);
}

function policiesNear(cluster: ZtunnelCluster, pod: ZtunnelPod): readonly AuthorizationPolicy[] {
  const namespaces = new Set([cluster.mesh.rootNamespace, pod.namespace]);
  return [...namespaces].flatMap((namespace) => cluster.policies.authorization.get(namespace) ?? []);
}
