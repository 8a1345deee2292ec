import type { EnforcementPoint, Fact, ProxiedRequest, Step, Symptom } from '../model/index.ts';
import type { FilterResult } from './proxy-authorization.ts';
import type { ProxyVerdict } from './proxy-types.ts';

/** What one layer of a proxy did, before it is known whether it ran at all. */
export interface LayerResult extends FilterResult {
  readonly layer: Step['layer'];
}

/**
 * Makes the verdict of a proxy of what its layers did, in their order. The first certain denial settles it, even where it is not known whether something
 * before it denies as well; of what comes behind, only further denials are told.
 */
export function concludeAtProxy(
  at: EnforcementPoint,
  results: readonly LayerResult[],
  chain: ProxyVerdict['chain'],
  proxied: ProxiedRequest | undefined,
): ProxyVerdict {
  const end = results.findIndex((result) => result.outcome === 'deny');
  const ran = end < 0 ? results : results.slice(0, end + 1);
  const later = end < 0 ? [] : results.slice(end + 1).filter((result) => result.outcome === 'deny');
  const symptoms = new Map<Step, Symptom>();
  const stepOf = ({ symptom, ...result }: LayerResult, afterDecision: boolean): Step => {
    const step: Step = { ...result, at, ...(afterDecision ? { afterDecision } : {}) };
    if (symptom !== undefined) symptoms.set(step, symptom);
    return step;
  };
  const steps = [
    ...ran.map((result) => stepOf(result, false)),
    ...later.map((result) => stepOf(result, true)),
  ];
  const undecided = ran.filter((result) => result.outcome === 'unknown');
  const missing = undecided.flatMap(factsOf);
  const base = { steps, symptoms, chain, proxied };
  if (end >= 0) {
    const symptom = commonSymptom(undecided, results[end]!.symptom);
    return { ...base, outcome: 'deny', symptom, decidedBy: steps[end]!, missing: [] };
  }
  const open = steps.find((step) => step.outcome === 'unknown');
  const outcome = open === undefined ? 'allow' : 'unknown';
  return { ...base, outcome, symptom: undefined, decidedBy: open ?? steps.at(-1)!, missing };
}

/** What the client sees whichever of the undecided layers denies first: an RBAC filter's answer, less the rule's name, or nothing certain. */
function commonSymptom(undecided: readonly LayerResult[], symptom: Symptom | undefined): Symptom | undefined {
  if (undecided.length === 0 || symptom?.kind !== 'http') return symptom;
  const alike =
    undecided.every((result) => result.filter === 'DENY') && symptom.body === 'RBAC: access denied';
  if (!alike) return undefined;
  const { details: _, ...rest } = symptom;
  return rest;
}

function factsOf(result: LayerResult): readonly Fact[] {
  return result.because.kind === 'missing facts' ? result.because.facts : [];
}
