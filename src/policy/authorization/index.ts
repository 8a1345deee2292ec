export type { CustomFilter } from './custom.ts';
export { findMatch, judgeDryRun, type Match, nearMissesOf, type RbacFilter, type RuleSet } from './filter.ts';
export { type AuthorizationFilters, authorizationFilters } from './filters.ts';
export { ruleId } from './prepare.ts';
export type { Chain, Subject } from './subject.ts';
export * from './ztunnel.ts';
