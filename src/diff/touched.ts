import type { KindedObject } from '../model/index.ts';
import type { MatchedEnd } from './match-ends.ts';
import type { Maps, ObjectChange } from './types.ts';

/**
 * Tells the ends of which anything that decides a verdict may have changed. A NetworkPolicy counts for the pods of its namespace alone, an AuthorizationPolicy too
 * unless it lies in the root namespace or a waypoint may enforce it for others. Any other change may concern everybody.
 */
export function touchFinder(
  { before, after }: Maps,
  objects: readonly ObjectChange[],
  settings: readonly string[],
): (end: MatchedEnd) => boolean {
  const clusters = [before.cluster, after.cluster];
  const isLocal = ({ kind, metadata }: KindedObject): boolean =>
    kind === 'NetworkPolicy' ||
    (kind === 'AuthorizationPolicy' &&
      clusters.every(
        ({ mesh, waypointPods }) => waypointPods.size === 0 && metadata.namespace !== mesh.rootNamespace,
      ));
  const changed = objects.map((change) => (change.after ?? change.before)!);
  const isUnread = (object: KindedObject): boolean =>
    clusters.some(({ unreadable }) => unreadable.some((each) => each.object === object));
  if (settings.length > 0 || !changed.every((object) => isLocal(object) && !isUnread(object)))
    return () => true;
  const namespaces = new Set(changed.map(({ metadata }) => metadata.namespace));
  return (end) => end.kind === 'workload' && namespaces.has(end.namespace);
}
