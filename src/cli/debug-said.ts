import type { Cluster } from '../cluster/index.ts';
import type { Said } from '../debug/index.ts';
import type { Endpoint, HttpRequest } from '../model/index.ts';
import { readPrincipal, readProtocol, readToken } from './build-request.ts';
import type { DebugFlags } from './debug.ts';
import { readEndpoint } from './endpoint-text.ts';
import { usageError } from './exit.ts';
import { readPort } from './port-text.ts';
import { readHeaders } from './read-headers.ts';
import { resolveDestination, resolveSource } from './resolve-endpoint.ts';

/** A sender that is no pod: replicas of a destination need not be told from it. */
const nobody: Endpoint = { kind: 'address', address: '0.0.0.0' };

/** What the flags say of a log beside its lines. Throws Refusal. */
export function readSaid(cluster: Cluster, flags: DebugFlags): Said {
  const { from, to, pod, namespace = 'default' } = flags;
  const source = from === undefined ? undefined : resolveSource(cluster, readEndpoint(from), namespace).end;
  const destination =
    to === undefined
      ? undefined
      : resolveDestination(cluster, readEndpoint(to), namespace, source ?? nobody).end;
  return {
    ...(source === undefined ? {} : { source }),
    ...(destination === undefined ? {} : { destination }),
    ...(pod === undefined ? {} : { stream: readStream(cluster, pod, namespace) }),
    request: readRequest(flags),
  };
}

function readStream(cluster: Cluster, text: string, namespace: string): NonNullable<Said['stream']> {
  const { end } = resolveSource(cluster, readEndpoint(text), namespace);
  if (end.kind !== 'pod') throw usageError(`--pod ${text} is no pod; write NAMESPACE/NAME`);
  return { namespace: end.namespace, pod: end.name };
}

function readRequest(flags: DebugFlags): NonNullable<Said['request']> {
  const { port, protocol, sni, principal } = flags;
  const http = readHttp(flags);
  return {
    ...(port === undefined ? {} : { port: readPort(port, port) }),
    ...(protocol === undefined ? {} : { protocol: readProtocol(protocol) }),
    ...(http === undefined ? {} : { http }),
    ...readToken(flags),
    ...(sni === undefined ? {} : { sni: sni === 'none' ? null : sni }),
    ...readPrincipal(principal),
  };
}

function readHttp({ method, path, host, header }: DebugFlags): HttpRequest | undefined {
  if ([method, path, host, header].every((flag) => flag === undefined)) return undefined;
  const { host: headerHost, headers } = readHeaders(header ?? []);
  const said = host ?? headerHost;
  return {
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(said === undefined ? {} : { host: said }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
  };
}
