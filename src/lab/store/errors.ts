import { StatusError } from './status-error.ts';
import type { Resource, StatusDetails } from './types.ts';

/** `deployments.apps`, `pods`: how messages name a kind. */
export function qualifiedResource({ group, plural }: Pick<Resource, 'group' | 'plural'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

function detailsOf({ group, plural }: Resource, name: string): StatusDetails {
  return { name, ...(group !== '' && { group }), kind: plural };
}

/** `pods "web" not found`. */
export function notFound(resource: Resource, name: string): StatusError {
  const message = `${qualifiedResource(resource)} "${name}" not found`;
  return new StatusError(404, 'NotFound', message, detailsOf(resource, name));
}

export function alreadyExists(resource: Resource, name: string): StatusError {
  const message = `${qualifiedResource(resource)} "${name}" already exists`;
  return new StatusError(409, 'AlreadyExists', message, detailsOf(resource, name));
}

/** `Operation cannot be fulfilled on pods "web": …`. */
export function conflict(resource: Resource, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualifiedResource(resource)} "${name}": ${why}`;
  return new StatusError(409, 'Conflict', message, detailsOf(resource, name));
}

export const modifiedMeanwhile: string =
  'the object has been modified; please apply your changes to the latest version and try again';

/** `pods "web" is forbidden: …`. */
export function forbidden(
  resource: Resource,
  name: string,
  why: string,
  causes?: StatusDetails['causes'],
): StatusError {
  const message = `${qualifiedResource(resource)} "${name}" is forbidden: ${why}`;
  const details = { ...detailsOf(resource, name), ...(causes !== undefined && { causes }) };
  return new StatusError(403, 'Forbidden', message, details);
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

/** What a server says of a path that it does not serve. */
export function noSuchResource(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}
