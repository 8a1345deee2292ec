import type { Cluster } from '../cluster/index.ts';
import type { Endpoint, Fact, Protocol, Request, Step, Verdict } from '../model/index.ts';
import { assumptionsOf } from './assumptions.ts';
import { factKey } from './fact-key.ts';
import { type Settled, settle } from './settle.ts';
import { type Walk, walk, walkConnection } from './walk.ts';

/**
 * Answers one request: allow, deny or unknown, with every layer's step. What is not known is computed, not guessed: the
 * verdict is unknown only where ways to fill in what is missing differ. Throws UnknownNameError where the request names a pod, node, Service or
 * port name that the cluster does not have.
 */
export function decide(cluster: Cluster, request: Request): Verdict {
  const first = walk(cluster, request);
  const granted = assumptionsOf(cluster, request, first);
  if (first.outcome !== 'unknown') return verdictOf(first, granted);
  return settledVerdict(first, settle(cluster, request, first), granted);
}

/** One connection on the wire: what network policies see of it. A host as its source stands for an address that nobody said. */
export interface WireConnection {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly port: number;
  readonly protocol: Protocol;
}

/**
 * Answers for one connection what the network tiers say to it, and nothing else: no Service, no proxy and no tunnel stands between its ends. For connections that proxies and agents open
 * themselves, or that no redirect takes. Unknown, and throws, as `decide`.
 */
export function decideConnection(cluster: Cluster, connection: WireConnection): Verdict {
  const request: Request = { ...connection, direct: true, complete: true };
  const first = walkConnection(cluster, request);
  if (first.outcome !== 'unknown') return verdictOf(first, []);
  return settledVerdict(first, settle(cluster, request, first, walkConnection), []);
}

function settledVerdict(first: Walk, settled: Settled, granted: readonly string[]): Verdict {
  const assumed = [...granted, ...settled.assumed];
  if (settled.outcome !== 'unknown') return verdictOf(settled.walk, assumed);
  const { missing } = settled;
  const decidedBy = first.steps.find((step) => turnsOn(step, missing)) ?? first.decidedBy;
  return { ...verdictOf(first, assumed), decidedBy, missing };
}

/** True for a step that is unknown for one of the facts on which the verdict turns. */
function turnsOn({ outcome, because }: Step, missing: readonly Fact[]): boolean {
  if (outcome !== 'unknown' || because.kind !== 'missing facts') return false;
  const keys = new Set(missing.map(factKey));
  return because.facts.some((fact) => keys.has(factKey(fact)));
}

function verdictOf(result: Walk, assumed: readonly string[]): Verdict {
  const { outcome, symptom, decidedBy, steps } = result;
  return { outcome, symptom, decidedBy, steps, missing: [], assumed };
}
