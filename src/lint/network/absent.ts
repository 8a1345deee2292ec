import { matchSelector, selectsLabels } from '../../cluster/index.ts';
import { formatSelector, type LabelSelector, listNames } from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import { podsIn } from './pods.ts';
import { nameWanted } from './selector-words.ts';
import { dnsPod, istiodPod } from './system-pods.ts';

/** Labels of pods that are made for a Gateway of the Gateway API. */
const gatewayLabels = /^gateway\.(networking\.k8s|istio)\.io\//;

/** True where the pods are made for one of the Gateways that are given. */
export function isOfGateway({ cluster }: LintContext, selector: LabelSelector | undefined): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  const keys = [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)];
  return cluster.gateways.size > 0 && keys.some((key) => gatewayLabels.test(key));
}

/**
 * True where the selectors are for pods of the platform, DNS or istiod, that are not among the manifests: they are installed by other means. `namespaces` undefined means the policy's own.
 */
export function isOfPlatform(
  { cluster }: LintContext,
  own: string,
  namespaces: LabelSelector | undefined,
  pods: LabelSelector | undefined,
): boolean {
  return [dnsPod, istiodPod(cluster.mesh.rootNamespace)].some(({ namespace, labels }) => {
    if (podsIn(cluster, namespace).length > 0 || !selectsLabels(pods, labels)) return false;
    if (formatSelector(pods ?? {}) === '') {
      return namespaces !== undefined && nameWanted(namespaces) === namespace;
    }
    if (namespaces === undefined) return own === namespace;
    const known = cluster.namespaces.get(namespace)?.labels ?? {
      labels: { 'kubernetes.io/metadata.name': namespace },
      complete: false,
    };
    return matchSelector(namespaces, known, namespace) !== false;
  });
}

/** What to add to a reason that says that there is no pod: objects that are not read may make some. Empty where there are none. */
export function makersWords({ podMakers }: LintContext): string {
  if (podMakers.length === 0) return '';
  return `; objects of kinds that are not read may make some (${listNames(podMakers)})`;
}
