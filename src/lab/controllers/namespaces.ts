import { type Condition, qualifiedResource, type Resource, sameValue, timestamp } from '../store/index.ts';
import type { Context } from './context.ts';
import { isGone, messageOf } from './pods.ts';
import type { Namespace } from './types.ts';

/** Certificates that every namespace gets as a ConfigMap, PEM. */
export interface RootCertificates {
  /** `kube-root-ca.crt`: whoever signed the API's certificate. */
  readonly cluster?: string | undefined;
  /** `istio-ca-root-cert`: the mesh's CA. */
  readonly mesh?: string | undefined;
}

/** Namespaces that istiod passes over. */
const withoutMesh: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease']);

/** Gives each namespace what every namespace has, keeps it, and clears one that is going away. Source: pkg/controller/namespace, serviceaccount, certificates/rootcacertpublisher. */
export function startNamespaces(context: Context, roots: RootCertificates): () => void {
  const { store, queue } = context;
  const worker = queue.worker('namespace', (name) => {
    const namespace = store.get<Namespace>('namespaces', name);
    if (namespace === undefined) return;
    if (namespace.metadata.deletionTimestamp === undefined) furnish(context, name, roots);
    else clear(context, namespace);
  });
  const stops = [
    // Whoever makes a namespace may make pods in the same breath, and those need its account.
    store.subscribe('namespaces', (event) => {
      if (event.type === 'ADDED') furnish(context, event.object.metadata.name, roots);
      else if (event.type === 'MODIFIED') worker.add(event.object.metadata.name);
    }),
    store.subscribe('*', (event) => {
      const { namespace } = event.object.metadata;
      if (namespace === undefined || event.type === 'ADDED') return;
      const home = store.get<Namespace>('namespaces', namespace);
      const furniture = event.resource.name === 'serviceaccounts' || event.resource.name === 'configmaps';
      const going = home?.metadata.deletionTimestamp !== undefined;
      if (home !== undefined && (going ? event.type === 'DELETED' : furniture)) worker.add(namespace);
    }),
  ];
  for (const { metadata } of store.list('namespaces')) worker.add(metadata.name);
  return () => {
    for (const stop of stops) stop();
  };
}

function furnish({ store }: Context, namespace: string, { cluster, mesh }: RootCertificates): void {
  if (store.get('serviceaccounts', 'default', namespace) === undefined) {
    store.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
  }
  const about =
    'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';
  if (cluster !== undefined) {
    const annotations = { 'kubernetes.io/description': about };
    keep(store, namespace, 'kube-root-ca.crt', { annotations }, { 'ca.crt': cluster });
  }
  if (mesh !== undefined && !withoutMesh.has(namespace)) {
    const labels = { 'istio.io/config': 'true' };
    keep(store, namespace, 'istio-ca-root-cert', { labels }, { 'root-cert.pem': mesh });
  }
}

function keep(
  store: Context['store'],
  namespace: string,
  name: string,
  metadata: { readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> },
  data: Readonly<Record<string, string>>,
): void {
  const found = store.modify('configmaps', name, namespace, (current) =>
    sameValue(current.data, data) ? undefined : { ...current, data },
  );
  if (found !== undefined) return;
  store.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, ...metadata }, data });
}

/** Deletes everything in a namespace; when nothing is left, lets the namespace go. What takes its time calls here again when it is gone. */
function clear({ store }: Context, namespace: Namespace): void {
  const { name } = namespace.metadata;
  const failures: string[] = [];
  const left: Left[] = [];
  const resources = store.resources.filter(({ namespaced }) => namespaced);
  for (const resource of resources) {
    for (const { metadata } of store.list(resource.name, name)) {
      if (metadata.deletionTimestamp !== undefined) continue;
      try {
        store.delete(resource.name, metadata.name, name, { propagationPolicy: 'Background' });
      } catch (error) {
        if (!isGone(error)) failures.push(messageOf(error));
      }
    }
  }
  for (const resource of resources) {
    const objects = store.list(resource.name, name);
    if (objects.length === 0) continue;
    const finalizers = objects.flatMap(({ metadata }) => metadata.finalizers ?? []);
    left.push({ resource, count: objects.length, finalizers });
  }
  writeConditions(store, namespace, left, failures);
  if (left.length > 0 || failures.length > 0) return;
  store.modify<Namespace>('namespaces', name, undefined, (current) => ({
    ...current,
    spec: {
      ...current.spec,
      finalizers: (current.spec?.finalizers ?? []).filter((each) => each !== 'kubernetes'),
    },
  }));
}

interface Left {
  readonly resource: Resource;
  readonly count: number;
  readonly finalizers: readonly string[];
}

/** Says what the namespace is waiting for, in the namespace controller's own words (status_condition_utils.go). */
function writeConditions(
  store: Context['store'],
  { metadata, status }: Namespace,
  left: readonly Left[],
  failures: readonly string[],
): void {
  const remaining = left
    .map(({ resource, count }) => {
      const kind = resource.group === '' ? `${resource.plural}.` : qualifiedResource(resource);
      return `${kind} has ${count} resource instances`;
    })
    .sort();
  const counts = new Map<string, number>();
  for (const each of left.flatMap(({ finalizers }) => finalizers)) {
    counts.set(each, (counts.get(each) ?? 0) + 1);
  }
  const held = [...counts].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`).sort();
  const wanted: readonly Pick<Condition, 'type' | 'status' | 'reason' | 'message'>[] = [
    fine('NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'),
    fine(
      'NamespaceDeletionGroupVersionParsingFailure',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    failures.length > 0
      ? {
          type: 'NamespaceDeletionContentFailure',
          status: 'True',
          reason: 'ContentDeletionFailed',
          message: `Failed to delete all resource types, ${failures.length} remaining: ${[...failures].sort().join(', ')}`,
        }
      : fine(
          'NamespaceDeletionContentFailure',
          'ContentDeleted',
          'All content successfully deleted, may be waiting on finalization',
        ),
    remaining.length > 0
      ? {
          type: 'NamespaceContentRemaining',
          status: 'True',
          reason: 'SomeResourcesRemain',
          message: `Some resources are remaining: ${remaining.join(', ')}`,
        }
      : fine('NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'),
    held.length > 0
      ? {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          reason: 'SomeFinalizersRemain',
          message: `Some content in the namespace has finalizers remaining: ${held.join(', ')}`,
        }
      : fine('NamespaceFinalizersRemaining', 'ContentRemoved', 'All content successfully removed'),
  ];
  const conditions = wanted.map((condition): Condition => {
    const before = status?.conditions?.find(({ type }) => type === condition.type);
    const same = before?.status === condition.status ? before.lastTransitionTime : undefined;
    return { ...condition, lastTransitionTime: same ?? timestamp() };
  });
  if (sameValue(conditions, status?.conditions)) return;
  store.modify<Namespace>(
    'namespaces',
    metadata.name,
    undefined,
    (current) => ({ ...current, status: { ...current.status, phase: 'Terminating', conditions } }),
    'status',
  );
}

function fine(
  type: string,
  reason: string,
  message: string,
): Pick<Condition, 'type' | 'status' | 'reason' | 'message'> {
  return { type, status: 'False', reason, message };
}
