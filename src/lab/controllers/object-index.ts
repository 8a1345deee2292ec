import type { ApiObject, OwnerReference, Resource, Store, StoreEvent } from '../store/index.ts';

/** An object and the kind under which the store has it. */
export interface Indexed {
  readonly resource: Resource;
  readonly object: ApiObject;
}

/** Who owns whom, kept up to date, so that no controller has to look through all objects. */
export interface ObjectIndex {
  /** Objects that name this uid as an owner, of any kind. */
  dependents(uid: string): readonly Indexed[];
  /** Those of one kind whose controller this uid is. */
  controlled<T extends ApiObject>(uid: string, resource: string): readonly T[];
  /** Objects of one kind in a namespace that have no controller. */
  uncontrolled<T extends ApiObject>(resource: string, namespace: string): readonly T[];
  byUid(uid: string): Indexed | undefined;
  close(): void;
}

/** The owner that manages the object, if it has one. */
export function controllerOf({ metadata }: ApiObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find((reference) => reference.controller === true);
}

/** True for an object that is going away, or is about to because its controller has gone: whoever wants its name has to wait. */
export function isLeaving(index: ObjectIndex, object: ApiObject): boolean {
  const owner = controllerOf(object);
  const leftBehind = owner !== undefined && index.byUid(owner.uid) === undefined;
  return leftBehind || object.metadata.deletionTimestamp !== undefined;
}

/** Reads all objects once and follows the store from then on. Make it before the first controller subscribes: listeners are told in the order in which they came. */
export function createObjectIndex(store: Store): ObjectIndex {
  const all = new Map<string, Indexed>();
  const owned = new Map<string, Set<string>>();
  const free = new Map<string, Set<string>>();

  function place(map: Map<string, Set<string>>, key: string, uid: string): void {
    const set = map.get(key);
    if (set === undefined) map.set(key, new Set([uid]));
    else set.add(uid);
  }

  function take(map: Map<string, Set<string>>, key: string, uid: string): void {
    const set = map.get(key);
    set?.delete(uid);
    if (set?.size === 0) map.delete(key);
  }

  function put(resource: Resource, object: ApiObject): void {
    const { uid, ownerReferences = [] } = object.metadata;
    all.set(uid, { resource, object });
    for (const reference of ownerReferences) place(owned, reference.uid, uid);
    if (controllerOf(object) === undefined) place(free, freeKey(resource, object), uid);
  }

  function remove(resource: Resource, object: ApiObject): void {
    const { uid, ownerReferences = [] } = object.metadata;
    all.delete(uid);
    for (const reference of ownerReferences) take(owned, reference.uid, uid);
    if (controllerOf(object) === undefined) take(free, freeKey(resource, object), uid);
  }

  function follow(event: StoreEvent): void {
    if (event.type !== 'ADDED') remove(event.resource, event.previous);
    if (event.type !== 'DELETED') put(event.resource, event.object);
  }

  for (const resource of store.resources) {
    for (const object of store.list(resource.name)) put(resource, object);
  }
  const stop = store.subscribe('*', follow);

  function listed(uids: ReadonlySet<string> | undefined): Indexed[] {
    return uids === undefined ? [] : [...uids].flatMap((uid) => all.get(uid) ?? []);
  }

  return {
    dependents: (uid) => listed(owned.get(uid)),
    controlled: <T extends ApiObject>(uid: string, resource: string) =>
      listed(owned.get(uid))
        .filter((each) => each.resource.name === resource && controllerOf(each.object)?.uid === uid)
        .map((each) => each.object as T),
    uncontrolled: <T extends ApiObject>(resource: string, namespace: string) =>
      listed(free.get(`${resource}/${namespace}`)).map((each) => each.object as T),
    byUid: (uid) => all.get(uid),
    close: stop,
  };
}

function freeKey(resource: Resource, { metadata }: ApiObject): string {
  return `${resource.name}/${metadata.namespace ?? ''}`;
}
