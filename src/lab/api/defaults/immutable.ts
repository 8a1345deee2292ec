import { type ApiObject, type Resource, sameValue } from '../../store/index.ts';
import { forbidden, invalid, type Refusal, refuse } from '../validation/refusals.ts';
import { diffOf } from './line-diff.ts';

type Fields = Readonly<Record<string, unknown>>;

const fieldIsImmutable = 'field is immutable';
const immutableSet = 'field is immutable when `immutable` is set';

/** Fields of the spec (or of the object) that stay as they were made. */
const fixedFields: Readonly<Record<string, readonly string[]>> = {
  deployments: ['spec.selector'],
  replicasets: ['spec.selector'],
  daemonsets: ['spec.selector'],
  jobs: [
    'spec.selector',
    'spec.completionMode',
    'spec.podFailurePolicy',
    'spec.backoffLimitPerIndex',
    'spec.managedBy',
    'spec.successPolicy',
  ],
  secrets: ['type'],
  endpointslices: ['addressType'],
};

const statefulSetFields =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
const podFields = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

/** Throws the API server's 422 where an update by a client changes what cannot be changed. Both objects are whole, defaults filled in. */
export function checkImmutable(resource: Resource, object: ApiObject, previous: ApiObject): void {
  refuse(resource, object.metadata.name, refusalsOf(resource, object, previous));
}

function refusalsOf({ name }: Resource, object: ApiObject, previous: ApiObject): readonly Refusal[] {
  const fixed = (fixedFields[name] ?? []).flatMap((path) =>
    sameValue(at(object, path), at(previous, path)) ? [] : [changed(path, at(object, path))],
  );
  switch (name) {
    case 'statefulsets':
      return checkStatefulSet(object.spec as Fields, previous.spec as Fields);
    case 'jobs':
      return [...fixed, ...checkJob(object.spec as Fields, previous.spec as Fields)];
    case 'pods':
      return checkPod(object.spec as Fields, previous.spec as Fields);
    case 'secrets':
    case 'configmaps':
      return [...fixed, ...checkData(object, previous)];
    default:
      return fixed;
  }
}

function at(object: ApiObject, path: string): unknown {
  return path.split('.').reduce<unknown>((value, part) => (value as Fields | undefined)?.[part], object);
}

function changed(field: string, value: unknown): Refusal {
  return invalid(field, value, fieldIsImmutable);
}

function checkStatefulSet(spec: Fields, previous: Fields): readonly Refusal[] {
  const {
    replicas,
    template,
    updateStrategy,
    minReadySeconds,
    ordinals,
    revisionHistoryLimit,
    persistentVolumeClaimRetentionPolicy,
  } = previous;
  const rest = {
    ...spec,
    replicas,
    template,
    updateStrategy,
    minReadySeconds,
    ordinals,
    revisionHistoryLimit,
    persistentVolumeClaimRetentionPolicy,
  };
  return sameValue(rest, previous) ? [] : [forbidden('spec', statefulSetFields)];
}

function checkJob(spec: Fields, previous: Fields): readonly Refusal[] {
  const refusals: Refusal[] = [];
  if (spec.completionMode !== 'Indexed' && spec.completions !== previous.completions) {
    refusals.push(changed('spec.completions', spec.completions));
  }
  if (previous.suspend !== true && !sameValue(spec.template, previous.template)) {
    refusals.push(changed('spec.template', spec.template));
  }
  return refusals;
}

function checkData(object: ApiObject, previous: ApiObject): readonly Refusal[] {
  if (previous.immutable !== true) return [];
  const refusals = object.immutable === true ? [] : [forbidden('immutable', immutableSet)];
  for (const field of ['data', 'binaryData']) {
    if (!sameValue(object[field], previous[field])) refusals.push(forbidden(field, immutableSet));
  }
  return refusals;
}

interface PodFields extends Fields {
  readonly containers: readonly Fields[];
  readonly initContainers?: readonly Fields[];
  readonly tolerations?: readonly unknown[];
  readonly activeDeadlineSeconds?: number;
}

function checkPod(given: Fields, before: Fields): readonly Refusal[] {
  const [spec, previous] = [given as PodFields, before as PodFields];
  for (const list of ['containers', 'initContainers'] as const) {
    if ((spec[list]?.length ?? 0) !== (previous[list]?.length ?? 0)) {
      return [forbidden(`spec.${list}`, 'pod updates may not add or remove containers')];
    }
  }
  const refusals = checkDeadline(spec.activeDeadlineSeconds, previous.activeDeadlineSeconds);
  const lost = (previous.tolerations ?? []).some(
    (each) => !(spec.tolerations ?? []).some((other) => sameValue(each, other)),
  );
  if (lost) {
    const why = 'existing toleration can not be modified except its tolerationSeconds';
    refusals.push(forbidden('spec.tolerations', why));
  }
  const images = (list: 'containers' | 'initContainers') =>
    spec[list]?.map((container, i) => ({ ...container, image: previous[list]?.[i]?.image }));
  const rest = {
    ...spec,
    containers: images('containers'),
    initContainers: images('initContainers'),
    activeDeadlineSeconds: previous.activeDeadlineSeconds,
    tolerations: previous.tolerations,
  };
  if (sameValue(rest, previous)) return refusals;
  const difference = diffOf(previous, rest);
  return [
    ...refusals,
    forbidden('spec', `pod updates may not change fields other than ${podFields}\n${difference}`),
  ];
}

function checkDeadline(given: number | undefined, before: number | undefined): Refusal[] {
  if (before === undefined || (given !== undefined && given <= before)) return [];
  const why =
    given === undefined
      ? 'must not update from a positive integer to nil value'
      : 'must be less than or equal to previous value';
  const message = `Invalid value: ${given ?? null}: ${why}`;
  return [{ reason: 'FieldValueInvalid', field: 'spec.activeDeadlineSeconds', message }];
}
