import { selectsLabels } from '../../cluster/index.ts';
import {
  type Endpoint,
  type EndpointSlice,
  type Pod,
  type Service,
  type StringMap,
  sameValue,
} from '../store/index.ts';
import { controllerReference } from './claim.ts';
import { type Context, keyOf, recorder, splitKey } from './context.ts';
import { endpointOf, hasEndpoint } from './endpoint-of-pod.ts';
import { endpointPorts } from './endpoint-ports.ts';
import { writeEndpoints } from './endpoints.ts';
import { isNamespaceTerminating, messageOf } from './pods.ts';

const managedBy = 'endpointslice-controller.k8s.io';
const nameLabel = 'kubernetes.io/service-name';
const managedLabel = 'endpointslice.kubernetes.io/managed-by';
const headlessLabel = 'service.kubernetes.io/headless';
const mostEndpoints = 100;

/** Keeps the EndpointSlices and Endpoints of Services with a selector. Source: k8s.io/endpointslice. */
export function startEndpointSlices(context: Context): () => void {
  const { store, queue } = context;
  const worker = queue.worker('endpointslice', (key) => {
    const { namespace, name } = splitKey(key);
    const service = store.get<Service>('services', name, namespace);
    if (service !== undefined) reconcile(context, service);
    else if (store.get('endpoints', name, namespace) !== undefined)
      store.delete('endpoints', name, namespace);
  });
  const stops = [
    store.subscribe('services', ({ object }) => worker.add(keyOf(object))),
    store.subscribe('pods', (event) => {
      const pods = event.type === 'MODIFIED' ? [event.object, event.previous] : [event.object];
      if (event.type === 'MODIFIED' && !mattersToServices(event.object as Pod, event.previous as Pod)) return;
      for (const service of store.list<Service>('services', event.object.metadata.namespace)) {
        if (pods.some((pod) => selects(service, pod as Pod))) worker.add(keyOf(service));
      }
    }),
    store.subscribe('endpointslices', ({ type, object }) => {
      const { labels = {}, namespace } = object.metadata;
      if (type !== 'ADDED' && labels[managedLabel] === managedBy)
        worker.add(`${namespace}/${labels[nameLabel]}`);
    }),
    store.subscribe('endpoints', ({ type, object }) => {
      if (type === 'DELETED') worker.add(keyOf(object));
    }),
  ];
  for (const service of store.list('services')) worker.add(keyOf(service));
  return () => {
    for (const stop of stops) stop();
  };
}

function mattersToServices(pod: Pod, before: Pod): boolean {
  return (
    pod.status !== before.status ||
    pod.metadata.labels !== before.metadata.labels ||
    pod.metadata.deletionTimestamp !== before.metadata.deletionTimestamp
  );
}

function hasSelector({ spec }: Service): boolean {
  return spec.type !== 'ExternalName' && Object.keys(spec.selector ?? {}).length > 0;
}

function selects(service: Service, { metadata }: Pod): boolean {
  return (
    hasSelector(service) && selectsLabels({ matchLabels: service.spec.selector! }, metadata.labels ?? {})
  );
}

function reconcile(context: Context, service: Service): void {
  if (!hasSelector(service)) {
    if (service.spec.type === 'ExternalName') removeSlices(context, ownSlices(context, service));
    return;
  }
  if (service.metadata.deletionTimestamp !== undefined) return;
  const pods = context.store
    .list<Pod>('pods', service.metadata.namespace)
    .filter((pod) => hasEndpoint(pod) && selects(service, pod));
  try {
    writeSlices(context, service, pods);
    writeEndpoints(context, service, pods);
  } catch (error) {
    if (isNamespaceTerminating(error)) return;
    const message = `Error updating Endpoint Slices for Service ${keyOf(service)}: ${messageOf(error)}`;
    recorder(context, 'endpoint-slice-controller')(
      service,
      'Warning',
      'FailedToUpdateEndpointSlices',
      message,
    );
    throw error;
  }
}

function ownSlices({ index }: Context, { metadata }: Service): readonly EndpointSlice[] {
  return index
    .controlled<EndpointSlice>(metadata.uid, 'endpointslices')
    .filter((slice) => slice.metadata.labels?.[managedLabel] === managedBy);
}

interface Wanted {
  readonly ports: NonNullable<EndpointSlice['ports']>;
  readonly endpoints: readonly Endpoint[];
}

/** Pods that serve at the same ports share slices, a hundred in each. A Service without pods has one empty slice. */
function wantedSlices(service: Service, pods: readonly Pod[]): readonly Wanted[] {
  const groups = new Map<string, { ports: Wanted['ports']; endpoints: Endpoint[] }>();
  for (const pod of pods) {
    const ports = endpointPorts(service, pod);
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, endpoints: [] };
    group.endpoints.push(endpointOf(service, pod));
    groups.set(key, group);
  }
  if (groups.size === 0) return [{ ports: [], endpoints: [] }];
  return [...groups.values()].flatMap(({ ports, endpoints }) =>
    Array.from({ length: Math.ceil(endpoints.length / mostEndpoints) }, (_, i) => ({
      ports,
      endpoints: endpoints.slice(i * mostEndpoints, (i + 1) * mostEndpoints),
    })),
  );
}

function writeSlices(context: Context, service: Service, pods: readonly Pod[]): void {
  const { store } = context;
  const free = [...ownSlices(context, service)].filter(({ addressType }) => addressType === 'IPv4');
  const labels = sliceLabels(service);
  const missing: Wanted[] = [];
  for (const wanted of wantedSlices(service, pods)) {
    const found = free.findIndex(({ ports = [] }) => sameValue(ports, wanted.ports));
    const slice = found >= 0 ? free.splice(found, 1)[0]! : undefined;
    if (slice === undefined) missing.push(wanted);
    else updateSlice(store, slice, wanted, labels);
  }
  for (const wanted of missing) {
    const slice = free.shift();
    if (slice === undefined) createSlice(store, service, wanted, labels);
    else updateSlice(store, slice, wanted, labels);
  }
  removeSlices(context, free);
}

function createSlice(store: Context['store'], service: Service, wanted: Wanted, labels: StringMap): void {
  const { name, namespace } = service.metadata;
  store.create({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace: namespace!,
      labels,
      ownerReferences: [controllerReference(service)],
    },
    addressType: 'IPv4',
    endpoints: wanted.endpoints,
    ports: wanted.ports,
  });
}

function updateSlice(
  store: Context['store'],
  { metadata }: EndpointSlice,
  { endpoints, ports }: Wanted,
  labels: StringMap,
): void {
  store.modify<EndpointSlice>('endpointslices', metadata.name, metadata.namespace, (current) => ({
    ...current,
    metadata: { ...current.metadata, labels },
    endpoints,
    ports,
  }));
}

function removeSlices({ store }: Context, slices: readonly EndpointSlice[]): void {
  for (const { metadata } of slices) store.delete('endpointslices', metadata.name, metadata.namespace);
}

function sliceLabels({ metadata, spec }: Service): StringMap {
  const { [headlessLabel]: _, ...labels } = metadata.labels ?? {};
  const isHeadless = spec.clusterIP === 'None' || !spec.clusterIP;
  return {
    ...labels,
    ...(isHeadless && { [headlessLabel]: '' }),
    [nameLabel]: metadata.name,
    [managedLabel]: managedBy,
  };
}
