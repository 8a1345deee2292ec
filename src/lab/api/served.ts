import type { ApiObject } from '../store/index.ts';
import { eventFromClient, eventToClient } from './events-group.ts';
import { eventsGroup, type Served } from './path.ts';

/** An object of the store as a client of this group and version sees it. */
export function toClient(served: Served, object: ApiObject): ApiObject {
  if (served.group === eventsGroup) return eventToClient(object);
  const { metadata } = object;
  const sent =
    object.apiVersion === served.apiVersion ? object : { ...object, apiVersion: served.apiVersion };
  if (metadata.resourceVersion !== '') return sent;
  const { resourceVersion: _, ...rest } = metadata;
  return { ...sent, metadata: rest as ApiObject['metadata'] };
}

/** What a client sent, as the store takes it. */
export function fromClient<T extends { readonly apiVersion: string }>(served: Served, object: T): T {
  return served.group === eventsGroup ? (eventFromClient(object as never) as never) : object;
}

/** Items of a list: those of built-in kinds leave out what the list says already. */
export function toListItem(served: Served, object: ApiObject): object {
  const sent = toClient(served, object);
  if (served.resource.custom) return sent;
  const { apiVersion: _, kind: __, ...rest } = sent;
  return rest;
}
