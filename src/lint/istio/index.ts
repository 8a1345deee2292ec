import type { LintRule } from '../registry.ts';

/** Rules about Istio's policies: PC3201–PC3399. */
export const istioRules: readonly LintRule[] = [];
