import type { LabelSelector } from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import { listNames } from './pods.ts';

/** Labels of pods that are made for a Gateway of the Gateway API. */
const gatewayLabels = /^gateway\.(networking\.k8s|istio)\.io\//;

/** True where the pods are made for one of the Gateways that are given. */
export function isOfGateway({ cluster }: LintContext, selector: LabelSelector | undefined): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  const keys = [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)];
  return cluster.gateways.size > 0 && keys.some((key) => gatewayLabels.test(key));
}

/** What to add to a reason that says that there is no pod: objects that are not read may make some. Empty where there are none. */
export function makersWords({ podMakers }: LintContext): string {
  if (podMakers.length === 0) return '';
  return `; objects of kinds that are not read may make some (${listNames(podMakers)})`;
}
