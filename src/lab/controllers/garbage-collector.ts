import type { ApiObject, OwnerReference } from '../store/index.ts';
import type { Context } from './context.ts';
import type { Indexed } from './object-index.ts';
import { isGone, isNamespaceTerminating } from './pods.ts';

const orphan = 'orphan';
const foreground = 'foregroundDeletion';

/** Deletes what nobody owns any more, and does what the finalizers `orphan` and `foregroundDeletion` wait for. Source: pkg/controller/garbagecollector. */
export function startGarbageCollector(context: Context): () => void {
  const { store, index, queue } = context;
  const worker = queue.worker('garbage', (uid) => {
    const found = index.byUid(uid);
    if (found !== undefined) collect(context, found, (each) => worker.add(each));
  });
  const stop = store.subscribe('*', (event) => {
    const { uid, ownerReferences } = event.object.metadata;
    const before = event.type === 'MODIFIED' ? event.previous.metadata.ownerReferences : ownerReferences;
    if (event.type === 'DELETED') {
      for (const { object } of index.dependents(uid)) worker.add(object.metadata.uid);
    } else if (waits(event.object)) worker.add(uid);
    if (event.type === 'MODIFIED' && before === ownerReferences) return;
    if (event.type !== 'DELETED' && ownerReferences !== undefined) worker.add(uid);
    // An owner that goes in the foreground waits for the last of its dependants.
    for (const owner of event.type === 'ADDED' ? [] : (before ?? [])) worker.add(owner.uid);
  });
  for (const { name } of store.resources) {
    for (const { metadata } of store.list(name)) {
      if (metadata.ownerReferences !== undefined) worker.add(metadata.uid);
    }
  }
  return stop;
}

/** True for an object whose deletion waits for something to be done about its dependants. */
function waits({ metadata }: ApiObject): boolean {
  if (metadata.deletionTimestamp === undefined) return false;
  return metadata.finalizers?.some((each) => each === orphan || each === foreground) === true;
}

function collect(context: Context, found: Indexed, look: (uid: string) => void): void {
  const { metadata } = found.object;
  if (metadata.deletionTimestamp !== undefined) {
    if (metadata.finalizers?.includes(orphan)) letGo(context, found);
    else if (metadata.finalizers?.includes(foreground)) clearForeground(context, found, look);
    return;
  }
  const owners = metadata.ownerReferences ?? [];
  if (owners.length === 0) return;
  const present = owners.filter((owner) => exists(context, owner, metadata.namespace));
  const solid = present.filter((owner) => !isWaitingForDependents(context, owner));
  if (solid.length > 0) {
    if (solid.length < owners.length) keepOwners(context, found, new Set(solid.map(({ uid }) => uid)));
    return;
  }
  const policy = present.length > 0 ? 'Foreground' : defaultPolicy(metadata.finalizers);
  remove(context, found, policy);
}

/** A reference counts where that very object is there; one in another namespace never does. */
function exists({ index }: Context, { uid, name }: OwnerReference, namespace: string | undefined): boolean {
  const owner = index.byUid(uid);
  if (owner === undefined || owner.object.metadata.name !== name) return false;
  return !owner.resource.namespaced || owner.object.metadata.namespace === namespace;
}

function isWaitingForDependents({ index }: Context, { uid }: OwnerReference): boolean {
  const { metadata } = index.byUid(uid)!.object;
  return metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(foreground) === true;
}

function defaultPolicy(finalizers: readonly string[] = []): 'Background' | 'Foreground' | 'Orphan' {
  if (finalizers.includes(orphan)) return 'Orphan';
  return finalizers.includes(foreground) ? 'Foreground' : 'Background';
}

function remove(
  { store }: Context,
  { resource, object }: Indexed,
  propagationPolicy: 'Background' | 'Foreground' | 'Orphan',
): void {
  const { name, namespace, uid } = object.metadata;
  try {
    store.delete(resource.name, name, namespace, { propagationPolicy, preconditions: { uid } });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function letGo(context: Context, { resource, object }: Indexed): void {
  for (const dependent of context.index.dependents(object.metadata.uid)) {
    keepOwners(context, dependent, undefined, object.metadata.uid);
  }
  dropFinalizer(context, { resource, object }, orphan);
}

/** An owner in the foreground goes when the last of those that block it has gone. */
function clearForeground(context: Context, found: Indexed, look: (uid: string) => void): void {
  const { uid } = found.object.metadata;
  const blocking = context.index
    .dependents(uid)
    .filter(({ object }) =>
      object.metadata.ownerReferences?.some((each) => each.uid === uid && each.blockOwnerDeletion === true),
    );
  for (const { object } of blocking) look(object.metadata.uid);
  if (blocking.length === 0) dropFinalizer(context, found, foreground);
}

/** Leaves an object only the owners in `kept`, or all but `dropped`. */
function keepOwners(
  { store }: Context,
  { resource, object }: Indexed,
  kept: ReadonlySet<string> | undefined,
  dropped?: string,
): void {
  const { name, namespace, uid } = object.metadata;
  store.modify(resource.name, name, namespace, (current) => {
    if (current.metadata.uid !== uid) return undefined;
    const ownerReferences = (current.metadata.ownerReferences ?? []).filter((owner) =>
      kept === undefined ? owner.uid !== dropped : kept.has(owner.uid),
    );
    return { ...current, metadata: { ...current.metadata, ownerReferences } };
  });
}

function dropFinalizer({ store }: Context, { resource, object }: Indexed, finalizer: string): void {
  const { name, namespace, uid } = object.metadata;
  try {
    store.modify(resource.name, name, namespace, (current) => {
      if (current.metadata.uid !== uid) return undefined;
      const finalizers = (current.metadata.finalizers ?? []).filter((each) => each !== finalizer);
      return { ...current, metadata: { ...current.metadata, finalizers } };
    });
  } catch (error) {
    if (!isNamespaceTerminating(error)) throw error;
  }
}
