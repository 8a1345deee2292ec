export { type Condition, conditionHolds, type Question } from './condition.ts';
export type { CustomFilter } from './custom.ts';
export { findMatch, judgeDryRun, type Match, type RbacFilter, type RuleSet } from './filter.ts';
export { type AuthorizationFilters, authorizationFilters } from './filters.ts';
export { findNearMisses } from './near-miss.ts';
export type { Subject } from './subject.ts';
export type { TextTest } from './text-test.ts';
export * from './ztunnel.ts';
