import type { ApiObject } from './objects.ts';
import type { Resource } from './types.ts';
import { sameValue } from './values.ts';

/** Kinds without a generation: their registries never set one. */
const without: ReadonlySet<string> = new Set([
  'Namespace',
  'Node',
  'Service',
  'ServiceAccount',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Event',
  'ControllerRevision',
]);

/** The generation of a new object; undefined for kinds that have none. */
export function firstGeneration({ kind, custom }: Resource): number | undefined {
  return !custom && without.has(kind) ? undefined : 1;
}

/** The generation of an update: one more where anything changed that a controller acts on. */
export function nextGeneration(object: ApiObject, previous: ApiObject): number | undefined {
  const { generation } = previous.metadata;
  if (generation === undefined) return undefined;
  return sameValue(intent(object), intent(previous)) ? generation : generation + 1;
}

/** An object without its metadata and status: its spec, and for kinds that have none their fields. */
function intent({ apiVersion: _, metadata: __, status: ___, ...rest }: ApiObject): object {
  return rest;
}
