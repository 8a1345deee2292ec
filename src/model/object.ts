import type { Labels } from './labels.ts';
import type { Origin } from './source.ts';

/** The parts of ObjectMeta that decide anything. Cluster-scoped objects have the namespace ''. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** RFC 3339, as written; older objects win ties in Istio. */
  readonly creationTimestamp?: string;
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly controller: boolean;
}

/** Any object: enough to name it and to point at it. */
export interface KindedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly origin: Origin;
}

/** `NetworkPolicy ns/name`, or `ClusterNetworkPolicy name` where there is no namespace. */
export function describeObject(object: KindedObject): string {
  return `${object.kind} ${qualifiedName(object)}`;
}

/** `namespace/name`, or `name` alone for a cluster-scoped object. */
export function qualifiedName(object: KindedObject): string {
  const { namespace, name } = object.metadata;
  return namespace === '' ? name : `${namespace}/${name}`;
}
