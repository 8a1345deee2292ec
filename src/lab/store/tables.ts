import type { ApiObject } from './objects.ts';

/** The objects of one kind. */
export interface Table {
  get(name: string, namespace: string | undefined): ApiObject | undefined;
  set(object: ApiObject): void;
  remove(object: ApiObject): void;
  /** Sorted by namespace and name, as etcd's keys are. */
  list(namespace: string | undefined): readonly ApiObject[];
}

/** An empty table. Lists are made when they are asked for and kept until the next write. */
export function createTable(): Table {
  const objects = new Map<string, ApiObject>();
  const lists = new Map<string | undefined, readonly ApiObject[]>();
  return {
    get: (name, namespace) => objects.get(keyOf(name, namespace)),
    set(object) {
      objects.set(keyOf(object.metadata.name, object.metadata.namespace), object);
      lists.clear();
    },
    remove(object) {
      objects.delete(keyOf(object.metadata.name, object.metadata.namespace));
      lists.clear();
    },
    list(namespace) {
      const known = lists.get(namespace);
      if (known !== undefined) return known;
      const found = [...objects.values()]
        .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
        .sort(byKey);
      lists.set(namespace, found);
      return found;
    },
  };
}

function keyOf(name: string, namespace: string | undefined): string {
  return `${namespace ?? ''}/${name}`;
}

function byKey(a: ApiObject, b: ApiObject): number {
  const one = keyOf(a.metadata.name, a.metadata.namespace);
  const other = keyOf(b.metadata.name, b.metadata.namespace);
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
