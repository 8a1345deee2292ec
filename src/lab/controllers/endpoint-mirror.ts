import {
  type ApiObject,
  type Endpoint,
  type EndpointSlice,
  type Service,
  sameValue,
} from '../store/index.ts';
import { controllerReference } from './claim.ts';
import { type Context, keyOf, splitKey } from './context.ts';
import { isNamespaceTerminating } from './pods.ts';

const managedBy = 'endpointslicemirroring-controller.k8s.io';
const skipLabel = 'endpointslice.kubernetes.io/skip-mirror';

interface EndpointAddress {
  readonly ip: string;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef?: Endpoint['targetRef'];
}

interface Endpoints extends ApiObject {
  readonly subsets?: readonly {
    readonly addresses?: readonly EndpointAddress[];
    readonly notReadyAddresses?: readonly EndpointAddress[];
    readonly ports?: readonly { readonly name?: string; readonly port: number; readonly protocol?: string }[];
  }[];
}

/** Makes EndpointSlices of the Endpoints that people write for Services without a selector. Source: pkg/controller/endpointslicemirroring. */
export function startEndpointMirror(context: Context): () => void {
  const { store, queue } = context;
  const worker = queue.worker('endpointslicemirroring', (key) => {
    const { namespace, name } = splitKey(key);
    reconcile(context, store.get<Endpoints>('endpoints', name, namespace), namespace, name);
  });
  const stops = [
    store.subscribe('endpoints', ({ object }) => worker.add(keyOf(object))),
    store.subscribe('services', ({ object }) => worker.add(keyOf(object))),
  ];
  for (const each of store.list('endpoints')) worker.add(keyOf(each));
  return () => {
    for (const stop of stops) stop();
  };
}

function reconcile(
  { store }: Context,
  endpoints: Endpoints | undefined,
  namespace: string,
  name: string,
): void {
  const service = store.get<Service>('services', name, namespace);
  const mirrored =
    endpoints !== undefined &&
    service !== undefined &&
    Object.keys(service.spec.selector ?? {}).length === 0 &&
    endpoints.metadata.labels?.[skipLabel] !== 'true';
  const before = store
    .list<EndpointSlice>('endpointslices', namespace)
    .filter(
      ({ metadata }) =>
        metadata.labels?.['endpointslice.kubernetes.io/managed-by'] === managedBy &&
        metadata.labels['kubernetes.io/service-name'] === name,
    );
  const wanted = mirrored ? wantedSlices(endpoints) : [];
  const left = [...before];
  try {
    for (const content of wanted) {
      const found = left.findIndex(({ addressType }) => addressType === content.addressType);
      write(store, endpoints!, content, found < 0 ? undefined : left.splice(found, 1)[0]);
    }
  } catch (error) {
    if (!isNamespaceTerminating(error)) throw error;
  }
  for (const { metadata } of left) store.delete('endpointslices', metadata.name, namespace);
}

type Content = Pick<EndpointSlice, 'addressType' | 'endpoints'> & { readonly ports: unknown };

function wantedSlices({ subsets = [] }: Endpoints): readonly Content[] {
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
    const all = [
      ...addresses.map((each) => endpoint(each, true)),
      ...notReadyAddresses.map((each) => endpoint(each, false)),
    ];
    return (['IPv4', 'IPv6'] as const)
      .map((addressType) => ({
        addressType,
        endpoints: all.filter((each) => each.addresses[0]!.includes(':') === (addressType === 'IPv6')),
        ports: ports.map(({ name = '', protocol = 'TCP', ...port }) => ({ name, protocol, ...port })),
      }))
      .filter(({ endpoints }) => endpoints.length > 0);
  });
}

function endpoint({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(targetRef === undefined ? {} : { targetRef }),
  };
}

function write(
  store: Context['store'],
  endpoints: Endpoints,
  content: Content,
  slice: EndpointSlice | undefined,
): void {
  const { name, namespace, labels } = endpoints.metadata;
  const metadata = {
    labels: {
      ...labels,
      'kubernetes.io/service-name': name,
      'endpointslice.kubernetes.io/managed-by': managedBy,
    },
    ownerReferences: [controllerReference(endpoints)],
  };
  if (slice === undefined) {
    store.create({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { generateName: `${name}-`, namespace: namespace!, ...metadata },
      ...content,
    });
    return;
  }
  store.modify<EndpointSlice>('endpointslices', slice.metadata.name, namespace, (current) => {
    const changed = { ...current, metadata: { ...current.metadata, ...metadata }, ...content };
    return sameValue(changed, current) ? undefined : (changed as EndpointSlice);
  });
}
