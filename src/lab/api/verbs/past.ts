import type { ApiObject, ResourceName, Store } from '../../store/index.ts';

/** The objects of a kind as they were at a resourceVersion: those of now with what came after taken back. undefined where that is no longer known. */
export function objectsAt(
  store: Store,
  resource: ResourceName,
  namespace: string | undefined,
  revision: string,
): readonly ApiObject[] | undefined {
  if (revision === store.revision) return store.list(resource, namespace);
  const since = store.since(resource, revision);
  if (since === undefined) return undefined;
  if (since.length === 0) return store.list(resource, namespace);
  const objects = new Map(store.list(resource).map((object) => [keyOf(object), object]));
  for (const event of since.toReversed()) {
    if (event.type === 'ADDED') objects.delete(keyOf(event.object));
    else objects.set(keyOf(event.object), event.previous);
  }
  return [...objects]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, object]) => object)
    .filter((object) => namespace === undefined || object.metadata.namespace === namespace);
}

function keyOf({ metadata }: ApiObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
