import { checkPreconditions, decideDeletion, isReleased } from './deletion.ts';
import {
  alreadyExists,
  badRequest,
  conflict,
  forbidden,
  modifiedMeanwhile,
  noSuchResource,
  notFound,
} from './errors.ts';
import { firstGeneration, nextGeneration } from './generation.ts';
import { createHistory } from './history.ts';
import { createListeners } from './listeners.ts';
import { generatedName, stampNew, stampUpdate, withNameLabel } from './metadata.ts';
import type { ApiObject, NewObject, ObjectMeta } from './objects.ts';
import { resourceTable } from './resources.ts';
import { createTable, type Table } from './tables.ts';
import type {
  AdmissionHook,
  Resource,
  ResourceName,
  Store,
  StoreEvent,
  WriteCheck,
  Writes,
} from './types.ts';
import { freeze, sameValue } from './values.ts';

export interface StoreOptions {
  /** How many events are kept at least for watches that start in the past. */
  readonly history?: number;
  /** Gets what a listener threw; without it, it goes to standard error. */
  readonly onListenerError?: (error: unknown) => void;
}

const keptEvents = 10_000;
const attemptsAtName = 8;

/** How a write ends. */
interface Commit {
  put(of: Resource, object: ApiObject, previous: ApiObject | undefined): ApiObject;
  remove(of: Resource, object: ApiObject, previous: ApiObject): ApiObject;
}

const rehearsal: Commit = { put: (_of, object) => freeze(object), remove: (_of, object) => object };

/** An empty store that serves the kinds of `resourceTable`. */
export function createStore(options: StoreOptions = {}): Store {
  const { history: kept = keptEvents, onListenerError = console.error } = options;
  const byName = new Map(resourceTable.map((resource) => [resource.name, resource]));
  const byKind = new Map(resourceTable.map((each) => [`${each.group}/${each.kind}`, each]));
  const tables = new Map<ResourceName, Table>(resourceTable.map(({ name }) => [name, createTable()]));
  const hooks: { readonly resource: ResourceName; readonly admit: AdmissionHook }[] = [];
  const history = createHistory(kept);
  const listeners = createListeners(onListenerError);
  let revision = 0;

  function resource(name: ResourceName): Resource {
    const found = byName.get(name);
    if (found === undefined) throw noSuchResource();
    return found;
  }

  function resourceOf(apiVersion: string, kind: string): Resource | undefined {
    const slash = apiVersion.indexOf('/');
    const found = byKind.get(`${apiVersion.slice(0, Math.max(slash, 0))}/${kind}`);
    return found?.versions.includes(apiVersion.slice(slash + 1)) ? found : undefined;
  }

  function kindOf({ apiVersion, kind }: NewObject): Resource {
    const found = resourceOf(apiVersion, kind);
    if (found === undefined) throw badRequest(`no kind "${kind}" is registered for version "${apiVersion}"`);
    return found;
  }

  function must(of: Resource, name: string, namespace: string | undefined): ApiObject {
    const found = tables.get(of.name)!.get(name, of.namespaced ? namespace : undefined);
    if (found === undefined) throw notFound(of, name);
    return found;
  }

  function admitted(of: Resource, object: ApiObject, previous: ApiObject | undefined): ApiObject {
    let result = object;
    for (const hook of hooks) {
      if (hook.resource === of.name || hook.resource === '*') result = hook.admit(result, previous);
    }
    return result;
  }

  function nextRevision(object: ApiObject): ApiObject {
    revision++;
    const metadata = { ...object.metadata, resourceVersion: String(revision) };
    return freeze({ ...object, metadata });
  }

  function tell(event: StoreEvent): void {
    history.add(event);
    listeners.tell(event);
  }

  const really: Commit = {
    put(of, object, previous) {
      const stored = nextRevision(object);
      tables.get(of.name)!.set(stored);
      if (previous === undefined) tell({ type: 'ADDED', resource: of, object: stored });
      else tell({ type: 'MODIFIED', resource: of, object: stored, previous });
      return stored;
    },
    remove(of, object, previous) {
      const last = nextRevision(object);
      tables.get(of.name)!.remove(last);
      tell({ type: 'DELETED', resource: of, object: last, previous });
      return last;
    },
  };

  function checkVersion(of: Resource, wanted: Partial<ObjectMeta>, { metadata }: ApiObject): void {
    if (wanted.uid && wanted.uid !== metadata.uid) {
      const why = `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${metadata.uid}`;
      throw conflict(of, metadata.name, why);
    }
    if (wanted.resourceVersion && wanted.resourceVersion !== metadata.resourceVersion) {
      throw conflict(of, metadata.name, modifiedMeanwhile);
    }
  }

  function checkNamespace(of: Resource, name: string, namespace: string | undefined): void {
    if (namespace === undefined) return;
    const home = tables.get('namespaces')!.get(namespace, undefined);
    if (home === undefined) throw notFound(resource('namespaces'), namespace);
    if (home.metadata.deletionTimestamp === undefined) return;
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    const message = `namespace ${namespace} is being terminated`;
    throw forbidden(of, name, why, [
      { reason: 'NamespaceTerminating', message, field: 'metadata.namespace' },
    ]);
  }

  function freeName(of: Resource, prefix: string, namespace: string | undefined): string {
    const table = tables.get(of.name)!;
    for (let i = 1; i < attemptsAtName; i++) {
      const name = generatedName(prefix);
      if (table.get(name, namespace) === undefined) return name;
    }
    return generatedName(prefix);
  }

  function create(commit: Commit, object: NewObject, check?: WriteCheck): ApiObject {
    const of = kindOf(object);
    const namespace = of.namespaced ? object.metadata.namespace : undefined;
    if (of.namespaced && !namespace) {
      throw badRequest('an empty namespace may not be set during creation');
    }
    const { name: given, generateName } = object.metadata;
    if (!given && !generateName) throw badRequest('name or generateName is required');
    const name = given || freeName(of, generateName!, namespace);
    checkNamespace(of, name, namespace);
    const metadata = stampNew(object.metadata, name, namespace, firstGeneration(of));
    const stamped = { ...object, apiVersion: storedVersion(of), metadata };
    const whole = of.name === 'namespaces' ? newNamespace(stamped) : stamped;
    const made = labelled(of, admitted(of, whole, undefined));
    check?.(made, undefined);
    if (tables.get(of.name)!.get(name, namespace) !== undefined) throw alreadyExists(of, name);
    return commit.put(of, made, undefined);
  }

  function replace(
    commit: Commit,
    of: Resource,
    object: NewObject,
    previous: ApiObject,
    check?: WriteCheck,
  ): ApiObject {
    const metadata = stampUpdate(object.metadata, previous.metadata);
    const { status: _, ...rest } = object;
    const kept = of.status ? { ...rest, ...('status' in previous && { status: previous.status }) } : object;
    const stamped = labelled(of, { ...kept, apiVersion: storedVersion(of), metadata });
    const changed = labelled(of, admitted(of, stamped, previous));
    const generation = nextGeneration(changed, previous);
    const counted =
      generation === undefined ? changed : { ...changed, metadata: { ...changed.metadata, generation } };
    check?.(counted, previous);
    return write(commit, of, counted, previous);
  }

  function replaceStatus(
    commit: Commit,
    of: Resource,
    object: NewObject,
    previous: ApiObject,
    check?: WriteCheck,
  ): ApiObject {
    if (!of.status) throw noSuchResource();
    const wanted = { ...previous, status: object.status };
    check?.(wanted, previous);
    return write(commit, of, wanted, previous);
  }

  function isEmpty(namespace: string): boolean {
    return resourceTable.every(
      ({ name, namespaced }) => !namespaced || tables.get(name)!.list(namespace).length === 0,
    );
  }

  function find({ metadata }: NewObject, of: Resource): ApiObject {
    const previous = must(of, metadata.name ?? '', metadata.namespace);
    checkVersion(of, metadata, previous);
    return previous;
  }

  function verbs(commit: Commit): Writes {
    return {
      create: (object, check) => create(commit, object, check) as never,
      update(object, check) {
        const of = kindOf(object);
        return replace(commit, of, object, find(object, of), check) as never;
      },
      updateStatus(object, check) {
        const of = kindOf(object);
        return replaceStatus(commit, of, object, find(object, of), check) as never;
      },
      delete(name, object, namespace, options = {}) {
        const of = resource(name);
        const previous = must(of, object, namespace);
        checkPreconditions(of, previous, options);
        const deletion = decideDeletion(of, previous, options, () => isEmpty(object));
        if (deletion.kind === 'mark') return write(commit, of, deletion.object, previous) as never;
        return (deletion.kind === 'remove' ? commit.remove(of, previous, previous) : previous) as never;
      },
    };
  }

  return {
    resources: resourceTable,
    resource,
    resourceOf,
    get: (name, object, namespace) => {
      const { namespaced } = resource(name);
      return tables.get(name)!.get(object, namespaced ? namespace : undefined) as never;
    },
    list: (name, namespace) => {
      const { namespaced } = resource(name);
      return tables.get(name)!.list(namespaced ? namespace : undefined) as never;
    },
    ...verbs(really),
    dryRun: verbs(rehearsal),
    modify(name, object, namespace, change, part) {
      const of = resource(name);
      const previous = tables.get(name)!.get(object, of.namespaced ? namespace : undefined);
      if (previous === undefined) return undefined;
      const wanted = change(previous as never);
      if (wanted === undefined) return previous as never;
      return (
        part === 'status'
          ? replaceStatus(really, of, wanted, previous)
          : replace(really, of, wanted, previous)
      ) as never;
    },
    admit: (name, admit) => {
      hooks.push({ resource: name, admit });
    },
    subscribe: (name, listener) => listeners.add(name, listener),
    get revision() {
      return String(revision);
    },
    since: (name, from) => history.since(resource(name).name, Number(from)),
  };
}

/** Writes an update that has been decided upon; one that lets go of a deleted object takes it away. */
function write(commit: Commit, of: Resource, object: ApiObject, previous: ApiObject): ApiObject {
  if (sameValue(object, previous)) return previous;
  return isReleased(of, object) ? commit.remove(of, object, previous) : commit.put(of, object, previous);
}

function storedVersion({ group, versions }: Resource): string {
  return group === '' ? versions[0]! : `${group}/${versions[0]}`;
}

/** Namespaces begin with the finalizer that keeps them until their content is gone. */
function newNamespace(object: ApiObject): ApiObject {
  return withNameLabel({ ...object, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } });
}

function labelled(of: Resource, object: ApiObject): ApiObject {
  return of.name === 'namespaces' ? withNameLabel(object) : object;
}
