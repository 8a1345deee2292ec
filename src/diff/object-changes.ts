import type { Cluster } from '../cluster/index.ts';
import type { KindedObject } from '../model/index.ts';
import type { Maps, ObjectChange } from './types.ts';

/** The objects of two clusters that are not the same, by kind, namespace and name. Comments and layout do not count. */
export function changedObjects(before: Cluster, after: Cluster): readonly ObjectChange[] {
  const left = objectsOf(before);
  const right = objectsOf(after);
  const unread = new Set([...unreadObjects(before), ...unreadObjects(after)]);
  const isSame = (a: KindedObject, b: KindedObject): boolean =>
    textOf(a) === textOf(b) || (!unread.has(a) && !unread.has(b) && isEqual(a, b));
  const changes: ObjectChange[] = [];
  for (const [key, object] of left) {
    const other = right.get(key);
    if (other === undefined) changes.push({ kind: 'removed', before: object, after: undefined });
    else if (!isSame(object, other)) changes.push({ kind: 'changed', before: object, after: other });
  }
  for (const [key, object] of right) {
    if (!left.has(key)) changes.push({ kind: 'added', before: undefined, after: object });
  }
  return changes
    .map((change) => ({ change, key: keyOf(change.after ?? change.before!) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ change }) => change);
}

/** Everything that can decide a verdict, and what could not be read. */
function objectsOf(cluster: Cluster): ReadonlyMap<string, KindedObject> {
  const { policies } = cluster;
  const lists: Iterable<KindedObject>[] = [
    ...policies.network.values(),
    policies.admin,
    ...policies.authorization.values(),
    ...policies.peerAuthentication.values(),
    ...policies.requestAuthentication.values(),
    policies.destinationRules,
    [...cluster.namespaces.values()].flatMap(({ object }) => object ?? []),
    [...cluster.workloads.values()].map(({ object }) => object),
    cluster.nodes.values(),
    cluster.services.values(),
    ...cluster.endpointSlices.values(),
    cluster.serviceEntries,
    cluster.gateways.values(),
    cluster.gatewayClasses.values(),
    unreadObjects(cluster),
  ];
  return new Map(lists.flatMap((list) => [...list].map((object) => [keyOf(object), object] as const)));
}

/** Of these nothing but the name is known. */
function unreadObjects({ foreign, unreadable }: Cluster): readonly KindedObject[] {
  return [...foreign, ...unreadable.map(({ object }) => object)];
}

function keyOf({ apiVersion, kind, metadata }: KindedObject): string {
  return `${kind} ${metadata.namespace}/${metadata.name} ${apiVersion.split('/')[0]}`;
}

function textOf({ origin: { source, start, end } }: KindedObject): string {
  return source.text.slice(start, end);
}

/** Equal but for where it is written. */
function isEqual(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((each, i) => isEqual(each, b[i]));
  const keys = Object.keys(a).filter((key) => key !== 'origin');
  const others = Object.keys(b).filter((key) => key !== 'origin');
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return keys.length === others.length && keys.every((key) => key in b && isEqual(left[key], right[key]));
}

/** The changes of objects of which nothing but the name is known. */
export function unreadChanges(
  { before, after }: Maps,
  objects: readonly ObjectChange[],
): readonly ObjectChange[] {
  const unread = new Set([...unreadObjects(before.cluster), ...unreadObjects(after.cluster)]);
  return objects.filter((change) => unread.has((change.after ?? change.before)!));
}

/** The settings of the mesh and of the cluster that are not the same on both sides, by name. */
export function changedSettings(before: Cluster, after: Cluster): readonly string[] {
  const left: Readonly<Record<string, unknown>> = { ...before.mesh, ...before.settings };
  const right: Readonly<Record<string, unknown>> = { ...after.mesh, ...after.settings };
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].filter((name) => !isEqual(left[name], right[name])).sort();
}
