import { policyPlace, type Scope } from './common-text.ts';
import { cniText, istiodText, ztunnelText } from './control-plane-text.ts';
import { gatewayText, istioctlGatewayText } from './gateway-text.ts';
import type { GoMap } from './go-values.ts';
import { TemplateFailure } from './template.ts';
import type { Chart, Release } from './types.ts';

const templates: Readonly<Record<Chart, (scope: Scope) => string | undefined>> = {
  istiod: istiodText,
  'istio-cni': cniText,
  ztunnel: ztunnelText,
  gateway: gatewayText,
  'istio-ingress': istioctlGatewayText,
  'istio-egress': istioctlGatewayText,
};

/** Charts whose NetworkPolicy came with 1.29. */
const since29: ReadonlySet<Chart> = new Set<Chart>(['istio-cni', 'ztunnel']);

/** Whether a chart has a template for a NetworkPolicy in this version. */
export function hasTemplate({ chart, version }: Pick<Release, 'chart' | 'version'>): boolean {
  return version.minor >= 29 || !since29.has(chart);
}

/**
 * The text of a release's NetworkPolicy; `undefined` where its template renders nothing, or there is none.
 * @throws TemplateFailure where Helm stops
 */
export function policyTextOf(release: Release, values: GoMap): string | undefined {
  if (!hasTemplate(release)) return undefined;
  return templates[release.chart]({ release, values, place: policyPlace(release) });
}

/** What a release comes to, as one text: the policy, nothing, or the failure. */
export function outcome(release: Release, merge: () => GoMap): string {
  try {
    return policyTextOf(release, merge()) ?? '';
  } catch (error) {
    if (error instanceof TemplateFailure) return error.message;
    throw error;
  }
}
