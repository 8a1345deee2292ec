import type { ApiObject, Resource } from '../../store/index.ts';
import { parseFieldSelector } from './field-selector.ts';
import { parseLabelSelector } from './label-selector.ts';

export type Filter = (object: ApiObject) => boolean;

/** The objects that a request's `labelSelector` and `fieldSelector` leave, in its namespace. undefined: all. Throws a 400. */
export function filterOf(query: URLSearchParams, resource: Resource, name?: string): Filter | undefined {
  const labelText = query.get('labelSelector') ?? '';
  const fieldText = query.get('fieldSelector') ?? '';
  if (labelText.trim() === '' && fieldText === '' && name === undefined) return undefined;
  const labels = parseLabelSelector(labelText);
  const fields = parseFieldSelector(fieldText, resource);
  return (object) =>
    (name === undefined || object.metadata.name === name) && labels(object.metadata.labels) && fields(object);
}
