import { selectsLabels } from '../../cluster/index.ts';
import type { LabelSelector } from '../../model/index.ts';
import type { ApiObject, OwnerReference } from '../store/index.ts';
import type { Context } from './context.ts';

/** The reference by which an object becomes the controller of another. */
export function controllerReference({ apiVersion, kind, metadata }: ApiObject): OwnerReference {
  return {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/**
 * The objects of one kind that belong to `owner`: those it controls, less those that no longer match its selector (they are let go), and those that match and have no controller (they are taken
 * in). An owner that is going away takes in nobody. Source: controller_ref_manager.go.
 */
export function claim<T extends ApiObject>(
  { store, index }: Context,
  owner: ApiObject,
  selector: LabelSelector,
  resource: string,
): readonly T[] {
  const { uid, namespace = '' } = owner.metadata;
  const mine: T[] = [];
  for (const object of index.controlled<T>(uid, resource)) {
    if (selectsLabels(selector, object.metadata.labels ?? {})) mine.push(object);
    else if (owner.metadata.deletionTimestamp === undefined) {
      store.modify(resource, object.metadata.name, namespace, (current) => ({
        ...current,
        metadata: {
          ...current.metadata,
          ownerReferences: (current.metadata.ownerReferences ?? []).filter((each) => each.uid !== uid),
        },
      }));
    }
  }
  if (owner.metadata.deletionTimestamp !== undefined || selectsAll(selector)) return mine;
  for (const object of index.uncontrolled<T>(resource, namespace)) {
    const { labels = {}, deletionTimestamp, name } = object.metadata;
    if (deletionTimestamp !== undefined || !selectsLabels(selector, labels)) continue;
    const adopted = store.modify<T>(resource, name, namespace, (current) => ({
      ...current,
      metadata: {
        ...current.metadata,
        ownerReferences: [...(current.metadata.ownerReferences ?? []), controllerReference(owner)],
      },
    }));
    if (adopted !== undefined) mine.push(adopted);
  }
  return mine;
}

/** True for a selector without a condition. */
export function selectsAll({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}
