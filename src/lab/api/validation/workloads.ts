import type { ApiObject, PodSpec, StringMap } from '../../store/index.ts';
import type { ObjectSelector } from '../table/selector-text.ts';
import { checkPodSpec } from './pods.ts';
import { invalid, notSupported, type Refusal, required } from './refusals.ts';
import { checkSelector, selects } from './selectors.ts';

interface Template {
  readonly metadata?: { readonly labels?: StringMap };
  readonly spec?: PodSpec;
}

interface WorkloadSpec {
  readonly replicas?: number;
  readonly selector?: ObjectSelector;
  readonly template?: Template;
  readonly schedule?: string;
  readonly jobTemplate?: { readonly spec?: WorkloadSpec };
  readonly parallelism?: number;
  readonly completions?: number;
}

const emptySelectors: Readonly<Record<string, string>> = {
  Deployment: 'empty selector is invalid for deployment',
  ReplicaSet: 'empty selector is invalid for deployment',
  StatefulSet: 'empty selector is invalid for statefulset',
  DaemonSet: 'empty selector is invalid for daemonset',
};

/** Holds a kind that makes pods against the API's rules. */
export function checkWorkload({ kind, spec: given }: ApiObject): readonly Refusal[] {
  const spec = (given ?? {}) as WorkloadSpec;
  if (kind === 'Job') return checkJob(spec, 'spec');
  if (kind === 'CronJob') {
    const schedule = spec.schedule ? [] : [required('spec.schedule')];
    return [...schedule, ...checkJob(spec.jobTemplate?.spec ?? {}, 'spec.jobTemplate.spec')];
  }
  return [
    ...notNegative(spec.replicas, 'spec.replicas'),
    ...checkOwnSelector(kind, spec),
    ...checkPodSpec(spec.template?.spec, 'spec.template.spec'),
    ...checkRestart(spec.template, 'spec.template', ['Always']),
  ];
}

function checkOwnSelector(kind: string, { selector, template }: WorkloadSpec): readonly Refusal[] {
  if (selector === undefined) return [required('spec.selector')];
  const { matchLabels = {}, matchExpressions = [] } = selector;
  if (Object.keys(matchLabels).length + matchExpressions.length === 0) {
    return [invalid('spec.selector', selector, emptySelectors[kind] ?? '')];
  }
  const faults = checkSelector(selector, ['spec', 'selector']);
  if (faults.length > 0) return faults;
  const labels = template?.metadata?.labels;
  if (selects(selector, labels)) return [];
  const why = '`selector` does not match template `labels`';
  return [invalid('spec.template.metadata.labels', labels ?? null, why)];
}

function checkJob(spec: WorkloadSpec, path: string): readonly Refusal[] {
  return [
    ...notNegative(spec.parallelism, `${path}.parallelism`),
    ...notNegative(spec.completions, `${path}.completions`),
    ...checkPodSpec(spec.template?.spec, `${path}.template.spec`),
    ...checkJobRestart(spec.template, `${path}.template.spec.restartPolicy`),
  ];
}

function checkJobRestart(template: Template | undefined, field: string): readonly Refusal[] {
  const policy = template?.spec?.restartPolicy;
  if (policy === undefined || policy === 'Always') {
    return template?.spec === undefined ? [] : [notSupported(field, policy ?? '', ['OnFailure', 'Never'])];
  }
  return [];
}

function checkRestart(
  template: Template | undefined,
  path: string,
  allowed: readonly string[],
): readonly Refusal[] {
  const policy = template?.spec?.restartPolicy ?? 'Always';
  return allowed.includes(policy) ? [] : [notSupported(`${path}.spec.restartPolicy`, policy, allowed)];
}

function notNegative(value: number | undefined, field: string): readonly Refusal[] {
  return value === undefined || value >= 0
    ? []
    : [invalid(field, value, 'must be greater than or equal to 0')];
}
