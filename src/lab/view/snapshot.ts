import { buildCluster, type Cluster, type ClusterInput } from '../../cluster/index.ts';
import { readDocuments, toPlainValue } from '../../yaml/index.ts';
import { networkHabits } from '../network/index.ts';
import type { MeshView } from '../proxy/index.ts';
import type { ConfigMap, EndpointSlice, Pod, Secret, Service, Store } from '../store/index.ts';
import { readObject } from './read-object.ts';

/** Kinds that say nothing about who may talk to whom, and change often. */
const ofNoConcern: ReadonlySet<string> = new Set(['events', 'secrets', 'endpoints', 'leases']);

/** The cluster as the objects of the store make it, read by the same road as manifests. */
export function snapshotCluster(store: Store): Cluster {
  const objects = store.resources
    .filter(({ plural }) => !ofNoConcern.has(plural))
    .flatMap(({ name }) => store.list(name))
    .map(readObject);
  const mesh = objects.find((each) => each.mesh !== undefined)?.mesh;
  const input: ClusterInput = {
    objects: objects.flatMap((each) => each.objects),
    foreign: objects.flatMap((each) => each.foreign),
    rejected: objects.flatMap((each) => each.rejected),
    ...(mesh === undefined ? {} : { mesh }),
  };
  return buildCluster(input, { cni: networkHabits });
}

/** What the proxies are configured from, at this moment. */
export function snapshotMesh(store: Store, cluster: Cluster): MeshView {
  const accessLogEncoding = readAccessLogEncoding(store);
  return {
    ...(accessLogEncoding === undefined ? {} : { accessLogEncoding }),
    cluster,
    pods: store.list<Pod>('pods'),
    services: store.list<Service>('services'),
    slices: store.list<EndpointSlice>('endpointslices'),
    secrets: store.list<Secret>('secrets'),
  };
}

/** What MeshConfig says of the access log; verdicts do not depend on it, so the model leaves it out. */
function readAccessLogEncoding(store: Store): MeshView['accessLogEncoding'] {
  const text = store.get<ConfigMap>('configmaps', 'istio', 'istio-system')?.data?.mesh ?? '';
  const [document] = readDocuments(text);
  const config = document?.root === undefined ? undefined : toPlainValue(document.root);
  const said = typeof config === 'object' && config !== null && 'accessLogEncoding' in config;
  return said && config.accessLogEncoding === 'JSON' ? 'JSON' : undefined;
}
