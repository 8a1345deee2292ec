import type { Outcome } from '../model/index.ts';
import { intersectionOf } from './requests/algebra.ts';
import type { Sources } from './sources.ts';
import type { HttpPassage } from './types.ts';

/**
 * Why only a verdict can tell: `tiers`: what the network's policies say turns on facts that nobody gave; `road`: it is not known how the traffic travels, or a proxy's
 * policies turn on such facts, so that what is said of requests here is a guess.
 */
export type Doubt = 'tiers' | 'road';

/** What becomes of the traffic of some sources, all alike. With a doubt, it is what policies of requests would make of it. */
export interface Flow {
  readonly sources: Sources;
  readonly bytes: Outcome;
  readonly http: HttpPassage;
  readonly doubt: Doubt | undefined;
}

export const allowed: HttpPassage = { outcome: 'allow' };
export const denied: HttpPassage = { outcome: 'deny' };

/** What passes two places one behind the other. */
export function bothPassages(a: HttpPassage, b: HttpPassage): HttpPassage {
  if (a.outcome === 'deny' || b.outcome === 'allow') return a;
  if (b.outcome === 'deny' || a.outcome === 'allow') return b;
  if (a.outcome === 'unknown') return a;
  if (b.outcome === 'unknown') return b;
  if (a.outcome !== 'depends' || b.outcome !== 'depends') return a;
  const passing = intersectionOf(a.passing, b.passing);
  const mayPass = intersectionOf([...a.passing, ...a.unknown], [...b.passing, ...b.unknown]);
  const unknown = a.unknown.length === 0 && b.unknown.length === 0 ? [] : mayPass;
  return { outcome: 'depends', passing, unknown, universe: b.universe };
}

/** The stricter of two outcomes: a denial beats what is not known, and that an allowance. */
export function bothOutcomes(a: Outcome, b: Outcome): Outcome {
  if (a === 'deny' || b === 'deny') return 'deny';
  return a === 'unknown' ? a : b;
}

/** The graver of two doubts. */
export function bothDoubts(a: Doubt | undefined, b: Doubt | undefined): Doubt | undefined {
  return a === 'road' || b === undefined ? a : b;
}

/** What all of some cases come to; unknown where they differ. */
export function agreement(outcomes: readonly Outcome[]): Outcome {
  return outcomes.every((outcome) => outcome === outcomes[0]) ? outcomes[0]! : 'unknown';
}
