import { type Cluster, ownerOfAddress } from '../cluster/index.ts';
import type { LogEnd, UpstreamFailure, UpstreamFailures } from '../logs/index.ts';
import { type DebugBehind, quoteForShell } from '../report/index.ts';
import type { SymptomWord } from './debug.ts';

/** What stands behind the proxy whose log was read, by the manifests: who it is, and how to ask for what the caller saw. */
export function behindOf(
  cluster: Cluster,
  { first, count }: UpstreamFailures,
  input: readonly string[],
): DebugBehind {
  const { kind, status, reason, server, service, client, method, path } = first;
  const pod = podAt(cluster, server);
  const from = podAt(cluster, client);
  const to = serverWords(cluster, first);
  const http = status === 0 ? [] : [...flag('--method', method), ...flag('--path', path)];
  const ask =
    to === undefined ? undefined : [...input, from ?? 'FROM', ...to, ...http, '--symptom', symptomOf(first)];
  return {
    count,
    kind,
    status,
    reason,
    ...(server?.ip === undefined ? {} : { address: addressText(server) }),
    ...(service === undefined ? {} : { host: service.host, port: service.port }),
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(pod === undefined ? {} : { pod }),
    ...(ask === undefined ? {} : { ask: ['portcullis', 'debug', ...ask].map(quoteForShell).join(' ') }),
  };
}

/** A proxy that gets no connection answers HTTP with 503, and closes what is none. */
function symptomOf({ status }: UpstreamFailure): SymptomWord {
  if (status === 0) return 'reset';
  return String(status) as SymptomWord;
}

/** The Service that was asked for, else the pod at the address. */
function serverWords(
  cluster: Cluster,
  { status, server, service }: UpstreamFailure,
): readonly string[] | undefined {
  const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc(?:\.|$)/.exec(service?.host ?? '') ?? [];
  if (service !== undefined && cluster.services.has(`${namespace}/${name}`)) {
    if (status === 0) return [`tcp://${name}.${namespace}:${service.port}`];
    return [`${namespace}/svc/${name}`, '--port', String(service.port)];
  }
  const pod = podAt(cluster, server);
  return pod === undefined || server?.port === undefined ? undefined : [pod, '--port', String(server.port)];
}

function podAt(cluster: Cluster, end: LogEnd | undefined): string | undefined {
  const owner = end?.ip === undefined ? undefined : ownerOfAddress(cluster, end.ip);
  return owner?.kind === 'pod' ? owner.pod.key : undefined;
}

function addressText({ ip = '', port }: LogEnd): string {
  const host = ip.includes(':') ? `[${ip}]` : ip;
  return port === undefined ? ip : `${host}:${port}`;
}

function flag(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value];
}
