import { type Cluster, isDeclaredHttp, serviceHostFor } from '../cluster/index.ts';
import type { HttpRequest, Request, Step } from '../model/index.ts';
import { decide } from '../verdict/index.ts';
import type { WantedRequest } from './fix/index.ts';
import { guessOf } from './guesses.ts';
import type { DenialGroup, Finding, Said } from './types.ts';

/**
 * The requests that a fix for a group of denials has to let through: those that its lines state, whole, so that a verdict can be certain. What no line
 * states is what a plain client sends: a GET for `/` where the port is declared as HTTP, the Host of its Service, no token. Logs of the network tell of packets
 * alone: of these it is the packets, unless the user says what is sent. None where nobody knows the ends, or nothing denies.
 */
export function requestsToFix(
  cluster: Cluster,
  { finding, requests }: DenialGroup,
  said: Said,
): readonly WantedRequest[] {
  const { request, cause, evidence } = finding;
  if (request === undefined || cause.kind !== 'denied') return [];
  // Nobody should be let in for a guess.
  if (guessOf(finding) === 'all') return [];
  const { http, ...rest } = { ...request, complete: true };
  const usual = usualRequest(cluster, request);
  if (evidence.at === 'network') {
    const sent = saidRequest(said);
    // Something has to be sent that no proxy takes for a fault of its own.
    if (sent === undefined)
      return [{ ...rest, ...(usual === undefined ? {} : { http: usual }), packets: true }];
    return [{ ...rest, http: { method: 'GET', path: '/', ...usual, ...sent } }];
  }
  if (http === undefined && (evidence.at === 'ztunnel' || usual === undefined)) return [rest];
  const lines = requests.length === 0 ? [''] : requests;
  return lines.map((line): Request => {
    const [, method, path] = /^([A-Z]+) (\S.*)$/.exec(line) ?? [];
    const stated: HttpRequest = {
      ...(method === undefined ? {} : { method }),
      ...(path === undefined ? {} : { path }),
    };
    return { ...rest, http: { method: 'GET', path: '/', ...usual, ...http, ...stated } };
  });
}

/** What denies a plain request once its packets get through, and the request. */
export interface LaterDenial {
  readonly step: Step;
  /** Undefined: bytes that are no HTTP. */
  readonly http: HttpRequest | undefined;
}

/** What the proxies say to a connection of which the network's log tells; undefined where they let it through, or nobody asked for its packets alone. */
export function laterDenial(
  cluster: Cluster,
  { evidence, request }: Finding,
  said: Said,
): LaterDenial | undefined {
  if (evidence.at !== 'network' || request === undefined || saidRequest(said) !== undefined) return undefined;
  const http = usualRequest(cluster, request);
  const { steps } = decide(cluster, { ...request, complete: true, ...(http === undefined ? {} : { http }) });
  const step = steps.find(({ outcome, layer }) => outcome === 'deny' && !networkLayers.has(layer));
  return step === undefined ? undefined : { step, http };
}

const networkLayers: ReadonlySet<Step['layer']> = new Set(['egress policy', 'ingress policy', 'service']);

/** What the user says of HTTP; a token goes with a request. */
function saidRequest({ request }: Said): HttpRequest | undefined {
  if (request?.http !== undefined) return request.http;
  return request?.jwt === undefined ? undefined : {};
}

/** What a plain client sends to a port that is declared as HTTP; undefined for other ports. */
function usualRequest(cluster: Cluster, { destination, port, protocol }: Request): HttpRequest | undefined {
  if (destination.kind !== 'pod' || typeof port !== 'number' || protocol !== 'TCP') return undefined;
  const pod = cluster.pods.get(`${destination.namespace}/${destination.name}`);
  if (pod === undefined || !isDeclaredHttp(pod, port)) return undefined;
  const host = serviceHostFor(pod, port);
  return { method: 'GET', path: '/', ...(host === undefined ? {} : { host }) };
}
