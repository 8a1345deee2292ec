import { type ApiObject, badRequest, type NewObject, type Store } from '../../store/index.ts';
import { readObjectText } from '../http/body.ts';
import type { Call } from '../http/call.ts';
import { type FieldValidation, readBody } from '../openapi/index.ts';
import type { Target } from '../path.ts';
import { fromClient } from '../served.ts';

/** Reads the object that a request carries, as the store takes it. Throws a 400, 413 or 415 in the API server's words; warnings go to the call. */
export async function readObject(
  store: Store,
  call: Call,
  target: Target,
  fieldValidation: FieldValidation,
): Promise<NewObject> {
  const { text, format } = (await readObjectText(call)) ?? { text: '', format: 'json' };
  const { resource, group, version } = target;
  const { object, warnings } = readBody({
    text,
    format,
    resource: group === resource.group ? resource : { ...resource, group },
    version,
    resources: store.resources,
    fieldValidation,
  });
  for (const warning of warnings) call.warnings.add(warning);
  return placed(fromClient(target, object), target);
}

/** The object in the namespace of the request. Throws a 400 where it names another one. */
export function placed<T extends NewObject>(object: T, { resource, namespace }: Target): T {
  const { metadata = {} } = object;
  const wanted = resource.namespaced ? namespace : undefined;
  if (metadata.namespace && wanted !== undefined && metadata.namespace !== wanted) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const { namespace: _, ...rest } = metadata;
  return { ...object, metadata: wanted === undefined ? rest : { ...rest, namespace: wanted } };
}

/** Throws a 400 where the object is not the one that the path names. */
export function checkName({ metadata }: NewObject, name: string): void {
  if (!metadata.name) {
    throw badRequest(
      `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
    );
  }
  if (metadata.name !== name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
}

/** Metadata of a new object without what only the server writes. */
export function withoutSystemFields(object: NewObject): NewObject {
  if (object.metadata.resourceVersion) {
    throw badRequest('resourceVersion should not be set on objects to be created');
  }
  const {
    uid: _uid,
    creationTimestamp: _time,
    deletionTimestamp: _gone,
    deletionGracePeriodSeconds: _grace,
    resourceVersion: _version,
    generation: _generation,
    ...metadata
  } = object.metadata as Partial<ApiObject['metadata']>;
  return { ...object, metadata };
}
