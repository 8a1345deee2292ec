import type { ApiObject, PodSpec, StringMap } from '../../store/index.ts';
import type { ObjectSelector } from '../table/selector-text.ts';
import { checkPodSpec } from './pods.ts';
import { invalid, notSupported, type Refusal, required } from './refusals.ts';
import { checkSelector, selects } from './selectors.ts';
import { checkStrategy, type Strategy } from './strategy.ts';

interface Template {
  readonly metadata?: { readonly labels?: StringMap };
  readonly spec?: PodSpec;
}

interface WorkloadSpec {
  readonly replicas?: number;
  readonly selector?: ObjectSelector;
  readonly template?: Template;
  /** Of StatefulSets. */
  readonly volumeClaimTemplates?: readonly { readonly metadata?: { readonly name?: string } }[];
  readonly schedule?: string;
  readonly jobTemplate?: { readonly spec?: WorkloadSpec };
  readonly parallelism?: number;
  readonly completions?: number;
  readonly strategy?: Strategy;
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
    return [
      ...checkSchedule(spec.schedule ?? ''),
      ...checkJob(spec.jobTemplate?.spec ?? {}, 'spec.jobTemplate.spec'),
    ];
  }
  return [
    ...notNegative(spec.replicas, 'spec.replicas'),
    ...checkOwnSelector(kind, spec),
    ...checkTemplate(withClaims(spec), 'spec.template', kind === 'StatefulSet'),
    ...checkRestart(spec.template, 'spec.template', ['Always']),
    ...(kind === 'Deployment' ? checkStrategy(spec.strategy ?? {}) : []),
  ];
}

/** The claims of a StatefulSet are volumes of its pods. */
function withClaims({ template, volumeClaimTemplates = [] }: WorkloadSpec): Template | undefined {
  if (template?.spec === undefined || volumeClaimTemplates.length === 0) return template;
  const claims = volumeClaimTemplates.map(({ metadata }) => ({ name: metadata?.name ?? '', emptyDir: {} }));
  return { ...template, spec: { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...claims] } };
}

/** The labels of a template are told of without the `metadata` that they stand in. */
function checkTemplate(
  template: Template | undefined,
  path: string,
  ownHostnames = false,
): readonly Refusal[] {
  const labels = checkSelector({ matchLabels: template?.metadata?.labels ?? {} }, []);
  return [
    ...labels.map((each) => ({ ...each, field: `${path}.labels` })),
    ...checkPodSpec(template?.spec, `${path}.spec`, ownHostnames),
  ];
}

function checkSchedule(schedule: string): readonly Refusal[] {
  if (schedule === '') return [required('spec.schedule')];
  if (schedule.startsWith('@')) return [];
  const fields = schedule.split(/\s+/).filter(Boolean);
  if (fields.length === 5) return [];
  const why = `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
  return [invalid('spec.schedule', schedule, why)];
}

function checkOwnSelector(kind: string, { selector, template }: WorkloadSpec): readonly Refusal[] {
  const labels = template?.metadata?.labels;
  // What has no selector selects nothing, not even its own template.
  const mismatch = invalid(
    'spec.template.metadata.labels',
    labels ?? null,
    '`selector` does not match template `labels`',
  );
  if (selector === undefined) {
    return kind === 'DaemonSet' ? [mismatch] : [required('spec.selector'), mismatch];
  }
  const { matchLabels = {}, matchExpressions = [] } = selector;
  if (Object.keys(matchLabels).length + matchExpressions.length === 0) {
    return [invalid('spec.selector', selector, emptySelectors[kind] ?? '')];
  }
  const faults = checkSelector(selector, ['spec', 'selector']);
  if (faults.length > 0) return faults;
  return selects(selector, labels) ? [] : [mismatch];
}

function checkJob(spec: WorkloadSpec, path: string): readonly Refusal[] {
  return [
    ...notNegative(spec.parallelism, `${path}.parallelism`),
    ...notNegative(spec.completions, `${path}.completions`),
    ...checkTemplate(spec.template, `${path}.template`),
    ...checkJobRestart(spec.template, `${path}.template.spec.restartPolicy`),
  ];
}

function checkJobRestart(template: Template | undefined, field: string): readonly Refusal[] {
  const policy = template?.spec?.restartPolicy ?? 'Always';
  if (policy === 'Always') return [required(field, 'valid values: "OnFailure", "Never"')];
  const allowed = ['OnFailure', 'Never'];
  return allowed.includes(policy) ? [] : [notSupported(field, policy, allowed)];
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
