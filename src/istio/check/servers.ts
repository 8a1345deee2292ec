import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import type { Protocol } from '../../model/index.ts';
import type { DnsServer, OutsideServer } from '../components/index.ts';
import type { Grouper } from './groups.ts';
import { addressEnd, podServer, ranges, serversOf, unknownParty } from './party-ends.ts';
import type { Scene } from './scene.ts';
import type { Party } from './types.ts';

/** A server that Istio needs, with its ports: of several that stand side by side, one that is open will do. */
export interface Server {
  readonly party: Party;
  readonly ports: readonly number[];
  readonly protocol: Protocol;
}

/** Where the API server answers: as the surroundings say, or as EndpointSlice default/kubernetes does. */
export function apiServers({ input, cluster }: Scene): readonly Server[] {
  const { apiServer, apiServerPorts = [443, 6443] } = input.surroundings;
  const given = ranges('API server', 'API server', apiServer);
  if (given !== undefined) return [{ party: given, ports: apiServerPorts, protocol: 'TCP' }];
  const slices = cluster.endpointSlices.get('default/kubernetes') ?? [];
  const found = slices.flatMap(({ endpoints, ports }) => {
    const addresses = endpoints.flatMap((endpoint) => endpoint.addresses);
    const numbers = ports.flatMap(({ port }) => port ?? []);
    if (addresses.length === 0 || numbers.length === 0) return [];
    const party: Party = {
      role: 'API server',
      label: 'API server',
      standIn: false,
      ends: addresses.map(addressEnd),
    };
    return [{ party, ports: numbers, protocol: 'TCP' as const }];
  });
  if (found.length > 0) return found;
  const advice = 'say where it answers (--api-server-cidr CIDR), or give EndpointSlice default/kubernetes';
  return [
    {
      party: unknownParty('API server', 'API server', advice, false),
      ports: apiServerPorts,
      protocol: 'TCP',
    },
  ];
}

/** API servers of other clusters that istiod watches; none where nobody said of any. */
export function remoteApiServers({ input }: Scene): readonly Server[] {
  const { remoteApiServers: cidrs, apiServerPorts = [443, 6443] } = input.surroundings;
  const party = ranges('API server', 'API servers of other clusters', cidrs);
  return party === undefined ? [] : [{ party, ports: apiServerPorts, protocol: 'TCP' }];
}

/** What egress gateways connect to; none where nobody said of any. */
export function externalServers({ cluster, input }: Scene, group: Grouper): readonly Server[] {
  return (input.surroundings.external ?? []).flatMap((server) => {
    const { host, port, cidrs = [], pods, targetPorts = [port] } = server;
    const told = serversOf('external server', host, cluster, group, { pods, cidrs });
    const advice = `say its addresses: --external ${host}:${port}=CIDR`;
    const parties = told.length > 0 ? told : [unknownParty('external server', host, advice, false)];
    return parties.map(
      (party): Server => ({ party, ports: pods === undefined ? [port] : targetPorts, protocol: 'TCP' }),
    );
  });
}

/** Who answers DNS: as the surroundings say, or the pods behind a Service kube-dns. */
export function dnsServers(scene: Scene, group: Grouper): readonly Server[] {
  const { cluster, input } = scene;
  const { dns } = input.surroundings;
  if (dns !== undefined) return dns.flatMap((server) => dnsServer(cluster, group, server));
  const services = [...cluster.services.values()].filter(({ metadata }) => metadata.name === 'kube-dns');
  const found = services.flatMap(({ metadata, spec }) => {
    const pods = (cluster.podsByService.get(`${metadata.namespace}/${metadata.name}`) ?? []).map(
      (key) => cluster.pods.get(key)!,
    );
    const asked = spec.ports.find(({ protocol, port }) => protocol === 'UDP' && port === 53);
    const byPort = Map.groupBy(pods, (pod) => targetOf(pod, asked?.targetPort));
    return [...byPort].map(
      ([port, own]): Server => ({ ...podServer('DNS', 'DNS', group(own)), ports: [port], protocol: 'UDP' }),
    );
  });
  if (found.length > 0) return found;
  const advice = 'say who answers DNS (--dns PEER), or give Service kube-dns and its pods';
  return [{ party: unknownParty('DNS', 'DNS', advice, true), ports: [53], protocol: 'UDP' }];
}

function targetOf(pod: ClusterPod, target: number | string | undefined): number {
  if (typeof target === 'number') return target;
  const named = pod.ports.find(({ name, protocol }) => name === target && protocol === 'UDP');
  return named?.containerPort ?? 53;
}

function dnsServer(
  cluster: Cluster,
  group: Grouper,
  { pods, cidrs = [], ports }: DnsServer,
): readonly Server[] {
  return serversOf('DNS', 'DNS', cluster, group, { pods, cidrs }).map((party) => ({
    party,
    ports,
    protocol: 'UDP',
  }));
}

/** Servers of keys that RequestAuthentications name, each with its host; one whose addresses nobody said is unknown. */
export function jwksServers({ cluster, input }: Scene, group: Grouper): readonly Server[] {
  const said = input.surroundings.jwks ?? [];
  const hosts = new Map<string, OutsideServer>(
    said.map((server) => [`${server.host}:${server.port}`, server]),
  );
  for (const policies of cluster.policies.requestAuthentication.values())
    for (const { spec } of policies)
      for (const { issuer, jwks, jwksUri } of spec.jwtRules) {
        const server = jwks === undefined ? serverOf(jwksUri ?? issuer) : undefined;
        if (server === undefined || said.some(({ host }) => host === server.host)) continue;
        hosts.set(`${server.host}:${server.port}`, server);
      }
  return [...hosts.values()].flatMap((server) => jwksServer(cluster, group, server));
}

function jwksServer(cluster: Cluster, group: Grouper, server: OutsideServer): readonly Server[] {
  const { host, port, cidrs = [], pods, targetPorts } = server;
  const label = `JWKS server ${host}`;
  const told = serversOf('JWKS server', label, cluster, group, { pods, cidrs });
  if (told.length > 0) return told.map((party) => ({ party, ports: targetPorts ?? [port], protocol: 'TCP' }));
  const [name, namespace, marker] = host.split('.');
  const service =
    marker === undefined || marker === 'svc' ? cluster.services.get(`${namespace}/${name}`) : undefined;
  const behind = service === undefined ? [] : (cluster.podsByService.get(`${namespace}/${name}`) ?? []);
  if (service !== undefined && behind.length > 0) {
    const target = service.spec.ports.find((each) => each.port === port)?.targetPort ?? port;
    const byPort = Map.groupBy(
      behind.map((key) => cluster.pods.get(key)!),
      (pod) =>
        pod.ports.find((each) => each.name === target)?.containerPort ??
        (typeof target === 'number' ? target : port),
    );
    return [...byPort].map(([number, own]) => ({
      ...podServer('JWKS server', label, group(own)),
      ports: [number],
      protocol: 'TCP',
    }));
  }
  const party = unknownParty(
    'JWKS server',
    label,
    `say its addresses: --jwks ${host}:${port}=CIDR`,
    false,
    host,
  );
  return [{ party, ports: [port], protocol: 'TCP' }];
}

/** The host and port of a URL; of an issuer without keys of its own, where OpenID Connect says to look. */
function serverOf(url: string): OutsideServer | undefined {
  const [, scheme, host, port] = /^(https?):\/\/([^/:?#]+)(?::(\d+))?/.exec(url) ?? [];
  if (host === undefined) return undefined;
  return { host, port: port === undefined ? (scheme === 'http' ? 80 : 443) : Number(port) };
}
