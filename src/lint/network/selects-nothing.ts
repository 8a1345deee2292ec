import { type Cluster, type ClusterPod, selectsLabels } from '../../cluster/index.ts';
import {
  type AdminTierPolicy,
  describeObject,
  type FieldPath,
  formatSelector,
  type LabelSelector,
  listNames,
  type NetworkPolicy,
  type PodOwner,
} from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { isOfGateway, makersWords } from './absent.ts';
import { findNearLabels, labelledPods } from './near-labels.ts';
import { podsIn, podsOfPolicy, selectAcross, selectNamespaces } from './pods.ts';
import { networkPolicies } from './rules.ts';
import { findContradiction } from './selector-logic.ts';
import { namespaceWords, noNamespaceWords } from './selector-words.ts';

/** PC3001: a policy that selects no pod. Manifests without any pod say nothing about it. */
export const selectsNothing: LintRule = {
  codes: ['PC3001'],
  *check(context: LintContext): Iterable<Finding> {
    const { cluster } = context;
    if (cluster.pods.size === 0) return;
    for (const policy of networkPolicies(cluster)) yield* checkNetworkPolicy(context, policy);
    for (const policy of cluster.policies.admin) yield* checkAdminPolicy(context, policy);
  },
};

function* checkNetworkPolicy(context: LintContext, policy: NetworkPolicy): Iterable<Finding> {
  const { cluster, objects } = context;
  const { namespace } = policy.metadata;
  const selector = policy.spec.podSelector;
  if (podsOfPolicy(cluster, policy).length > 0 || findContradiction(selector) !== undefined) return;
  if (formatSelector(selector) === '' || isForPodsToCome(objects, namespace, selector)) return;
  if (isOfGateway(context, selector)) return;
  const here = podsIn(cluster, namespace);
  const near = findNearLabels(selector, labelledPods(here));
  const hostPods = [...cluster.pods.values()].filter(
    (pod) => pod.hostNetwork && pod.namespace === namespace && selectsLabels(selector, pod.labels),
  );
  const elsewhere = near === undefined ? podsElsewhere(cluster, selector) : [];
  const words = formatSelector(selector);
  const makers = hostPods.length > 0 ? '' : makersWords(context);
  const certain = makers === '' && (here.length > 0 || hostPods.length > 0 || elsewhere.length > 0);
  yield {
    code: 'PC3001',
    severity: certain || near?.likely === true ? 'warning' : 'info',
    message: `${describeObject(policy)} selects no pod, so it changes nothing`,
    object: policy,
    path: ['spec', 'podSelector'],
    ...helpOf(near?.text, elsewhere, namespace),
    proof: { kind: 'never matches', reason: `${reasonOf(namespace, words, here, hostPods)}${makers}` },
  };
}

function reasonOf(
  namespace: string,
  words: string,
  here: readonly ClusterPod[],
  hostPods: readonly ClusterPod[],
): string {
  if (hostPods.length > 0) {
    const names = listNames(hostPods.map(({ key }) => key));
    return `only pods on the host network have ${words} in namespace ${namespace} (${names}), and to them no policy applies`;
  }
  if (here.length === 0) return `there is no pod in namespace ${namespace}`;
  return `no pod in namespace ${namespace} has ${words}`;
}

function helpOf(
  near: string | undefined,
  elsewhere: readonly string[],
  namespace: string,
): { readonly help?: string } {
  if (near !== undefined) return { help: `Closest: ${near}.` };
  if (elsewhere.length !== 1) return {};
  return {
    help: `Pods with these labels are in namespace ${listNames(elsewhere)}; a policy applies to its own namespace alone, which is ${namespace}.`,
  };
}

/** Other namespaces with pods that have the labels. */
function podsElsewhere(cluster: Cluster, selector: LabelSelector): readonly string[] {
  return [...new Set(selectAcross(cluster, {}, selector).pods.map(({ namespace }) => namespace))].sort();
}

/** A workload that is scaled to nothing now has the labels. */
function isForPodsToCome(
  objects: LintContext['objects'],
  namespace: string,
  selector: LabelSelector,
): boolean {
  return objects.some(
    (object): object is PodOwner =>
      'template' in object &&
      object.metadata.namespace === namespace &&
      selectsLabels(selector, object.template.metadata.labels),
  );
}

function* checkAdminPolicy(context: LintContext, policy: AdminTierPolicy): Iterable<Finding> {
  const { cluster } = context;
  const { namespaces, pods } = policy.spec.subject;
  const selector = pods?.namespaceSelector ?? namespaces;
  if (selector === undefined) return;
  const chosen = selectAcross(cluster, selector, pods?.podSelector);
  if (chosen.pods.length > 0 || chosen.open) return;
  if (findContradiction(selector) ?? findContradiction(pods?.podSelector)) return;
  if (isOfGateway(context, pods?.podSelector)) return;
  const { names, open } = selectNamespaces(cluster, selector);
  const path: FieldPath = ['spec', 'subject'];
  const near =
    names.length === 0 && !open
      ? findNearLabels(
          selector,
          [...cluster.namespaces.values()].filter(({ labels }) => labels.complete),
        )
      : findNearLabels(pods?.podSelector ?? {}, labelledPods(names.flatMap((name) => podsIn(cluster, name))));
  const which = pods === undefined ? '' : ` with ${formatSelector(pods.podSelector) || 'any labels'}`;
  yield {
    code: 'PC3001',
    severity: near?.likely === true ? 'warning' : 'info',
    message: `${describeObject(policy)} selects no pod, so it changes nothing`,
    object: policy,
    path,
    ...(near !== undefined && { help: `Closest: ${near.text}.` }),
    proof: {
      kind: 'never matches',
      reason:
        names.length === 0
          ? noNamespaceWords(selector)
          : `there is no pod${which} in ${namespaceWords(selector)}${makersWords(context)}`,
    },
  };
}
