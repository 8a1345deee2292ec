import { type ApiObject, type NewObject, type Pod, StatusError } from '../store/index.ts';
import { controllerReference } from './claim.ts';
import { type Context, keyOf, recorder } from './context.ts';
import { controllerOf } from './object-index.ts';
import type { Worker } from './queue.ts';
import type { PodTemplate } from './types.ts';

const longestPodName = 253;

/** A pod as an owner would make it; `name` where it chooses names itself. */
export function podFromTemplate(owner: ApiObject, template: PodTemplate, name?: string): NewObject {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const prefix = `${owner.metadata.name}-`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(name === undefined
        ? { generateName: prefix.length > longestPodName ? owner.metadata.name : prefix }
        : { name }),
      namespace: owner.metadata.namespace!,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: template.spec,
    status: { phase: 'Pending' },
  };
}

/** Makes and takes away pods in the name of a controller, with the events that tell of it. */
export interface PodControl {
  /** Gives undefined where the namespace is going away; throws what the API refuses. */
  create(owner: ApiObject, pod: NewObject): Pod | undefined;
  delete(owner: ApiObject, pod: Pod): void;
}

/** What the events of a controller say. */
export interface PodWords {
  created(owner: ApiObject, name: string): string;
  deleted(owner: ApiObject, name: string): string;
  notCreated(owner: ApiObject, name: string, why: string): string;
}

const plainWords: PodWords = {
  created: (_, name) => `Created pod: ${name}`,
  deleted: (_, name) => `Deleted pod: ${name}`,
  notCreated: (_, __, why) => `Error creating: ${why}`,
};

export function podControl(context: Context, component: string, words: PodWords = plainWords): PodControl {
  const record = recorder(context, component);
  return {
    create(owner, pod) {
      try {
        const created = context.store.create<Pod>(pod);
        record(owner, 'Normal', 'SuccessfulCreate', words.created(owner, created.metadata.name));
        return created;
      } catch (error) {
        if (isNamespaceTerminating(error)) return undefined;
        const why = words.notCreated(owner, pod.metadata.name ?? '', messageOf(error));
        record(owner, 'Warning', 'FailedCreate', why);
        throw error;
      }
    },
    delete(owner, { metadata }) {
      const { name, namespace, uid } = metadata;
      try {
        context.store.delete('pods', name, namespace, { preconditions: { uid } });
      } catch (error) {
        if (isGone(error)) return;
        record(owner, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
        throw error;
      }
      record(owner, 'Normal', 'SuccessfulDelete', words.deleted(owner, name));
    },
  };
}

/** Has a controller hear of its own objects and of the pods that they own or might take in. */
export function followPods(
  context: Context,
  { resource, kind }: { readonly resource: string; readonly kind: string },
  worker: Worker,
  mightTakeIn: boolean = true,
): readonly (() => void)[] {
  const { store } = context;
  const stops = [
    store.subscribe(resource, ({ object }) => worker.add(keyOf(object))),
    // Pods were refused as long as their account was missing.
    store.subscribe('serviceaccounts', ({ type, object }) => {
      if (type !== 'ADDED') return;
      for (const each of store.list(resource, object.metadata.namespace)) worker.add(keyOf(each));
    }),
    store.subscribe('pods', (event) => {
      const seen = event.type === 'MODIFIED' ? [event.object, event.previous] : [event.object];
      for (const pod of seen) {
        const owner = controllerOf(pod);
        if (owner?.kind === kind) worker.add(`${pod.metadata.namespace}/${owner.name}`);
      }
      if (!mightTakeIn || event.type === 'DELETED' || controllerOf(event.object) !== undefined) return;
      if (event.type === 'MODIFIED' && event.object.metadata.labels === event.previous.metadata.labels)
        return;
      for (const each of store.list(resource, event.object.metadata.namespace)) worker.add(keyOf(each));
    }),
  ];
  for (const object of store.list(resource)) worker.add(keyOf(object));
  return stops;
}

/** True for the refusal of anything new in a namespace that is going away: there is nothing to be done about it. */
export function isNamespaceTerminating(error: unknown): boolean {
  return (
    error instanceof StatusError &&
    error.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true
  );
}

/** True where the object is not there, or is another one by now. */
export function isGone(error: unknown): boolean {
  return error instanceof StatusError && (error.code === 404 || error.code === 409);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
