import {
  causeTypes,
  dnsLabelErrors,
  type FieldError,
  fieldErrorText,
  validateMetadata,
} from '../../../manifest/index.ts';
import { formatPath } from '../../../model/index.ts';
import { readRequestBody } from '../../../yaml/index.ts';
import type { ApiObject, Resource } from '../../store/index.ts';
import { invalid, type Refusal } from './refusals.ts';

/** Kinds whose names are DNS labels; all others are subdomains. */
const labelled: ReadonlySet<string> = new Set(['namespaces', 'services', 'statefulsets']);
const longestCronJob = 52;

/** Holds an object's metadata against the API's rules, with those of its kind for names. */
export function checkMetadata({ name: resource }: Resource, object: ApiObject): readonly Refusal[] {
  const [document] = readRequestBody(JSON.stringify({ metadata: object.metadata }));
  const errors: FieldError[] = [];
  if (document?.root !== undefined) validateMetadata(document.root, errors);
  const { name } = object.metadata;
  const found = errors.map(toRefusal);
  if (labelled.has(resource)) {
    const others = found.filter(({ field }) => field !== 'metadata.name');
    return [...dnsLabelErrors(name).map((why) => invalid('metadata.name', name, why)), ...others];
  }
  if (resource === 'cronjobs' && name.length > longestCronJob) {
    return [...found, invalid('metadata.name', name, `must be no more than ${longestCronJob} characters`)];
  }
  return found;
}

export function toRefusal(error: FieldError): Refusal {
  return {
    reason: causeTypes[error.kind],
    field: formatPath(error.path),
    message: fieldErrorText(error),
  };
}
