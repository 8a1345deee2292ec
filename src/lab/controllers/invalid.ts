import { type ApiObject, StatusError } from '../store/index.ts';

/** A 422 about one field, as the API server words it: `Service "web" is invalid: spec.clusterIPs: Invalid value: …`. */
export function invalid(
  { apiVersion, kind, metadata }: ApiObject,
  field: string,
  value: string,
  why: string,
): StatusError {
  const detail = `Invalid value: ${value}: ${why}`;
  const slash = apiVersion.indexOf('/');
  return new StatusError(422, 'Invalid', `${kind} "${metadata.name}" is invalid: ${field}: ${detail}`, {
    name: metadata.name,
    ...(slash >= 0 && { group: apiVersion.slice(0, slash) }),
    kind,
    causes: [{ reason: 'FieldValueInvalid', message: detail, field }],
  });
}
