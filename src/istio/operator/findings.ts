import type { IstioVersion } from '../components/index.ts';
import type { TreeMap } from './tree.ts';
import type { OperatorFinding, PlannedRelease } from './types.ts';

export interface PlanFacts {
  readonly user: TreeMap;
  readonly whole: TreeMap;
  readonly sets: readonly string[];
  readonly version: IstioVersion;
  readonly releases: readonly PlannedRelease[];
}

export function planFindings(_facts: PlanFacts): readonly OperatorFinding[] {
  return [];
}
