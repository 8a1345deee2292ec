import type { PlainObject } from '../../manifest/index.ts';
import { type LabApi, type ListedObject, messageOf } from './api.ts';
import { cleanObject } from './clean-object.ts';
import { type Discovery, openDiscovery, pathOf, type ServedKind } from './discovery.ts';

/** An object to apply, and the namespace that it has where it names none. */
export interface ToApply {
  readonly object: PlainObject;
  readonly namespace: string;
}

/** What became of a set of objects. */
export interface Applied {
  readonly count: number;
  /** Those that the API refused, with its words. */
  readonly refused: readonly { readonly object: PlainObject; readonly message: string }[];
  /** Those that the lab has made for itself before, as a cluster's installer would (`Service kube-system/kube-dns`). */
  readonly kept: readonly string[];
  /** Kinds that the lab has no use for, and how many of each. */
  readonly unserved: ReadonlyMap<string, number>;
  /** Namespaces that no object declared. */
  readonly madeNamespaces: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

interface Prepared {
  readonly object: PlainObject;
  readonly value: Fields;
  readonly kind: ServedKind;
  readonly namespace: string;
  readonly name: string;
}

/** What others need comes first; policies are in force before the first pod starts. */
const order: readonly (readonly string[])[] = [
  ['Namespace'],
  ['ServiceAccount', 'ConfigMap', 'Secret', 'GatewayClass'],
  [],
  ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job', 'CronJob', 'Pod'],
];
const otherKinds = 2;

/** `kubectl apply` keeps there what it was given; with it, a later `kubectl apply` of the same file finds its own. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Applies objects through the lab's API: creates those that are not there, replaces the others. What a cluster adds to a snapshot is taken off, namespaces that nothing declares are made with the
 * labels that `labelsOf` knows.
 */
export async function applyObjects(
  api: LabApi,
  objects: readonly ToApply[],
  labelsOf: (namespace: string) => Readonly<Record<string, string>>,
): Promise<Applied> {
  const discovery = openDiscovery(api);
  const unserved = new Map<string, number>();
  const prepared: Prepared[] = [];
  for (const each of objects) {
    const found = await prepare(each, discovery);
    if (found === 'unserved') unserved.set(each.object.kind, (unserved.get(each.object.kind) ?? 0) + 1);
    else if (found !== undefined) prepared.push(found);
  }
  const madeNamespaces = await makeNamespaces(api, prepared, labelsOf);
  const refused: { object: PlainObject; message: string }[] = [];
  const kept: string[] = [];
  for (const each of prepared.toSorted((a, b) => rankOf(a) - rankOf(b))) {
    const outcome = await put(api, each);
    if (outcome === 'kept') kept.push(`${each.object.kind} ${each.namespace}/${each.name}`);
    else if (outcome !== undefined) refused.push({ object: each.object, message: outcome.message });
  }
  const count = prepared.length - refused.length - kept.length;
  return { count, refused, kept, unserved, madeNamespaces };
}

/** Deletes objects and waits until they are gone; those that are not there are gone already. */
export async function deleteObjects(api: LabApi, objects: readonly ToApply[]): Promise<void> {
  const discovery = openDiscovery(api);
  for (const each of objects) {
    const found = await prepare(each, discovery);
    if (found === undefined || found === 'unserved') continue;
    const path = pathOf(each.object.apiVersion, found.kind, found.namespace, found.name);
    await api.request('DELETE', path);
    while ((await api.request('GET', path)).status === 200) await new Promise((go) => setTimeout(go, 20));
  }
}

async function prepare(
  { object, namespace }: ToApply,
  discovery: Discovery,
): Promise<Prepared | 'unserved' | undefined> {
  const value = cleanObject(object.value);
  if (value === undefined) return undefined;
  const kind = await discovery(object.apiVersion, object.kind);
  if (kind === undefined) return 'unserved';
  const metadata = value.metadata as Fields;
  const own = kind.namespaced ? String(metadata.namespace ?? namespace) : '';
  const placed = kind.namespaced ? { ...value, metadata: { ...metadata, namespace: own } } : value;
  return { object, value: placed, kind, namespace: own, name: String(metadata.name ?? '') };
}

function rankOf({ object }: Prepared): number {
  const rank = order.findIndex((kinds) => kinds.includes(object.kind));
  return rank < 0 ? otherKinds : rank;
}

async function makeNamespaces(
  api: LabApi,
  prepared: readonly Prepared[],
  labelsOf: (namespace: string) => Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const known = new Set((await api.list('/api/v1/namespaces')).map(({ metadata }) => metadata.name));
  for (const { object, name } of prepared) if (object.kind === 'Namespace') known.add(name);
  const missing = [...new Set(prepared.map(({ namespace }) => namespace))].filter(
    (name) => name !== '' && !known.has(name),
  );
  for (const name of missing) {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: labelsOf(name) } };
    await api.request('POST', '/api/v1/namespaces', body);
  }
  return missing;
}

/** Kinds of which the lab makes objects that others may change: namespaces get labels, ConfigMaps settings. */
const shared: ReadonlySet<string> = new Set(['Namespace', 'ServiceAccount', 'ConfigMap']);

/** Creates an object, or replaces the one that is there; `kept` for one of the lab's own. Gives what the API says where it refuses. */
async function put(
  api: LabApi,
  { object, value, kind, namespace, name }: Prepared,
): Promise<'kept' | { readonly message: string } | undefined> {
  const metadata = value.metadata as Fields;
  const annotations = {
    ...(metadata.annotations as Fields | undefined),
    [lastApplied]: `${JSON.stringify(value)}\n`,
  };
  const body = { ...value, metadata: { ...metadata, annotations } };
  const created = await api.request('POST', pathOf(object.apiVersion, kind, namespace), body);
  if (created.status < 300) return undefined;
  if (created.status !== 409) return { message: messageOf(created) };
  const path = pathOf(object.apiVersion, kind, namespace, name);
  const current = await api.request('GET', path);
  if (current.status !== 200) return { message: messageOf(created) };
  const { resourceVersion, annotations: own, labels } = (current.body as ListedObject).metadata;
  const isOurs = own?.[lastApplied] !== undefined;
  if (!isOurs && !shared.has(object.kind)) return 'kept';
  const merged = isOurs
    ? body.metadata
    : { ...body.metadata, labels: { ...labels, ...(metadata.labels ?? {}) } };
  const replaced = await api.request('PUT', path, { ...body, metadata: { ...merged, resourceVersion } });
  return replaced.status < 300 ? undefined : { message: messageOf(replaced) };
}
