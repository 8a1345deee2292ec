type Fields = Readonly<Record<string, unknown>>;

/** Kinds that a cluster makes for itself, and so does a lab. */
const madeByCluster: ReadonlySet<string> = new Set(['Node', 'Event', 'Endpoints', 'EndpointSlice', 'Lease']);

/** What a server writes into the metadata. */
const serverFields: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'managedFields',
  'selfLink',
  'ownerReferences',
]);

/**
 * An object of a snapshot (`kubectl get -o yaml`) as somebody would have written it: without what a cluster adds to it (identity, status, addresses, the node that a pod was bound to), which is
 * different in the lab. undefined for what the lab makes of itself: nodes, endpoints, and pods and ReplicaSets that belong to a workload.
 */
export function cleanObject(object: Fields): Fields | undefined {
  const kind = String(object.kind);
  const metadata = (object.metadata ?? {}) as Fields;
  if (madeByCluster.has(kind) && !isOwnSlice(kind, metadata)) return undefined;
  if (isControlled(metadata)) return undefined;
  const { status: _status, ...rest } = object;
  const cleaned = { ...rest, metadata: without(metadata, serverFields) };
  if (kind === 'Service') return { ...cleaned, spec: cleanService((object.spec ?? {}) as Fields) };
  if (kind === 'Pod') return { ...cleaned, spec: cleanPod((object.spec ?? {}) as Fields) };
  return cleaned;
}

/** An EndpointSlice that somebody wrote, for a Service without selector. */
function isOwnSlice(kind: string, metadata: Fields): boolean {
  const labels = (metadata.labels ?? {}) as Fields;
  return kind === 'EndpointSlice' && labels['endpointslice.kubernetes.io/managed-by'] === undefined;
}

function isControlled({ ownerReferences }: Fields): boolean {
  return (
    Array.isArray(ownerReferences) &&
    ownerReferences.some((owner: Fields) => owner.controller === true && owner.kind !== 'Node')
  );
}

function cleanService(spec: Fields): Fields {
  return spec.clusterIP === 'None' ? spec : without(spec, new Set(['clusterIP', 'clusterIPs']));
}

function cleanPod(spec: Fields): Fields {
  return without(spec, new Set(['nodeName']));
}

function without(fields: Fields, names: ReadonlySet<string>): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name)));
}
