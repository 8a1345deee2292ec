import type { KindedObject, Labels, ModelObject } from '../model/index.ts';
import type { ClusterNamespace } from './cluster.ts';
import type { LabelAssumption } from './input.ts';

const nameLabel = 'kubernetes.io/metadata.name';

/**
 * Every namespace that an object names, with what is known of its labels. The API server keeps the label `kubernetes.io/metadata.name` at the
 * namespace's name, whatever a manifest says; without a Namespace object nothing else is known.
 */
export function collectNamespaces(
  objects: readonly ModelObject[],
  assumptions: readonly LabelAssumption[],
): Map<string, ClusterNamespace> {
  const given = new Map<string, KindedObject>();
  const names = new Set<string>();
  for (const object of objects) {
    if (object.kind === 'Namespace') given.set(object.metadata.name, object);
    const name = object.kind === 'Namespace' ? object.metadata.name : object.metadata.namespace;
    if (name !== '') names.add(name);
  }
  const namespaces = new Map<string, ClusterNamespace>();
  for (const name of [...names].sort()) {
    const own = assumptions.filter((a) => a.kind === 'Namespace' && a.name === name);
    namespaces.set(name, describeNamespace(name, given.get(name), own));
  }
  return namespaces;
}

/** A namespace with the labels of its object, if there is one, and those that are assumed. */
export function describeNamespace(
  name: string,
  object: KindedObject | undefined,
  assumptions: readonly LabelAssumption[],
): ClusterNamespace {
  const labels: Record<string, string> = Object.assign(Object.create(null), object?.metadata.labels);
  const absent = new Set<string>();
  for (const { key, value } of assumptions) {
    if (value === undefined) {
      delete labels[key];
      absent.add(key);
    } else labels[key] = value;
  }
  labels[nameLabel] = name;
  const known = { labels: labels as Labels, complete: object !== undefined, absent };
  return object === undefined ? { name, labels: known } : { name, labels: known, object };
}
