import { policyPlace, type Scope } from './common-text.ts';
import { cniText, istiodText, ztunnelText } from './control-plane-text.ts';
import { gatewayText, istioctlGatewayText } from './gateway-text.ts';
import { mergedValues } from './merged-values.ts';
import { readPolicy } from './read-policy.ts';
import { TemplateFailure } from './template.ts';
import type { Chart, Release, Rendering } from './types.ts';

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

/**
 * What a chart renders as its NetworkPolicy: the object as Kubernetes reads it, none with the reason, or Helm's failure. Only the templates that have a
 * part in it are followed; where another template of the chart is known to stop Helm, a finding says so beside the result.
 */
export function renderComponent(release: Release): Rendering {
  try {
    return rendered(release);
  } catch (error) {
    if (!(error instanceof TemplateFailure)) throw error;
    return { kind: 'failed', message: error.message, help: '', path: error.path, findings: [] };
  }
}

function rendered(release: Release): Rendering {
  const { chart, version } = release;
  const values = mergedValues(release);
  if (version.minor < 29 && since29.has(chart)) {
    return { kind: 'none', why: `${chart} has a NetworkPolicy only since Istio 1.29.`, findings: [] };
  }
  const scope: Scope = { release, values, place: policyPlace(release) };
  const text = templates[chart](scope);
  if (text === undefined) return { kind: 'none', why: '', findings: [] };
  const read = readPolicy(text);
  if (read.kind === 'policy') return { kind: 'policy', policy: read.policy, findings: [] };
  return {
    kind: 'failed',
    message: `YAML parse error on ${scope.place.template}: ${read.problem.message}`,
    help: '',
    findings: [],
  };
}
