import { conflict } from './errors.ts';
import { timestamp } from './metadata.ts';
import type { ApiObject, ObjectMeta, Pod } from './objects.ts';
import type { DeleteOptions, Resource } from './types.ts';

/** What a delete does: nothing (it is on its way already), leave it marked, or take it away. `object` is the object as it is then. */
export type Deletion =
  | { readonly kind: 'none' | 'remove' }
  | { readonly kind: 'mark'; readonly object: ApiObject };

const defaultGraceSeconds = 30;

/**
 * Decides what deleting an object means (apiserver's BeforeDelete and registry store, pod strategy's CheckGracefulDelete). Namespaces wait for their content: whoever has cleared it
 * takes `kubernetes` out of `spec.finalizers`, or deletes with a grace period of 0 (`isEmpty` then says whether it is clear).
 */
export function decideDeletion(
  resource: Resource,
  object: ApiObject,
  options: DeleteOptions,
  isEmpty: () => boolean,
): Deletion {
  const { metadata } = object;
  const finalizers = finalizersAfter(metadata, options.propagationPolicy);
  const grace = resource.name === 'pods' ? podGrace(object as Pod, options) : 0;
  const going = metadata.deletionTimestamp !== undefined;

  if (resource.name === 'namespaces' && hasContentFinalizer(object)) {
    if (going) return options.gracePeriodSeconds === 0 && isEmpty() ? { kind: 'remove' } : { kind: 'none' };
    const terminating = { ...object, status: { ...(object.status as object), phase: 'Terminating' } };
    return { kind: 'mark', object: marked(terminating, finalizers, 0) };
  }
  if (finalizers.length === 0 && grace === 0) return { kind: 'remove' };
  if (!going) return { kind: 'mark', object: marked(object, finalizers, grace) };
  const before = metadata.deletionGracePeriodSeconds ?? 0;
  // A grace period can be shortened, never prolonged; one that nobody gave stays as it is.
  if (options.gracePeriodSeconds === undefined || grace >= before) return { kind: 'none' };
  return { kind: 'mark', object: marked(object, finalizers, grace) };
}

/** True where an update has let go of the last thing that kept a deleted object. */
export function isReleased(resource: Resource, object: ApiObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
  if (deletionTimestamp === undefined || finalizers.length > 0 || deletionGracePeriodSeconds > 0)
    return false;
  return resource.name !== 'namespaces' || !hasContentFinalizer(object);
}

/** Throws a 409 where the object is not the one that the caller means. */
export function checkPreconditions(resource: Resource, object: ApiObject, options: DeleteOptions): void {
  const { uid, resourceVersion } = options.preconditions ?? {};
  const { metadata } = object;
  if (uid !== undefined && uid !== metadata.uid) {
    throw conflict(
      resource,
      metadata.name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw conflict(
      resource,
      metadata.name,
      `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`,
    );
  }
}

function podGrace(pod: Pod, { gracePeriodSeconds }: DeleteOptions): number {
  const { spec, status, metadata } = pod;
  const phase = status?.phase;
  if (!spec.nodeName || phase === 'Failed' || phase === 'Succeeded') return 0;
  const going = metadata.deletionGracePeriodSeconds;
  const wanted = gracePeriodSeconds ?? going ?? spec.terminationGracePeriodSeconds ?? defaultGraceSeconds;
  return wanted < 0 ? 1 : wanted;
}

function marked(object: ApiObject, finalizers: readonly string[], grace: number): ApiObject {
  const { metadata } = object;
  const { generation, deletionTimestamp } = metadata;
  const again = deletionTimestamp !== undefined;
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(generation !== undefined && !again && { generation: generation + 1 }),
      deletionTimestamp: timestamp(new Date(Date.now() + grace * 1000)),
      deletionGracePeriodSeconds: grace,
      ...(finalizers.length > 0 && { finalizers }),
    },
  };
}

/** `orphan` and `foregroundDeletion` are put in for whoever collects dependants; a Background delete takes them out again. */
function finalizersAfter(
  { finalizers = [] }: ObjectMeta,
  policy: DeleteOptions['propagationPolicy'],
): readonly string[] {
  if (policy === undefined) return finalizers;
  const others = finalizers.filter((each) => each !== 'orphan' && each !== 'foregroundDeletion');
  if (policy === 'Background') return others;
  return [...others, policy === 'Orphan' ? 'orphan' : 'foregroundDeletion'];
}

function hasContentFinalizer({ spec }: ApiObject): boolean {
  const { finalizers = [] } = (spec ?? {}) as { readonly finalizers?: readonly string[] };
  return finalizers.length > 0;
}
