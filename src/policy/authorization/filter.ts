import {
  type Fact,
  isUnknown,
  type KindedObject,
  type PolicyReference,
  type ShadowResult,
} from '../../model/index.ts';
import type { MissingRule, PreparedPolicy, PreparedRule } from './prepare.ts';
import { ruleMatches } from './rule.ts';
import type { Subject } from './subject.ts';

/** The policies of one action on a chain, as one RBAC filter has them: those enforced, and those on a dry run (its shadow). */
export interface RbacFilter {
  readonly enforced: RuleSet | undefined;
  readonly dryRun: RuleSet | undefined;
}

/** Rules that are judged together; without any, nothing matches. */
export interface RuleSet {
  readonly policies: readonly KindedObject[];
  readonly rules: readonly PreparedRule[];
  readonly missing: readonly MissingRule[];
}

/** Which rule matched. Envoy names the one whose key comes first in byte order; `first` = it is certain that none comes before this one. */
export type Match =
  | {
      readonly kind: 'matched';
      readonly rule: PolicyReference & { readonly id: string };
      readonly first: boolean;
    }
  | { readonly kind: 'nothing matched' }
  | { readonly kind: 'unknown'; readonly facts: readonly Fact[] };

/** Puts the policies of one action into a filter; undefined where there are none. */
export function makeFilter(policies: readonly PreparedPolicy[]): RbacFilter | undefined {
  if (policies.length === 0) return undefined;
  return {
    enforced: collect(policies.filter((policy) => !policy.dryRun)),
    dryRun: collect(policies.filter((policy) => policy.dryRun)),
  };
}

function collect(policies: readonly PreparedPolicy[]): RuleSet | undefined {
  if (policies.length === 0) return undefined;
  return {
    policies: policies.map(({ policy }) => policy),
    rules: policies.flatMap(({ rules }) => rules).sort((a, b) => (a.reference.id < b.reference.id ? -1 : 1)),
    missing: policies.flatMap(({ missing }) => missing),
  };
}

/**
 * The first rule, by key, that matches. Unknown only where none matches for certain; a rule that certainly matches settles the outcome, though one that
 * is not known may come before it by key.
 */
export function findMatch({ rules }: RuleSet, subject: Subject): Match {
  const facts: Fact[] = [];
  for (const { rule, reference } of rules) {
    const truth = ruleMatches(rule, subject);
    if (truth === true) return { kind: 'matched', rule: reference, first: facts.length === 0 };
    if (isUnknown(truth)) facts.push(...truth.facts);
  }
  return facts.length === 0 ? { kind: 'nothing matched' } : { kind: 'unknown', facts };
}

/** What the dry-run policies of an ALLOW or DENY filter would have done; undefined where there are none or where it is not known. */
export function judgeDryRun(
  filter: RbacFilter,
  action: 'ALLOW' | 'DENY',
  subject: Subject,
): ShadowResult | undefined {
  if (filter.dryRun === undefined) return undefined;
  const match = findMatch(filter.dryRun, subject);
  if (match.kind === 'unknown') return undefined;
  const matched = match.kind === 'matched';
  const result = matched === (action === 'ALLOW') ? 'allowed' : 'denied';
  return matched ? { result, rule: match.rule } : { result };
}
