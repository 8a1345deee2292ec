import type { ApiObject, Json, NewObject, Resource } from '../../store/index.ts';
import { decodeValue, definition, definitionName, groupVersion } from '../openapi/index.ts';
import { readManagers, writeManagers } from './managers.ts';
import { typeOf } from './types.ts';
import { recordUpdate } from './updater.ts';

type Fields = { readonly [key: string]: Json };

/** An object as it is before anybody has set anything. */
export function baseOf(resource: Resource, version: string): Fields {
  const typed = { apiVersion: groupVersion(resource, version), kind: resource.kind };
  return resource.custom ? typed : { ...decodeValue(typed, resource, version).object, ...typed };
}

/** The object in a version, without what is followed elsewhere or not at all: its managers, and a status that is a part of its own. */
export function withoutServerFields(
  object: ApiObject | NewObject,
  resource: Resource,
  apiVersion: string,
): Fields {
  const { managedFields: _, ...metadata } = object.metadata as Readonly<Record<string, unknown>>;
  const { status, ...rest } = object;
  return {
    ...rest,
    apiVersion,
    metadata,
    ...(!resource.status && status !== undefined && { status }),
  } as unknown as Fields;
}

export interface TrackRequest {
  readonly current: ApiObject;
  readonly resource: Resource;
  readonly version: string;
  readonly manager: string;
  /** Through which part of the object it was written: `scale`. */
  readonly subresource?: string | undefined;
  /** RFC 3339. */
  readonly now: string;
}

/**
 * The object of an update, whole with its defaults, with `metadata.managedFields` brought up to date: what it changes belongs to the writer from now on. Objects that nobody has applied yet are not
 * followed; an empty list in the update stops it.
 */
export function trackUpdate(
  object: NewObject,
  { current, resource, version, manager, subresource, now }: TrackRequest,
): NewObject {
  const given = (object.metadata as { readonly managedFields?: unknown }).managedFields;
  const known = readManagers((current.metadata as { readonly managedFields?: unknown }).managedFields);
  const { managedFields: _, ...metadata } = object.metadata as Readonly<Record<string, unknown>>;
  const bare = { ...object, metadata } as unknown as NewObject;
  const name = definitionName(resource.group, version, resource.kind);
  if (known.length === 0 || isReset(given) || name === undefined) return bare;
  const written = readManagers(given);
  const apiVersion = groupVersion(resource, version);
  const managers = recordUpdate(
    typeOf(definition(name)),
    withoutServerFields(current, resource, apiVersion),
    withoutServerFields(object, resource, apiVersion),
    written.length > 0 ? written : known,
    {
      name: manager,
      operation: 'Update',
      apiVersion,
      time: now,
      ...(subresource !== undefined && { subresource }),
    },
  );
  return {
    ...bare,
    metadata: { ...metadata, managedFields: writeManagers(managers) },
  } as unknown as NewObject;
}

/** An empty list, or one with nothing in it. */
function isReset(given: unknown): boolean {
  if (!Array.isArray(given)) return false;
  return given.length === 0 || (given.length === 1 && Object.keys(given[0] as object).length === 0);
}
