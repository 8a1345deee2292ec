import type { Cluster } from '../../cluster/index.ts';
import { notSaid, type ProxiedRequest, type Request, type Step, type Verdict } from '../../model/index.ts';
import {
  addressPair,
  decide,
  inboundOf,
  judgeAtProxy,
  type Leg,
  legsOf,
  resolveDestination,
  resolveEnd,
  type Target,
} from '../../verdict/index.ts';

/** A layer that denies a request, with the connection on which it does. */
export interface Denial {
  readonly cluster: Cluster;
  /** The request that is denied: of one to a Service with several endpoints, perhaps that to one of them. */
  readonly request: Request;
  readonly verdict: Verdict;
  readonly step: Step;
  /** Undefined where the request ends before there is any: at its Service. */
  readonly leg: Leg | undefined;
  /** Where that connection leads in the end. */
  readonly target: Target | undefined;
  /** The request as the proxy that denies it sees it. */
  readonly proxied: ProxiedRequest | undefined;
}

/** How a request fares: what denies it first, or why there is nothing to be fixed. */
export type Fate =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'denied'; readonly denial: Denial }
  | { readonly kind: 'not known'; readonly step: Step };

/** Asks the verdict. Where endpoints of a Service differ, one that denies is the one to look at. */
export function fateOf(cluster: Cluster, request: Request): Fate {
  const verdict = decide(cluster, request);
  if (verdict.outcome === 'allow') return { kind: 'allowed' };
  if (verdict.outcome === 'deny') return { kind: 'denied', denial: denialOf(cluster, request, verdict) };
  for (const each of toEachEndpoint(cluster, request)) {
    const own = decide(cluster, each);
    if (own.outcome === 'deny') return { kind: 'denied', denial: denialOf(cluster, each, own) };
  }
  return { kind: 'not known', step: verdict.decidedBy };
}

/** The pods, and their ports, to which a request may lead. */
export function targetsOf(cluster: Cluster, request: Request): readonly Target[] {
  return resolveDestination(cluster, request).targets;
}

function toEachEndpoint(cluster: Cluster, request: Request): readonly Request[] {
  if (request.destination.kind !== 'service') return [];
  return targetsOf(cluster, request).flatMap(({ end, port }): readonly Request[] => {
    if (end.pod === undefined) return [];
    const { namespace, name } = end.pod;
    return [{ ...request, destination: { kind: 'pod', namespace, name }, port }];
  });
}

function denialOf(cluster: Cluster, request: Request, verdict: Verdict): Denial {
  const step = verdict.decidedBy;
  const source = resolveEnd(cluster, request.source);
  for (const target of targetsOf(cluster, request)) {
    const leg = legsOf(cluster, request, source, target).find((each) => isAt(step, each));
    if (leg === undefined) continue;
    const { pod } = leg.to;
    const atProxy = step.layer === 'authorization' && step.at.kind !== 'ztunnel' && pod !== undefined;
    const proxied = atProxy ? judgeAtProxy(cluster, inboundOf(request, leg, pod, target)).proxied : undefined;
    return { cluster, request, verdict, step, leg, target, proxied };
  }
  return { cluster, request, verdict, step, leg: undefined, target: undefined, proxied: undefined };
}

/** Is the step one of this connection? */
function isAt({ layer, at }: Step, leg: Leg): boolean {
  const key = at.kind === 'waypoint' ? at.name : 'pod' in at ? at.pod : undefined;
  const end = layer === 'egress policy' ? leg.from : leg.to;
  return layer !== 'service' && key !== undefined && end.pod?.key === key;
}

/** The addresses of a connection's packets, which have one family; undefined where one is not known. */
export function addressesOf({ from, to }: Leg): readonly [string | undefined, string | undefined] {
  const [source, destination] = addressPair(from, to);
  return [source === notSaid ? undefined : source, destination === notSaid ? undefined : destination];
}
