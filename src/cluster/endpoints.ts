import type { NoEndpoint, Protocol, Service, ServicePort } from '../model/index.ts';
import type { Cluster, ClusterPod } from './cluster.ts';

/** Something behind a Service: a pod, or an address of a hand-made EndpointSlice. */
export interface Backend {
  readonly pod: ClusterPod | undefined;
  /** undefined where the pod's address is not known. */
  readonly address: string | undefined;
  readonly port: number;
}

/** Where a Service sends traffic for one of its ports, or why nowhere. */
export type Endpoints =
  | { readonly kind: 'backends'; readonly port: ServicePort; readonly backends: readonly Backend[] }
  | { readonly kind: 'no such port' }
  | {
      readonly kind: 'none';
      readonly port: ServicePort;
      readonly why: NoEndpoint;
    };

/**
 * The backends of `service` for the port that a client asks for, by number or name. A Service with a selector takes the pods that it selects
 * (a named target port is looked up in each); one without takes its EndpointSlices. Headless Services are the same but for their target: the client
 * connects to the pod itself, so the number it asks for is the pod's.
 */
export function endpointsOf(
  cluster: Cluster,
  service: Service,
  port: number | string,
  protocol: Protocol,
): Endpoints {
  const wanted = service.spec.ports.find(
    (candidate) => candidate.protocol === protocol && (candidate.port === port || candidate.name === port),
  );
  const { clusterIPs, selector = {} } = service.spec;
  const asked = clusterIPs.includes('None') && typeof port === 'number' ? port : undefined;
  if (wanted === undefined && asked === undefined) return { kind: 'no such port' };
  const servicePort = wanted ?? { port: asked!, protocol };
  if (Object.keys(selector).length === 0) return fromSlices(cluster, service, servicePort, asked);
  return pickPods(cluster, service, servicePort, (pod) => asked ?? targetPortOf(pod, servicePort));
}

/** The number of the container port that `port` of a Service leads to in `pod`; undefined where the pod declares no port of that name. */
function targetPortOf(pod: ClusterPod, port: ServicePort): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === 'number') return target;
  return pod.ports.find((declared) => declared.name === target && declared.protocol === port.protocol)
    ?.containerPort;
}

/** The Service port whose target is `port` of `pod`: the first of the oldest Service that has one. */
export function servicePortFor(
  pod: ClusterPod,
  port: number,
  protocol: Protocol,
): { readonly service: Service; readonly port: ServicePort } | undefined {
  for (const service of pod.services) {
    const found = service.spec.ports.find(
      (candidate) => candidate.protocol === protocol && targetPortOf(pod, candidate) === port,
    );
    if (found !== undefined) return { service, port: found };
  }
  return undefined;
}

/** The ports of a pod that Services lead to over TCP, lowest first, each with its port of the oldest Service that leads there. */
export function servicePortsInto(pod: ClusterPod): ReadonlyMap<number, ServicePort> {
  const found = new Map<number, ServicePort>();
  for (const port of pod.services.flatMap(({ spec }) => spec.ports)) {
    const target = port.protocol === 'TCP' ? targetPortOf(pod, port) : undefined;
    if (target !== undefined && !found.has(target)) found.set(target, port);
  }
  return new Map([...found].sort(([a], [b]) => a - b));
}

function pickPods(
  cluster: Cluster,
  service: Service,
  port: ServicePort,
  numberIn: (pod: ClusterPod) => number | undefined,
): Endpoints {
  const { namespace, name } = service.metadata;
  const selected = podsOf(cluster, namespace, name);
  const ready = service.spec.publishNotReadyAddresses ? selected : selected.filter((pod) => pod.ready);
  const backends: Backend[] = [];
  for (const pod of ready) {
    const number = numberIn(pod);
    if (number !== undefined) backends.push({ pod, address: pod.addresses[0], port: number });
  }
  if (backends.length > 0) return { kind: 'backends', port, backends };
  if (selected.length === 0) return { kind: 'none', port, why: 'no pod matches the selector' };
  const why = ready.length === 0 ? 'no pod is ready' : 'no pod declares the port name';
  return { kind: 'none', port, why };
}

/** The pods that a Service selects. */
export function podsOf(cluster: Cluster, namespace: string, name: string): readonly ClusterPod[] {
  return (cluster.podsByService.get(`${namespace}/${name}`) ?? []).map((key) => cluster.pods.get(key)!);
}

/** `asked`: the port of a headless Service's client, whatever port the slices have. */
function fromSlices(
  cluster: Cluster,
  service: Service,
  wanted: ServicePort,
  asked: number | undefined,
): Endpoints {
  const { namespace, name } = service.metadata;
  const slices = cluster.endpointSlices.get(`${namespace}/${name}`) ?? [];
  const backends: Backend[] = [];
  for (const slice of slices) {
    const listed = slice.ports.find(
      (p) => p.protocol === wanted.protocol && (p.name ?? '') === (wanted.name ?? ''),
    );
    const port = asked ?? listed?.port;
    if (port === undefined) continue;
    for (const endpoint of slice.endpoints) {
      if (!endpoint.ready && !service.spec.publishNotReadyAddresses) continue;
      const named = endpoint.pod === undefined ? undefined : cluster.pods.get(`${namespace}/${endpoint.pod}`);
      const pod = named ?? cluster.podsByAddress.get(endpoint.addresses[0] ?? '');
      backends.push({ pod, address: endpoint.addresses[0], port });
    }
  }
  if (backends.length > 0) return { kind: 'backends', port: wanted, backends };
  const why =
    slices.length === 0 ? 'no selector and no EndpointSlice' : 'no ready endpoint in its EndpointSlices';
  return { kind: 'none', port: wanted, why };
}
