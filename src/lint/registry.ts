import type { LintContext } from './context.ts';
import { istioRules } from './istio/index.ts';
import { networkRules } from './network/index.ts';
import type { Finding } from './types.ts';

/** One idea of what can be wrong. It may give findings in any order; `lint` sorts them. */
export interface LintRule {
  /** Every code that it can give; each has a page in docs/codes. */
  readonly codes: readonly string[];
  check(context: LintContext): Iterable<Finding>;
}

/** All rules: PC3001–PC3199 are about the network layer, PC3201–PC3399 about Istio. */
export const rules: readonly LintRule[] = [...networkRules, ...istioRules];
