import type { FieldPath } from '../../model/index.ts';
import type { Finding, Findings } from './finding.ts';
import { quote } from './go/index.ts';
import type { Attachment, TargetReference, WorkloadSelector } from './messages.ts';

/** Checks `selector`, `targetRef` and `targetRefs` as the webhook does for AuthorizationPolicy and RequestAuthentication. */
export function checkAttachment(spec: Attachment, findings: Findings): void {
  const { selector, targetRef, targetRefs } = spec;
  if ([selector, targetRef, targetRefs].filter((value) => value !== undefined).length > 1) {
    const message = 'only one of targetRefs or workloadSelector can be set';
    findings.errors.push({ code: 'PC2206', path: ['spec'], message });
  }
  checkSelector(selector, findings);
  if (targetRef !== undefined) checkTarget(targetRef, ['spec', 'targetRef'], findings.errors);
  for (const [index, target] of (targetRefs ?? []).entries()) {
    checkTarget(target, ['spec', 'targetRefs', index], findings.errors);
  }
}

/** Checks `spec.selector` of any of the three kinds. */
export function checkSelector(selector: WorkloadSelector | undefined, findings: Findings): void {
  if (selector === undefined) return;
  const path = ['spec', 'selector'];
  for (const [key, value] of selector.matchLabels ?? []) {
    const label = quote(`${key}=${value}`);
    const report = (problem: string) =>
      findings.errors.push({
        code: 'PC2206',
        path: [...path, 'matchLabels', key],
        message: `${problem} is not supported in selector: ${label}`,
      });
    if (key === '') report('empty key');
    if (key.includes('*') || value.includes('*')) report('wildcard');
  }
  if ((selector.matchLabels?.size ?? 0) === 0) {
    findings.warnings.push({ code: 'PC2207', path, message: 'workload selector specified without labels' });
  }
}

/** Group/version/kind of what a policy may refer to; the version is only said, not compared. */
const targets = [
  'core/v1/Service',
  'networking.istio.io/v1/ServiceEntry',
  'gateway.networking.k8s.io/v1/Gateway',
  'gateway.networking.k8s.io/v1/GatewayClass',
];

function checkTarget(target: TargetReference, path: FieldPath, errors: Finding[]): void {
  const { group = '', kind = '', name = '', namespace = '' } = target;
  const report = (field: string, message: string) =>
    errors.push({ code: 'PC2206', path: [...path, field], message });
  if (name === '') report('name', 'targetRef name must be set');
  if (namespace !== '') {
    report('namespace', 'targetRef namespace must not be set; cross namespace referencing is not supported');
  }
  if (!targets.includes(`${group || 'core'}/v1/${kind}`)) {
    report('kind', `targetRef must be to one of [${targets.join(' ')}] but was ${group}/${kind}`);
  }
}
