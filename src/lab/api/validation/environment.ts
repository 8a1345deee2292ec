import { subdomainErrors } from '../../../manifest/index.ts';
import type { EnvVar, KeySelector } from '../../store/index.ts';
import { invalid, notSupported, type Refusal, required } from './refusals.ts';

/** Fields of a pod that a variable can be taken from. */
const variableFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** Fields that the API knows the way to, but not for a variable. */
const otherFields = [
  'metadata.annotations',
  'metadata.labels',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
  'spec.host',
];

/** Holds a container's variables against the API's rules (core/validation: ValidateEnv). */
export function checkEnvironment(env: readonly EnvVar[], path: string): readonly Refusal[] {
  return env.flatMap((variable, i) => {
    const at = `${path}[${i}]`;
    return [...(variable.name ? [] : [required(`${at}.name`)]), ...checkSource(variable, `${at}.valueFrom`)];
  });
}

function checkSource({ value, valueFrom }: EnvVar, at: string): readonly Refusal[] {
  if (valueFrom === undefined) return [];
  const { fieldRef, configMapKeyRef, secretKeyRef, ...others } = valueFrom;
  const count = Object.keys(valueFrom).length;
  return [
    ...(fieldRef === undefined ? [] : checkField(fieldRef.fieldPath ?? '', `${at}.fieldRef.fieldPath`)),
    ...(configMapKeyRef === undefined ? [] : checkKey(configMapKeyRef, `${at}.configMapKeyRef`)),
    ...(secretKeyRef === undefined ? [] : checkKey(secretKeyRef, `${at}.secretKeyRef`)),
    ...(count === 0 && Object.keys(others).length === 0
      ? [
          invalid(
            at,
            '',
            'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
          ),
        ]
      : []),
    ...(count > 0 && value ? [invalid(at, '', 'may not be specified when `value` is not empty')] : []),
    ...(count > 1 && !value ? [invalid(at, '', 'may not have more than one field specified at a time')] : []),
  ];
}

function checkField(field: string, at: string): readonly Refusal[] {
  if (field === '') return [required(at)];
  const subscripted = /^metadata\.(?:annotations|labels)\['.+'\]$/.test(field);
  if (subscripted || variableFields.includes(field)) return [];
  if (otherFields.includes(field)) return [notSupported(at, field, variableFields)];
  return [invalid(at, field, `error converting fieldPath: field label not supported: ${field}`)];
}

function checkKey({ name = '', key }: KeySelector, at: string): readonly Refusal[] {
  return [
    ...subdomainErrors(name).map((why) => invalid(`${at}.name`, name, why)),
    ...(key ? [] : [required(`${at}.key`)]),
  ];
}
