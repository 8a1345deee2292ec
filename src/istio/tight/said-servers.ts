import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import { listNames, listWords, parseAddress, qualifiedName } from '../../model/index.ts';
import { podsOfPeer } from '../check/index.ts';
import type { ComponentFinding, DnsServer, OutsideServer } from '../components/index.ts';
import { namespaceNamed } from './answers.ts';
import {
  endpointAddresses,
  type Front,
  frontFinding,
  frontNote,
  frontsAmong,
  targetPortsOf,
} from './cluster-ips.ts';
import { inCluster } from './seen-servers.ts';

/** Servers that were said, with what a cluster shows of them. */
export interface SaidServers<T> {
  readonly servers: readonly T[];
  readonly findings: readonly ComponentFinding[];
}

/** DNS servers: what answers behind a ClusterIP, and the ports that pods listen on where nobody said any. */
export function besideDns(cluster: Cluster, said: readonly DnsServer[]): SaidServers<DnsServer> {
  const findings: ComponentFinding[] = [];
  const servers = said.flatMap((server): readonly DnsServer[] => {
    const { cidrs = [], pods } = server;
    const fronts = frontsAmong(cluster, cidrs);
    const behind = fronts.flatMap((front) => {
      const found = dnsBehind(cluster, front);
      findings.push(frontFinding('--dns', front, found === undefined ? undefined : found.words));
      return found === undefined ? [] : [{ front, ...found }];
    });
    const resolved = new Set(behind.map(({ front }) => front.cidr));
    const left = cidrs.filter((cidr) => !resolved.has(cidr));
    const isGone = left.length === 0 && cidrs.length > 0 && pods === undefined;
    const rest: DnsServer = { ...server, ...(cidrs.length > 0 && { cidrs: left }) };
    return [...(isGone ? [] : [withPorts(cluster, rest)]), ...behind.map((each) => each.server)];
  });
  return { servers, findings };
}

/** Pods behind the ClusterIP of a DNS Service, or the addresses of its EndpointSlices. */
function dnsBehind(
  cluster: Cluster,
  front: Front,
): { readonly server: DnsServer; readonly words: string } | undefined {
  const { service, cidr } = front;
  const ports = [
    ...new Set([
      ...targetPortsOf(cluster, service, 53, 'UDP'),
      ...targetPortsOf(cluster, service, 53, 'TCP'),
    ]),
  ];
  if (ports.length === 0) return undefined;
  const selector = service.spec.selector ?? {};
  const base = { ports, clusterIPs: [cidr], notes: [frontNote(front)] };
  if (Object.keys(selector).length > 0) {
    const namespaces = namespaceNamed(service.metadata.namespace);
    const pods = { namespaces, pods: { matchLabels: selector } };
    return {
      server: { ...base, pods },
      words: `what its selector selects, port ${listWords(ports.map(String))},`,
    };
  }
  const addresses = endpointAddresses(cluster, service);
  if (addresses.length === 0) return undefined;
  return { server: { ...base, cidrs: addresses }, words: listNames(addresses) };
}

/** Where nobody said a port: those to which Services lead for 53, or that containers declare by the usual names. */
function withPorts(cluster: Cluster, { portsAssumed, ...server }: DnsServer): DnsServer {
  if (portsAssumed !== true || server.pods === undefined) return server;
  const found = podsOfPeer(cluster, server.pods).map(dnsPortsOf);
  const ports = [...new Set(found.flatMap((each) => each.ports))];
  if (ports.length === 0) return server;
  const places = [...new Set(found.flatMap(({ place }) => place))];
  return {
    ...server,
    ports,
    notes: [`Ports as ${listNames(places)} ${places.length === 1 ? 'has' : 'have'} them`],
  };
}

function dnsPortsOf(pod: ClusterPod): {
  readonly ports: readonly number[];
  readonly place: readonly string[];
} {
  const asked = pod.services.flatMap((service) =>
    service.spec.ports
      .filter(({ port }) => port === 53)
      .flatMap(({ port, targetPort = port, protocol }) => {
        const ports =
          typeof targetPort === 'number'
            ? [targetPort]
            : pod.ports
                .filter((each) => each.name === targetPort && each.protocol === protocol)
                .map(({ containerPort }) => containerPort);
        return ports.map((number) => ({ number, place: `Service ${qualifiedName(service)}` }));
      }),
  );
  if (asked.length > 0)
    return { ports: asked.map(({ number }) => number), place: asked.map(({ place }) => place) };
  const own = pod.ports.filter(({ name }) => name === 'dns' || name === 'dns-tcp');
  const place = own.length === 0 ? [] : [`Pod ${pod.namespace}/${pod.name}`];
  return { ports: own.map(({ containerPort }) => containerPort), place };
}

/** Servers by host or address: the pods of a host that is a Service of the cluster, and what answers behind a ClusterIP. */
export function besideServers(
  cluster: Cluster,
  said: readonly OutsideServer[],
  flag: string,
): SaidServers<OutsideServer> {
  const findings: ComponentFinding[] = [];
  const servers = said.map((server): OutsideServer => {
    const { host, port, cidrs, pods } = server;
    if (pods !== undefined) return server;
    const given = cidrs ?? (parseAddress(host) === undefined ? [] : [host]);
    const [front] = frontsAmong(cluster, given);
    if (front === undefined) return cidrs === undefined ? inCluster(cluster, server, '') : server;
    const { service } = front;
    const selector = service.spec.selector ?? {};
    const targetPorts = targetPortsOf(cluster, service, port, 'TCP');
    const isSeen = Object.keys(selector).length > 0 && targetPorts.length > 0;
    const words = `what its selector selects, port ${listWords(targetPorts.map(String))},`;
    findings.push(frontFinding(flag, front, isSeen ? words : undefined));
    if (!isSeen) return server;
    const namespaces = namespaceNamed(service.metadata.namespace);
    return {
      host,
      port,
      cidrs: given.filter((cidr) => cidr !== front.cidr),
      clusterIPs: [front.cidr],
      pods: { namespaces, pods: { matchLabels: selector } },
      targetPorts,
      notes: [frontNote(front)],
    };
  });
  return { servers, findings };
}
