import type { ApiObject, Json, NewObject, Resource } from '../../store/index.ts';
import { decodeValue, definition, definitionName, groupVersion } from '../openapi/index.ts';
import { type Manager, readManagers, writeManagers } from './managers.ts';
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
  /** undefined: the object is new. */
  readonly current: ApiObject | undefined;
  readonly resource: Resource;
  readonly version: string;
  readonly manager: string;
  /** Through which part of the object it was written: `scale`. */
  readonly subresource?: string | undefined;
  /** RFC 3339. */
  readonly now: string;
}

/**
 * The object of a create or an update, whole with its defaults, with `metadata.managedFields` brought up to date: what it changes belongs to the writer from now on. Objects that were made without
 * (by controllers) are not followed before their first apply; an empty list in an update stops it.
 */
export function trackWrite(object: NewObject, request: TrackRequest): NewObject {
  const { current, resource, version, manager, subresource, now } = request;
  const { managedFields: given, ...metadata } = object.metadata as Readonly<Record<string, unknown>>;
  const bare = { ...object, metadata } as unknown as NewObject;
  const known = managersOf(current);
  const name = definitionName(resource.group, version, resource.kind);
  const followed = current === undefined || known.length > 0;
  if (!followed || isReset(given) || name === undefined) return bare;
  const written = readManagers(given);
  const apiVersion = groupVersion(resource, version);
  const managers = recordUpdate(
    typeOf(definition(name)),
    current === undefined ? baseOf(resource, version) : withoutServerFields(current, resource, apiVersion),
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

/** Who is known to have set fields of an object. */
export function managersOf(object: ApiObject | undefined): readonly Manager[] {
  return readManagers((object?.metadata as { readonly managedFields?: unknown } | undefined)?.managedFields);
}

/** An empty list, or one with nothing in it. */
function isReset(given: unknown): boolean {
  if (!Array.isArray(given)) return false;
  return given.length === 0 || (given.length === 1 && Object.keys(given[0] as object).length === 0);
}
