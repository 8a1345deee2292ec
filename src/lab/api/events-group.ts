import type { ApiObject } from '../store/index.ts';

/**
 * Events of events.k8s.io/v1 are those of the core group under other names: what is told apart is only how fields are called
 * (pkg/apis/events/v1/conversion.go).
 */
const names: readonly (readonly [core: string, events: string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['reportingComponent', 'reportingController'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
];

const toEvents = new Map(names);
const toCore = new Map(names.map(([core, events]) => [events, core]));

export function eventToClient(object: ApiObject): ApiObject {
  return { ...renamed(object, toEvents), apiVersion: 'events.k8s.io/v1' };
}

export function eventFromClient(object: ApiObject): ApiObject {
  return { ...renamed(object, toCore), apiVersion: 'v1' };
}

function renamed(object: ApiObject, table: ReadonlyMap<string, string>): ApiObject {
  const entries = Object.entries(object).map(([field, value]) => [table.get(field) ?? field, value]);
  return Object.fromEntries(entries) as ApiObject;
}
