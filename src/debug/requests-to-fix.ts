import { type Cluster, isDeclaredHttp, serviceHostFor } from '../cluster/index.ts';
import type { HttpRequest, Request } from '../model/index.ts';
import { guessOf } from './guesses.ts';
import type { DenialGroup } from './types.ts';

/**
 * The requests that a fix for a group of denials has to let through: those that its lines state, whole, so that a verdict can be certain. What no line
 * states is what a plain client sends: a GET for `/` where the port is declared as HTTP, the Host of its Service, no token. None
 * where nobody knows the ends, or nothing denies.
 */
export function requestsToFix(cluster: Cluster, { finding, requests }: DenialGroup): readonly Request[] {
  const { request, cause, evidence } = finding;
  if (request === undefined || cause.kind !== 'denied') return [];
  // Nobody should be let in for a guess.
  if (guessOf(finding) === 'all') return [];
  const { http, ...rest } = { ...request, complete: true };
  const usual = usualRequest(cluster, request);
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

/** What a plain client sends to a port that is declared as HTTP; undefined for other ports. */
function usualRequest(cluster: Cluster, { destination, port, protocol }: Request): HttpRequest | undefined {
  if (destination.kind !== 'pod' || typeof port !== 'number' || protocol !== 'TCP') return undefined;
  const pod = cluster.pods.get(`${destination.namespace}/${destination.name}`);
  if (pod === undefined || !isDeclaredHttp(pod, port)) return undefined;
  const host = serviceHostFor(pod, port);
  return { method: 'GET', path: '/', ...(host === undefined ? {} : { host }) };
}
