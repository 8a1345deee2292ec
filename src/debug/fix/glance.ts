import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import { podEndpoint, type Request } from '../../model/index.ts';
import { decide } from '../../verdict/index.ts';
import { targetsOf } from './denial.ts';

/** So many pods are asked about in each place. */
const most = 10;

/** Requests like the one that should be allowed, which are denied. */
export interface Around {
  /** Between other ends. */
  readonly others: readonly Request[];
  /** Between the same ends. */
  readonly own: readonly Request[];
}

/**
 * Requests like the one that should be allowed, from and to others, that are denied: how many of them a change lets through is a first idea of how wide it opens. Whoever
 * sends, the same is sent; to others, and to other ports, too.
 */
export function requestsAround(cluster: Cluster, request: Request): Around {
  const pods = [...cluster.pods.values()];
  const { destination } = request;
  const target = targetsOf(cluster, request)[0];
  const receiver = target?.end.pod;
  const port = target?.port ?? request.port;
  const to = receiver === undefined ? destination : podEndpoint(receiver);
  const near = pods.toSorted((a, b) => closeness(a, receiver) - closeness(b, receiver));
  const others: readonly Request[] = [
    ...spread(pods).map((pod) => ({ ...request, source: podEndpoint(pod), destination: to, port })),
    ...near.slice(0, most).map((pod) => ({ ...request, source: podEndpoint(pod), destination: to, port })),
    ...near.slice(0, most).map((pod) => ({ ...request, destination: podEndpoint(pod), port })),
    { ...request, source: { kind: 'address', address: '192.0.2.77' } as const },
  ];
  const own: readonly Request[] = [
    ...portsAround(receiver, port).map((other) => ({ ...request, destination: to, port: other })),
    ...otherRequests(request),
  ];
  const isAlike = (each: Request): boolean => isDenied(cluster, each);
  return { others: others.filter(isAlike), own: own.filter(isAlike) };
}

/** How far a cluster opens itself to these requests. */
export interface Openness {
  /** Those that get through. */
  readonly allowed: number;
  /** Layers that deny one between other ends. */
  readonly denials: number;
}

/** Asks a cluster for these requests. */
export function opennessFor(cluster: Cluster, { others, own }: Around): Openness {
  let allowed = 0;
  let denials = 0;
  for (const request of own) if (!isDenied(cluster, request)) allowed++;
  for (const request of others) {
    const { outcome, steps } = decide(cluster, request);
    if (outcome !== 'deny') allowed++;
    denials += steps.filter((step) => step.outcome === 'deny').length;
  }
  return { allowed, denials };
}

function isDenied(cluster: Cluster, request: Request): boolean {
  return decide(cluster, request).outcome === 'deny';
}

function closeness(pod: ClusterPod, receiver: ClusterPod | undefined): number {
  return pod.namespace === receiver?.namespace ? 0 : 1;
}

function spread(pods: readonly ClusterPod[]): readonly ClusterPod[] {
  const step = Math.max(1, Math.floor(pods.length / most));
  return pods.filter((_, i) => i % step === 0).slice(0, most);
}

function portsAround(receiver: ClusterPod | undefined, own: number | string): readonly number[] {
  const declared = receiver?.ports.map(({ containerPort }) => containerPort) ?? [];
  return [...new Set([...declared, 1, 8443])].filter((port) => port !== own);
}

function otherRequests(request: Request): readonly Request[] {
  const { http } = request;
  if (http === undefined) return [];
  return [
    { ...request, http: { ...http, method: http.method === 'DELETE' ? 'PATCH' : 'DELETE' } },
    { ...request, http: { ...http, path: '/portcullis-elsewhere' } },
  ];
}
