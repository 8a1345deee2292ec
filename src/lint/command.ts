import { type Cluster, isDeclaredHttp } from '../cluster/index.ts';
import type { Endpoint, Request, ServiceReference, Token } from '../model/index.ts';
import { plainRequest } from './requests.ts';

/**
 * The words behind `portcullis check` (and its input flags) that ask for exactly this request; undefined where the command line cannot say it: several
 * tokens, a token outside the Authorization header.
 */
export function checkWords(cluster: Cluster, request: Request): readonly string[] | undefined {
  const { protocol, sni, principal } = request;
  const http = isPlain(cluster, request) ? undefined : request.http;
  const token = tokenWords(request.jwt);
  const to = destinationWords(cluster, request);
  if (token === undefined) return undefined;
  const { method, path, host, headers = {} } = http ?? {};
  return [
    endWord(cluster, request.source),
    ...to,
    ...(protocol === 'TCP' ? [] : ['--protocol', protocol]),
    ...flag('--method', method),
    ...flag('--path', path),
    ...flag('--host', host),
    ...Object.entries(headers).flatMap(([name, values]) =>
      [values].flat().flatMap((value) => ['--header', `${name}: ${value}`]),
    ),
    ...token,
    ...(sni === undefined ? [] : ['--sni', sni ?? 'none']),
    ...(principal === undefined ? [] : ['--principal', principal ?? 'none']),
    ...(request.direct === true ? ['--direct'] : []),
    ...(request.complete ? [] : ['--open']),
  ];
}

/** What the command asks for where nothing is said of HTTP. */
function isPlain(cluster: Cluster, { source, destination, port, protocol, http }: Request): boolean {
  if (typeof port !== 'number' || http === undefined) return false;
  const plain = plainRequest(cluster, source, destination, port, protocol);
  return JSON.stringify(plain.http) === JSON.stringify(http);
}

/** What `check` takes for an HTTP request because the port is declared so: for bytes a Service has its `tcp://` URL, a pod the word that no server name is sent. */
function destinationWords(cluster: Cluster, request: Request): readonly string[] {
  const { destination, port, protocol, http, sni } = request;
  const bytes = protocol === 'TCP' && http === undefined;
  if (destination.kind === 'service' && bytes && typeof port === 'number') {
    return [`tcp://${destination.name}.${destination.namespace}:${port}`];
  }
  if (destination.kind === 'pod' && bytes && typeof port === 'number') {
    const pod = cluster.pods.get(`${destination.namespace}/${destination.name}`);
    if (sni === undefined && pod !== undefined && isDeclaredHttp(pod, port)) {
      return [endWord(cluster, destination), '--port', String(port), '--sni', 'none'];
    }
  }
  return [endWord(cluster, destination), '--port', String(port)];
}

/** A pod by its own name; where its workload has the same name, which other workloads may have too, by kind and name of that. */
function endWord(cluster: Cluster, end: Endpoint | ServiceReference): string {
  switch (end.kind) {
    case 'pod': {
      const owner = cluster.pods.get(`${end.namespace}/${end.name}`)?.owner;
      const kind = owner?.name === end.name ? `${owner.kind.toLowerCase()}/` : '';
      return `${end.namespace}/${kind}${end.name}`;
    }
    case 'service':
      return `${end.namespace}/svc/${end.name}`;
    case 'node':
      return `node/${end.name}`;
    case 'host':
      return `host/${end.host}`;
    case 'address':
      return end.address;
  }
}

/** undefined where the command has no words for the token. */
function tokenWords(jwt: Request['jwt']): readonly string[] | undefined {
  if (jwt === undefined) return [];
  if (jwt === 'none') return ['--jwt', 'none'];
  const tokens: readonly Token[] = Array.isArray(jwt) ? jwt : [jwt as Token];
  const [token] = tokens;
  if (tokens.length !== 1 || token === undefined || token.location !== undefined) return undefined;
  const claims = Object.entries(token.claims ?? {});
  if (claims.length === 0 && token.invalid === undefined) return undefined;
  return [
    ...claims.flatMap(([key, value]) => ['--claim', claimText(key, value)]),
    ...(token.invalid === undefined ? [] : ['--jwt', token.invalid]),
  ];
}

/** `check` reads the values of `iss` and `sub` as they stand, and dots in a name that has no brackets as a path. */
function claimText(key: string, value: unknown): string {
  if (key === 'iss' || key === 'sub') return `${key}=${String(value)}`;
  return `${/^\w+$/.test(key) ? key : `[${key}]`}=${JSON.stringify(value)}`;
}

function flag(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value];
}
