import type { LintRule } from '../registry.ts';

/** Rules about NetworkPolicy, the admin tiers and Services: PC3001–PC3199. */
export const networkRules: readonly LintRule[] = [];
