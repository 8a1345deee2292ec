import type { Resource, Store } from '../store/index.ts';

/** A kind as one group and version serve it. */
export interface Served {
  readonly resource: Resource;
  readonly group: string;
  readonly version: string;
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string;
}

/** What a path below /api and /apis asks for. */
export interface Target extends Served {
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  /** What stands behind the subresource (`proxy/…`). */
  readonly rest: readonly string[];
  /** The old form `/api/v1/watch/…`. */
  readonly watch: boolean;
}

/** The group of Events besides the core group; the objects are the same. */
export const eventsGroup = 'events.k8s.io';

export function apiVersionOf(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Finds what a path asks for, by the rules of the API server's RequestInfo. undefined: there is no such place (404). */
export function findTarget(store: Store, path: readonly string[]): Target | undefined {
  const core = path[0] === 'api';
  if (!core && path[0] !== 'apis') return undefined;
  const [group, version, ...after] = core ? ['', ...path.slice(1)] : path.slice(1);
  if (group === undefined || version === undefined) return undefined;
  const watch = after[0] === 'watch';
  const { namespace, parts } = splitNamespace(watch ? after.slice(1) : after, core);
  const [plural, name, subresource, ...rest] = parts;
  if (plural === undefined) return undefined;
  const served = findServed(store, group, version, plural);
  if (served === undefined) return undefined;
  if (namespace !== undefined && !served.resource.namespaced) return undefined;
  if (name !== undefined && namespace === undefined && served.resource.namespaced) return undefined;
  return { ...served, namespace, name, subresource, rest, watch };
}

function splitNamespace(
  parts: readonly string[],
  core: boolean,
): { readonly namespace: string | undefined; readonly parts: readonly string[] } {
  const [first, namespace, next] = parts;
  if (first !== 'namespaces' || next === undefined) return { namespace: undefined, parts };
  if (core && (next === 'status' || next === 'finalize')) return { namespace: undefined, parts };
  return { namespace, parts: parts.slice(2) };
}

function findServed(store: Store, group: string, version: string, plural: string): Served | undefined {
  const home = group === eventsGroup ? '' : group;
  const resource = store.resources.find((each) => each.group === home && each.plural === plural);
  if (resource === undefined || !resource.versions.includes(version)) return undefined;
  if (group === eventsGroup && resource.kind !== 'Event') return undefined;
  return { resource, group, version, apiVersion: apiVersionOf(group, version) };
}
