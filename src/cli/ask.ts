import type { Cluster } from '../cluster/index.ts';
import type { Request, Verdict } from '../model/index.ts';
import type { Answer } from '../report/index.ts';
import { decide, UnknownNameError } from '../verdict/index.ts';
import { buildRequest } from './build-request.ts';
import { type EndpointText, readEndpoint } from './endpoint-text.ts';
import { inputError, usageError } from './exit.ts';
import type { RequestFlags } from './request-flags.ts';
import { callerNamespace, resolveDestination, resolveSource } from './resolve-endpoint.ts';

/** The ends of a question as they were written. */
export interface WrittenEnds {
  readonly from: EndpointText;
  readonly to: EndpointText;
}

/** Takes FROM and TO apart. Throws a usage error. */
export function readEnds(from: string, to: string): WrittenEnds {
  return { from: readSource(from), to: readEndpoint(to) };
}

function readSource(text: string): EndpointText {
  const source = readEndpoint(text);
  if (source.kind !== 'url' && source.port !== undefined) {
    throw usageError(`FROM has no port: ${JSON.stringify(text)}; --port is the destination's`);
  }
  return source;
}

/** Answers one question about a cluster: names are looked up, the request is built, the verdict is reached. Throws Refusal. */
export function ask(
  cluster: Cluster,
  { from, to }: WrittenEnds,
  flags: RequestFlags & { readonly namespace?: string },
): Omit<Answer, 'diagnostics'> {
  const source = resolveSource(cluster, from, flags.namespace ?? 'default');
  const caller = callerNamespace(cluster, source.end, flags.namespace ?? 'default');
  const isHost = to.kind === 'host' || to.kind === 'url';
  const namespace = isHost ? caller : (flags.namespace ?? caller);
  const destination = resolveDestination(cluster, to, namespace, source.end);
  const ends = { source: source.end, destination: destination.end, written: to };
  const request = buildRequest(cluster, ends, flags);
  const verdict = decideNamed(cluster, request.end);
  const notes = [...source.notes, ...destination.notes, ...request.notes];
  if (areBytesUnasked(to, request.end, verdict)) notes.push(bytesNote);
  if (request.end.destination.kind === 'pod' && verdict.steps[0]?.because.kind === 'resolved')
    notes.push(serviceNote);
  return { request: request.end, verdict, notes };
}

const serviceNote =
  "asked as its callers ask it, through its Service; --direct is about the pod's bare address";

const bytesNote =
  'these were bytes that are not HTTP; a URL as destination, or --path, asks about an HTTP request';

/** True where a proxy that reads HTTP judged bytes, and nobody said that bytes were meant. */
function areBytesUnasked(to: EndpointText, request: Request, { steps }: Verdict): boolean {
  if (request.http !== undefined || request.protocol !== 'TCP' || to.kind === 'url') return false;
  const proxies: readonly string[] = ['sidecar', 'gateway', 'waypoint'];
  return steps.some(({ layer, at }) => layer === 'authorization' && proxies.includes(at.kind));
}

/** Names have been looked up before; what is left is a port name that one of several pods lacks. */
function decideNamed(cluster: Cluster, request: Request): Verdict {
  try {
    return decide(cluster, request);
  } catch (error) {
    if (error instanceof UnknownNameError) throw inputError(error.message);
    throw error;
  }
}
