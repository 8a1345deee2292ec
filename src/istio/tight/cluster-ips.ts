import { type Cluster, endpointsOf } from '../../cluster/index.ts';
import { type Protocol, parseAddress, parseRange, qualifiedName, type Service } from '../../model/index.ts';
import type { ComponentFinding } from '../components/index.ts';

/** A Service whose ClusterIP somebody gave for the address of a server. */
export interface Front {
  /** As it was given: `10.96.0.10/32`. */
  readonly cidr: string;
  readonly service: Service;
}

/** The ClusterIPs among ranges of one address. */
export function frontsAmong({ services }: Cluster, cidrs: readonly string[]): readonly Front[] {
  const byAddress = new Map<bigint, Service>();
  for (const service of services.values())
    for (const address of service.spec.clusterIPs) {
      const value = parseAddress(address)?.value;
      if (value !== undefined) byAddress.set(value, service);
    }
  return cidrs.flatMap((cidr) => {
    const range = parseRange(cidr);
    if (range === undefined || range.first !== range.last) return [];
    const service = byAddress.get(range.first);
    return service === undefined ? [] : [{ cidr, service }];
  });
}

/** The ports that answer behind a Service for one that clients ask for; empty where nothing tells. */
export function targetPortsOf(
  cluster: Cluster,
  service: Service,
  port: number,
  protocol: Protocol,
): readonly number[] {
  const found = endpointsOf(cluster, service, port, protocol);
  if (found.kind === 'backends') return [...new Set(found.backends.map((backend) => backend.port))];
  if (found.kind === 'no such port') return [];
  // A Service without pods yet still says a target port, unless by name.
  const target = found.port.targetPort ?? found.port.port;
  return typeof target === 'number' ? [target] : [];
}

/** Addresses of the endpoints of a Service: those of its pods, and of its EndpointSlices. */
export function endpointAddresses(cluster: Cluster, service: Service): readonly string[] {
  const key = qualifiedName(service);
  const ofPods = (cluster.podsByService.get(key) ?? []).flatMap((pod) => cluster.pods.get(pod)!.addresses);
  const slices = cluster.endpointSlices.get(key) ?? [];
  const ofSlices = slices.flatMap(({ endpoints }) => endpoints.flatMap(({ addresses }) => addresses));
  return [...new Set([...ofPods, ...ofSlices])];
}

/** PC3472: a policy sees what is behind a ClusterIP. `added` says in words what was seen there; undefined where nothing was. */
export function frontFinding(
  flag: string,
  { cidr, service }: Front,
  added: string | undefined,
): ComponentFinding {
  const head = `${flag} ${plainAddress(cidr)} is the ClusterIP of Service ${qualifiedName(service)}, and policies hold for what answers behind it:`;
  return {
    code: 'PC3472',
    severity: 'warning',
    message:
      added === undefined
        ? `${head} nothing there is seen, so the rules for it may let nothing through`
        : `${head} ${added} is taken besides`,
    help:
      added === undefined
        ? `say what answers with ${flag}, or give the pods or EndpointSlices of the Service with -f`
        : `say with ${flag} what answers; some plugins look at packets before the Service is resolved, so the ClusterIP stays too`,
  };
}

/** The same for the comments of a policy. */
export function frontNote({ cidr, service }: Front): string {
  return `${plainAddress(cidr)} is the ClusterIP of Service ${qualifiedName(service)}: what answers behind it is seen in the cluster and stands beside it`;
}

/** A range of one address as that address. */
export function plainAddress(cidr: string): string {
  return cidr.replace(/\/(32|128)$/, '');
}
