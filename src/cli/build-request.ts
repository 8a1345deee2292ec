import { type Cluster, portProtocolOf, servicePortFor } from '../cluster/index.ts';
import {
  type Endpoint,
  type HttpRequest,
  hostHeader,
  type InvalidToken,
  type Protocol,
  parseAddress,
  type Request,
  type ServiceReference,
} from '../model/index.ts';
import { findPort, portNumber } from './choose-port.ts';
import type { EndpointText } from './endpoint-text.ts';
import { usageError } from './exit.ts';
import { readPort } from './port-text.ts';
import { readClaims } from './read-claims.ts';
import { readHeaders } from './read-headers.ts';
import type { RequestFlags } from './request-flags.ts';
import type { Resolved } from './resolve-endpoint.ts';

/** The ends of a request, found, and the destination as it was written. */
export interface Ends {
  readonly source: Endpoint;
  readonly destination: Endpoint | ServiceReference;
  readonly written: EndpointText;
}

/**
 * Makes the request that the flags describe. With a URL, an HTTP flag or a port that is declared HTTP it is what plain curl sends: `GET`, the path, the Host header, no token.
 * Throws a usage error where flags contradict each other or the port can't be told.
 */
export function buildRequest(cluster: Cluster, ends: Ends, flags: RequestFlags): Resolved<Request> {
  const { source, destination, written } = ends;
  const protocol = readProtocol(flags.protocol);
  const scheme = written.kind === 'url' ? written.url.scheme : undefined;
  const used = httpFlags.filter((name) => flags[name] !== undefined);
  const asked = scheme === 'http' || used.length > 0;
  if (asked && (scheme === 'https' || scheme === 'tcp')) {
    const why =
      scheme === 'https' ? 'nobody on the way sees what is inside the TLS' : 'these bytes are not HTTP';
    throw usageError(`--${used[0]} does not go with ${scheme}://: ${why}; write http://`);
  }
  if ((asked || scheme !== undefined) && protocol !== 'TCP') {
    throw usageError(`HTTP and TLS go over TCP, not over ${protocol}`);
  }
  const port = findPort(cluster, destination, protocol, saidPort(written, flags.port));
  const sni = readServerName(flags.sni, written);
  const silent = scheme === undefined && !asked && sni === undefined && protocol === 'TCP';
  const declared = silent && isDeclaredHttp(cluster, destination, port.end);
  const isHttp = asked || declared;
  const request: Request = {
    source,
    destination,
    port: port.end,
    protocol,
    ...(isHttp ? { http: buildHttp(cluster, ends, flags, port.end) } : {}),
    ...readToken(flags),
    ...(sni === undefined ? {} : { sni }),
    ...readPrincipal(flags.principal),
    ...(flags.direct === true ? { direct: true } : {}),
    complete: flags.open !== true,
  };
  const tls = scheme === 'https' ? ['https: the proxies pass the TLS on and see its server name only'] : [];
  const http = declared ? [declaredNote] : [];
  return { end: request, notes: [...port.notes, ...tls, ...http] };
}

const declaredNote =
  'the port is declared as HTTP, so this is GET / as plain curl sends it; tcp:// asks about other bytes';

/** True where a Service declares the port as HTTP: nobody who asks about it means other bytes. */
function isDeclaredHttp(cluster: Cluster, destination: Ends['destination'], port: number | string): boolean {
  const found = servicePortOf(cluster, destination, port);
  return found !== undefined && portProtocolOf(found.port) === 'http';
}

/** The Service port that a request is for: of the Service that it names, or of one that leads to this port of the pod. */
function servicePortOf(
  cluster: Cluster,
  destination: Ends['destination'],
  port: number | string,
): ReturnType<typeof servicePortFor> {
  if (destination.kind === 'service') {
    const service = cluster.services.get(`${destination.namespace}/${destination.name}`);
    const found = service?.spec.ports.find(
      (each) => each.protocol === 'TCP' && (each.port === port || each.name === port),
    );
    return service === undefined || found === undefined ? undefined : { service, port: found };
  }
  const number = portNumber(cluster, destination, port);
  if (destination.kind !== 'pod' || number === undefined) return undefined;
  const pod = cluster.pods.get(`${destination.namespace}/${destination.name}`);
  return pod === undefined ? undefined : servicePortFor(pod, number, 'TCP');
}

const httpFlags = ['method', 'path', 'host', 'header', 'claim', 'jwt'] as const;

/** TCP where nothing is said. Throws a usage error. */
export function readProtocol(text = 'TCP'): Protocol {
  const protocol = text.toUpperCase();
  if (protocol === 'TCP' || protocol === 'UDP' || protocol === 'SCTP') return protocol;
  throw usageError(`--protocol ${text}: it is TCP, UDP or SCTP`);
}

function saidPort(written: EndpointText, flag: string | undefined): number | string | undefined {
  const inText = written.kind === 'url' ? written.url.port : written.port;
  const inFlag = flag === undefined ? undefined : readPort(flag, flag);
  if (inText !== undefined && inFlag !== undefined && inText !== inFlag) {
    throw usageError(`the destination says port ${inText}, --port says ${inFlag}`);
  }
  return inFlag ?? inText;
}

function buildHttp(cluster: Cluster, ends: Ends, flags: RequestFlags, port: number | string): HttpRequest {
  const { written } = ends;
  const { host: headerHost, headers } = readHeaders(flags.header ?? []);
  const open = flags.open === true;
  const method = flags.method ?? (open ? undefined : 'GET');
  const path = flags.path ?? (written.kind === 'url' ? written.url.target : open ? undefined : '/');
  const said = flags.host ?? headerHost;
  const host = said ?? (open && written.kind !== 'url' ? undefined : usualHost(cluster, ends, port));
  if (method !== undefined && !/^[!#$%&'*+.^_`|~\w-]+$/.test(method)) {
    throw usageError(`--method ${JSON.stringify(method)} is not an HTTP method`);
  }
  if (path !== undefined && (path === '' || /[\s\u0000-\u001f\u007f]/.test(path))) {
    throw usageError(`--path ${JSON.stringify(path)} cannot be sent: it is empty or holds white space`);
  }
  return {
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(host === undefined ? {} : { host }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
  };
}

/** The Host header that curl writes, to a pod that of the Service that leads to it; undefined where it would be an address that is not known. */
function usualHost(
  cluster: Cluster,
  { destination, written }: Ends,
  port: number | string,
): string | undefined {
  if (written.kind === 'url') return written.url.hostHeader;
  const number = portNumber(cluster, destination, port);
  if (written.kind === 'host' && destination.kind === 'service') return hostHeader(written.host, number, 80);
  if (destination.kind === 'service')
    return hostHeader(`${destination.name}.${destination.namespace}`, number, 80);
  const reached = destination.kind === 'pod' ? servicePortOf(cluster, destination, port) : undefined;
  if (reached !== undefined) {
    const { name, namespace } = reached.service.metadata;
    return hostHeader(`${name}.${namespace}`, reached.port.port, 80);
  }
  const address = addressOf(cluster, destination);
  return address === undefined ? undefined : hostHeader(address, number, 80);
}

function addressOf(cluster: Cluster, end: Endpoint): string | undefined {
  if (end.kind === 'address') return end.address;
  if (end.kind === 'node') return cluster.nodes.get(end.name)?.addresses[0];
  if (end.kind === 'host') return end.host;
  return cluster.pods.get(`${end.namespace}/${end.name}`)?.addresses[0];
}

/** The token of --claim and --jwt. Throws a usage error where they contradict each other. */
export function readToken({ claim = [], jwt }: RequestFlags): Pick<Request, 'jwt'> {
  if (jwt === 'none') {
    if (claim.length > 0) throw usageError('--claim makes a token and --jwt none says that there is none');
    return { jwt };
  }
  if (jwt === undefined && claim.length === 0) return {};
  const claims = claim.length === 0 ? {} : { claims: readClaims(claim) };
  const invalid: InvalidToken | undefined = jwt === 'invalid' ? 'bad-signature' : jwt;
  return { jwt: { ...claims, ...(invalid === undefined ? {} : { invalid }) } };
}

/** `none` says that the client hello has no server name. */
function readServerName(flag: string | undefined, written: EndpointText): string | null | undefined {
  if (flag !== undefined) return flag === 'none' ? null : flag;
  if (written.kind !== 'url' || written.url.scheme !== 'https') return undefined;
  return parseAddress(written.url.host) === undefined ? written.url.host.replace(/\.$/, '') : null;
}

/** An identity with or without `spiffe://`; `none` is plaintext. */
export function readPrincipal(flag: string | undefined): Pick<Request, 'principal'> {
  if (flag === undefined) return {};
  return { principal: flag === 'none' ? null : flag.replace(/^spiffe:\/\//, '') };
}
