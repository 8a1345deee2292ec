import type { Cluster } from '../../cluster/index.ts';
import type { Service } from '../../model/index.ts';
import type { OutsideServer } from '../components/index.ts';
import { namespaceNamed } from './answers.ts';
import { targetPortsOf } from './cluster-ips.ts';
import { serviceNamespace } from './servers.ts';

/** Servers with the objects that name them. */
export interface SeenServers {
  readonly value: readonly OutsideServer[];
  readonly place: string;
}

/** Servers of `jwksUri`. A RequestAuthentication without one, whose keys do not stand in it, has them found at its issuer. */
export function seenKeyServers(cluster: Cluster): SeenServers | undefined {
  const all = [...cluster.policies.requestAuthentication.values()].flat();
  if (all.length === 0) return undefined;
  const named = all.flatMap(({ metadata, spec }) =>
    spec.jwtRules.flatMap(({ jwks, jwksUri, issuer }) => {
      if (jwks !== undefined && jwks !== '') return [];
      const server = serverOfUrl(jwksUri === undefined || jwksUri === '' ? issuer : jwksUri);
      const place = `RequestAuthentication ${metadata.namespace}/${metadata.name}`;
      return server === undefined ? [] : [{ server: inCluster(cluster, server, metadata.namespace), place }];
    }),
  );
  return { value: distinct(named.map(({ server }) => server)), place: placesOf(named, all.length) };
}

function placesOf(named: readonly { readonly place: string }[], all: number): string {
  const places = [...new Set(named.map(({ place }) => place))];
  if (places.length === 0) return `${all} RequestAuthentications, which hold their keys themselves`;
  return places.length <= 3
    ? places.join(', ')
    : `${places.slice(0, 2).join(', ')} and ${places.length - 2} more`;
}

/** Hosts outside the mesh that ServiceEntries name. */
export function seenExternal({ serviceEntries }: Cluster): SeenServers | undefined {
  const own = serviceEntries.filter(({ spec }) => spec.location === 'MESH_EXTERNAL');
  if (own.length === 0) return undefined;
  const servers = own.flatMap(({ spec }) =>
    spec.hosts.flatMap((host) =>
      spec.ports.map(({ number, targetPort }): OutsideServer => {
        const told = [...spec.addresses, ...spec.endpoints.map(({ address }) => address)].filter(isRange);
        return { host, port: targetPort ?? number, ...(told.length === 0 ? {} : { cidrs: told }) };
      }),
    ),
  );
  const places = own.map(({ metadata }) => `ServiceEntry ${metadata.namespace}/${metadata.name}`);
  const shown = places.length <= 3 ? places.join(', ') : `${places.length} ServiceEntries`;
  return { value: distinct(servers), place: shown };
}

function isRange(text: string): boolean {
  return /^[\d.]+(\/\d+)?$/.test(text) || /^[\da-f:]*:[\da-f:.]*(\/\d+)?$/i.test(text);
}

/** Host and port of a URL; undefined for an issuer that is none. */
function serverOfUrl(url: string): OutsideServer | undefined {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return undefined;
  const { hostname, port, protocol } = new URL(url);
  const usual = protocol === 'http:' ? 80 : 443;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usual : Number(port) };
}

/** A host that is a Service of the cluster, with the pods behind it; `from` is the namespace in which a name alone is looked up. */
export function inCluster(cluster: Cluster, server: OutsideServer, from: string): OutsideServer {
  const service = serviceOf(cluster, server.host, from);
  if (service === undefined) return server;
  const { selector = {} } = service.spec;
  const namespaces = namespaceNamed(service.metadata.namespace);
  const targetPorts = targetPortsOf(cluster, service, server.port, 'TCP');
  return {
    ...server,
    ...(Object.keys(selector).length === 0 ? {} : { pods: { namespaces, pods: { matchLabels: selector } } }),
    ...(targetPorts.length === 0 ? {} : { targetPorts }),
  };
}

/** By `NAME.NAMESPACE.svc…`, or `NAME.NAMESPACE` where there is such a Service. */
function serviceOf(cluster: Cluster, host: string, from: string): Service | undefined {
  const [name = '', second] = host.split('.');
  const namespace = serviceNamespace(host) ?? (host.split('.').length === 2 ? second : undefined) ?? from;
  const labels = host.split('.').length;
  if (labels > 2 && serviceNamespace(host) === undefined) return undefined;
  return cluster.services.get(`${namespace}/${name}`);
}

function distinct(servers: readonly OutsideServer[]): readonly OutsideServer[] {
  return [...new Map(servers.map((server) => [JSON.stringify(server), server])).values()];
}
