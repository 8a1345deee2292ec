import type { Cluster } from '../cluster/index.ts';
import type { Request, Verdict } from '../model/index.ts';
import { settle } from './settle.ts';
import { type Walk, walk } from './walk.ts';

/**
 * Answers one request: allow, deny or unknown, with every layer's step. What is not known is computed, not guessed: the
 * verdict is unknown only where ways to fill in what is missing differ. Throws UnknownNameError where the request names a pod, node, Service or
 * port name that the cluster does not have.
 */
export function decide(cluster: Cluster, request: Request): Verdict {
  const first = walk(cluster, request);
  if (first.outcome !== 'unknown') return verdictOf(first, []);
  const settled = settle(cluster, request, first);
  if (settled.outcome === 'unknown')
    return { ...verdictOf(first, settled.assumed), missing: settled.missing };
  return verdictOf(settled.walk, settled.assumed);
}

function verdictOf(result: Walk, assumed: readonly string[]): Verdict {
  const { outcome, symptom, decidedBy, steps } = result;
  return { outcome, symptom, decidedBy, steps, missing: [], assumed };
}
