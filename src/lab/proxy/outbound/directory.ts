import { type Cluster, type ClusterPod, portProtocolOf } from '../../../cluster/index.ts';
import type { Service, ServicePort } from '../../../model/index.ts';
import type { EndpointSlice } from '../../store/index.ts';
import type { MeshView } from '../types.ts';

/** One port of a Service, as clients address it. */
export interface ServiceTarget {
  readonly service: Service;
  readonly port: ServicePort;
  readonly protocol: 'http' | 'tcp' | 'sniffed';
  readonly headless: boolean;
}

/** Somebody behind a Service. */
export interface ServiceEndpoint {
  readonly address: string;
  readonly port: number;
  readonly pod: ClusterPod | undefined;
}

/** Who stands where, for the outbound side of all sidecars. */
export interface Directory {
  /** The Service at an address: by its ClusterIP, or, of a headless one, by the address of one of its pods. */
  readonly atAddress: (address: string, port: number) => ServiceTarget | undefined;
  /** Does any Service speak HTTP on this port? All HTTP of a port is then routed by its Host. */
  readonly hasHttpPort: (port: number) => boolean;
  /** The Service that a Host header means on a port, to a client of this namespace. */
  readonly byHost: (host: string, port: number, namespace: string) => ServiceTarget | undefined;
  /** Every port of every Service. */
  readonly targets: () => readonly ServiceTarget[];
  /** The ready endpoints. */
  readonly endpointsOf: (target: ServiceTarget) => readonly ServiceEndpoint[];
}

const directories = new WeakMap<MeshView, Directory>();

/** The directory of a view; made once for all sidecars. */
export function directoryOf(view: MeshView): Directory {
  const known = directories.get(view) ?? makeDirectory(view);
  directories.set(view, known);
  return known;
}

function makeDirectory({ cluster, slices }: MeshView): Directory {
  const slicesByService = Map.groupBy(slices, serviceOf);
  const byAddress = new Map<string, ServiceTarget>();
  const httpPorts = new Set<number>();
  const endpoints = new Map<ServiceTarget, readonly ServiceEndpoint[]>();
  const endpointsOf = (target: ServiceTarget): readonly ServiceEndpoint[] => {
    const known = endpoints.get(target);
    if (known !== undefined) return known;
    const { namespace, name } = target.service.metadata;
    const found = readEndpoints(cluster, slicesByService.get(`${namespace}/${name}`) ?? [], target.port);
    endpoints.set(target, found);
    return found;
  };
  const targetsByService = new Map<Service, readonly ServiceTarget[]>();
  for (const service of cluster.services.values()) {
    const targets = targetsOf(service);
    targetsByService.set(service, targets);
    for (const target of targets) {
      if (target.protocol === 'http') httpPorts.add(target.port.port);
      const addresses = target.headless
        ? endpointsOf(target).map(({ address }) => address)
        : service.spec.clusterIPs;
      for (const address of addresses) {
        const key = `${address}:${target.port.port}`;
        if (!byAddress.has(key)) byAddress.set(key, target);
      }
    }
  }
  return {
    atAddress: (address, port) => byAddress.get(`${address}:${port}`),
    hasHttpPort: (port) => httpPorts.has(port),
    byHost: (host, port, namespace) => {
      const byIp = byAddress.get(`${host}:${port}`);
      if (byIp !== undefined && !byIp.headless && byIp.protocol !== 'tcp') return byIp;
      const service = serviceByHost(cluster, host, namespace, 0);
      const targets = service === undefined ? undefined : targetsByService.get(service);
      return targets?.find((target) => target.port.port === port && target.protocol !== 'tcp');
    },
    targets: () => [...targetsByService.values()].flat(),
    endpointsOf,
  };
}

function serviceOf({ metadata }: EndpointSlice): string {
  return `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name'] ?? ''}`;
}

function targetsOf(service: Service): readonly ServiceTarget[] {
  if (service.spec.type === 'ExternalName') return [];
  const headless = service.spec.clusterIPs.includes('None');
  return service.spec.ports
    .filter((port) => port.protocol === 'TCP')
    .map((port) => ({ service, port, protocol: portProtocolOf(port), headless }));
}

/** `name`, `name.ns`, `name.ns.svc` and the full name; an ExternalName for another Service stands for that one. */
function serviceByHost(cluster: Cluster, host: string, own: string, depth: number): Service | undefined {
  const [name = '', namespace = own, ...rest] = host.replace(/\.$/, '').split('.');
  const suffix = rest.join('.');
  if (!['', 'svc', 'svc.cluster.local'].includes(suffix)) return undefined;
  const service = cluster.services.get(`${namespace}/${name}`);
  if (service?.spec.type !== 'ExternalName' || depth > 8) return service;
  return serviceByHost(cluster, service.spec.externalName ?? '', namespace, depth + 1);
}

function readEndpoints(
  cluster: Cluster,
  slices: readonly EndpointSlice[],
  port: ServicePort,
): readonly ServiceEndpoint[] {
  const found = new Map<string, ServiceEndpoint>();
  for (const slice of slices) {
    const listed = slice.ports?.find(
      (each) => (each.protocol ?? 'TCP') === 'TCP' && (each.name ?? '') === (port.name ?? ''),
    );
    if (listed?.port === undefined) continue;
    for (const { addresses, conditions } of slice.endpoints) {
      const address = addresses[0];
      if (address === undefined || conditions?.ready === false) continue;
      found.set(`${address}:${listed.port}`, {
        address,
        port: listed.port,
        pod: cluster.podsByAddress.get(address),
      });
    }
  }
  return [...found.values()];
}
