import type { ApiObject, NewObject } from './objects.ts';

/** A kind as the API serves it. */
export interface Resource {
  /** '' for the core group. */
  readonly group: string;
  /** All served versions, the preferred (and stored) one first. */
  readonly versions: readonly string[];
  readonly kind: string;
  /** Unique in the lab: `pods`, `deployments`, `authorizationpolicies`. Istio's and the Gateway API's `gateways` are told apart by `name`. */
  readonly plural: string;
  /** How the store names it: the plural for all kinds but those whose plural is taken, then `plural.group`. */
  readonly name: ResourceName;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** Has `status` as a subresource. */
  readonly status: boolean;
  /** Defined by a CustomResourceDefinition, not by Kubernetes itself: no strategic merge patch, another judge of its fields. */
  readonly custom: boolean;
}

/** `pods`, `networkpolicies`, `gateways.gateway.networking.k8s.io`. */
export type ResourceName = string;

/** A change of one object. `previous` is what it replaced. */
export type StoreEvent =
  | { readonly type: 'ADDED'; readonly resource: Resource; readonly object: ApiObject }
  | {
      readonly type: 'MODIFIED' | 'DELETED';
      readonly resource: Resource;
      readonly object: ApiObject;
      readonly previous: ApiObject;
    };

export interface DeleteOptions {
  /** undefined: the kind's own default (Pods: their terminationGracePeriodSeconds, 30). 0 = at once. */
  readonly gracePeriodSeconds?: number | undefined;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan' | undefined;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string } | undefined;
}

/** What a Status says beside its message. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly retryAfterSeconds?: number;
  readonly causes?: readonly {
    readonly reason?: string;
    readonly message?: string;
    readonly field?: string;
  }[];
}

/**
 * Changes an object on its way into the store, after decoding and before validation: defaults, allocation, injection. Gives back the object itself where there is
 * nothing to change; throws a StatusError to refuse. `previous` is undefined at creation. Hooks run in the order in which they were added, for every writer.
 */
export type AdmissionHook = (object: ApiObject, previous: ApiObject | undefined) => ApiObject;

/** Sees an object as it is about to be written, after all admission hooks; throws a StatusError to refuse. `previous` is undefined at creation. */
export type WriteCheck = (object: ApiObject, previous: ApiObject | undefined) => void;

/** What writers call. */
export interface Writes {
  /** Throws a StatusError: 409 AlreadyExists, 404 for a missing namespace, 403 for one that is going away. */
  create<T extends ApiObject = ApiObject>(object: NewObject, check?: WriteCheck): T;
  /** Replaces all but the status. A resourceVersion in it must be the current one (409 Conflict). An update that changes nothing gives the old object and no event. */
  update<T extends ApiObject = ApiObject>(object: NewObject, check?: WriteCheck): T;
  /** Replaces the status alone. */
  updateStatus<T extends ApiObject = ApiObject>(object: NewObject, check?: WriteCheck): T;
  /**
   * Deletes at once, or marks with deletionTimestamp where there are finalizers or a grace period (a Pod that is bound to a node: the node finishes it with gracePeriodSeconds 0).
   * `Foreground` and `Orphan` leave it marked with the finalizer `foregroundDeletion` or `orphan`, for whoever collects dependants. A Namespace becomes Terminating; whoever has deleted its
   * content finishes it with gracePeriodSeconds 0 (heard only when it is empty) or takes `kubernetes` out of its `spec.finalizers`.
   * Gives the object as it was last. Throws a StatusError (404, 409 for preconditions).
   */
  delete<T extends ApiObject = ApiObject>(
    resource: ResourceName,
    name: string,
    namespace?: string,
    options?: DeleteOptions,
  ): T;
}

/**
 * The lab's one truth: all objects, in memory, each write with a new resourceVersion and an event. Objects are never changed in place, so a reader may keep them.
 * Writers are the API and the controllers alike. Everything is synchronous; listeners are called after the write, in order, in the same turn.
 */
export interface Store extends Writes {
  readonly resources: readonly Resource[];
  /** Finds a kind. Throws a StatusError (404) for one that is not served. */
  resource(name: ResourceName): Resource;
  resourceOf(apiVersion: string, kind: string): Resource | undefined;

  get<T extends ApiObject = ApiObject>(
    resource: ResourceName,
    name: string,
    namespace?: string,
  ): T | undefined;
  /** Of one namespace, or of all; sorted by namespace and name. */
  list<T extends ApiObject = ApiObject>(resource: ResourceName, namespace?: string): readonly T[];

  /** The same refusals and results as those of a real write, admission hooks and all, but nothing is written. A new object then has an empty resourceVersion. */
  readonly dryRun: Writes;
  /** `change` gets the newest object and gives the wanted one, or undefined to leave it; never conflicts. undefined where the object is gone. */
  modify<T extends ApiObject = ApiObject>(
    resource: ResourceName,
    name: string,
    namespace: string | undefined,
    change: (current: T) => T | undefined,
    part?: 'status',
  ): T | undefined;
  /** Adds a hook for a kind, or for every kind (`*`). It runs at create and update, not for the status alone. */
  admit(resource: ResourceName | '*', hook: AdmissionHook): void;

  /** Calls the listener for every later change of that kind, or of every kind (`*`). Gives back how to stop. */
  subscribe(resource: ResourceName | '*', listener: (event: StoreEvent) => void): () => void;

  /** resourceVersion of the last write. */
  readonly revision: string;
  /** Events after that resourceVersion, for a watch that starts there; undefined where they are no longer kept (410 Gone). */
  since(resource: ResourceName, revision: string): readonly StoreEvent[] | undefined;
}
