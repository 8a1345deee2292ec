import type { AuthorizerProvider, Outcome, Reason, ShadowResult, Step, Symptom } from '../model/index.ts';
import {
  type AuthorizationFilters,
  type CustomFilter,
  findMatch,
  findNearMisses,
  judgeDryRun,
  type Match,
  type RbacFilter,
  type RuleSet,
  type Subject,
} from '../policy/authorization/index.ts';

/** What a filter did: enough for a step. `symptom` is what the client sees where it denied. */
export interface FilterResult {
  readonly filter?: NonNullable<Step['filter']>;
  readonly outcome: Step['outcome'];
  readonly because: Reason;
  readonly shadow?: ShadowResult;
  readonly symptom?: Symptom;
}

/**
 * The CUSTOM filters, in order. A filter asks its authorizer when the name that the last matching filter left behind begins with its own provider: so the
 * provider `ext` is also asked for what matched for a provider `ext-2` before it. Source: istio builder.go, envoy ext_authz filter_enabled_metadata.
 */
export function judgeCustom(filters: readonly CustomFilter[], subject: Subject): readonly FilterResult[] {
  let left: Extract<Match, { kind: 'matched' }> | undefined;
  return filters.map((filter): FilterResult => {
    const match = findMatch(filter.rules, subject);
    if (filter.kind === 'bad') return judgeBadCustom(filter, match, subject);
    if (match.kind === 'matched') left = match;
    if (left?.rule.id.startsWith(`istio-ext-authz-${filter.provider.name}`)) {
      return askAuthorizer(filter.provider, left, subject);
    }
    return { filter: 'CUSTOM', ...withoutMatch(match as NoMatch, filter.rules, 'allow') };
  });
}

/** AUDIT: never stops anything. */
export function judgeAudit(filter: RbacFilter, subject: Subject): FilterResult | undefined {
  if (filter.enforced === undefined) return undefined;
  const match = findMatch(filter.enforced, subject);
  if (match.kind === 'matched') {
    return { filter: 'AUDIT', outcome: 'allow', because: { kind: 'matched rule', rule: match.rule } };
  }
  return { filter: 'AUDIT', ...withoutMatch(match, filter.enforced, 'allow'), outcome: 'allow' };
}

/** DENY: a rule that matches denies. */
export function judgeDeny(filter: RbacFilter, subject: Subject): FilterResult {
  return {
    filter: 'DENY',
    ...judgeDenyRules(filter.enforced, subject),
    ...shadowOf(filter, 'DENY', subject),
  };
}

/** ALLOW: some rule must match, if any policy is enforced at all. */
export function judgeAllow(filter: AuthorizationFilters['ALLOW'], subject: Subject): FilterResult {
  const shadow = filter === undefined ? {} : shadowOf(filter, 'ALLOW', subject);
  const rules = filter?.enforced;
  if (rules === undefined) {
    return { filter: 'ALLOW', outcome: 'allow', because: { kind: 'no policy of this action' }, ...shadow };
  }
  const match = findMatch(rules, subject);
  if (match.kind === 'matched') {
    const because: Reason = { kind: 'matched rule', rule: match.rule };
    return { filter: 'ALLOW', outcome: 'allow', because, ...shadow };
  }
  const symptom = match.kind === 'nothing matched' ? { symptom: rbacDenial('none', subject) } : {};
  return { filter: 'ALLOW', ...withoutMatch(match, rules, 'deny', subject), ...symptom, ...shadow };
}

function judgeDenyRules(rules: RuleSet | undefined, subject: Subject): Omit<FilterResult, 'filter'> {
  if (rules === undefined) return { outcome: 'allow', because: { kind: 'no policy of this action' } };
  const match = findMatch(rules, subject);
  if (match.kind !== 'matched') return withoutMatch(match, rules, 'allow');
  const symptom = rbacDenial(match.first ? match.rule.id : undefined, subject);
  return { outcome: 'deny', because: { kind: 'matched rule', rule: match.rule }, symptom };
}

/** Istio makes DENY rules of CUSTOM ones that nobody can answer. */
function judgeBadCustom(
  filter: Extract<CustomFilter, { kind: 'bad' }>,
  match: Match,
  subject: Subject,
): FilterResult {
  if (match.kind !== 'matched') return { filter: 'DENY', ...withoutMatch(match, filter.rules, 'allow') };
  const because: Reason = { kind: 'bad authorizer', rule: match.rule, why: filter.why };
  return {
    filter: 'DENY',
    outcome: 'deny',
    because,
    symptom: rbacDenial(match.first ? match.rule.id : undefined, subject),
  };
}

function askAuthorizer(
  provider: AuthorizerProvider,
  { rule }: Extract<Match, { kind: 'matched' }>,
  subject: Subject,
): FilterResult {
  const answer = provider.answer ?? 'not known';
  const because: Reason = { kind: 'authorizer', provider: provider.name, answer, rule };
  if (answer === 'allow') return { filter: 'CUSTOM', outcome: 'allow', because };
  if (answer === 'not known') {
    const facts = [{ kind: 'authorizer answer', provider: provider.name }] as const;
    return { filter: 'CUSTOM', outcome: 'unknown', because: { kind: 'missing facts', facts } };
  }
  const symptom: Symptom =
    subject.request === undefined
      ? { kind: 'connection reset' }
      : { kind: 'http', status: 403, details: 'ext_authz_denied', flag: 'UAEX' };
  return { filter: 'CUSTOM', outcome: 'deny', because, symptom };
}

type NoMatch = Exclude<Match, { kind: 'matched' }>;

/** Nothing matched (`otherwise` is what that comes to), or it is not known whether something did. */
function withoutMatch(
  match: NoMatch,
  rules: RuleSet,
  otherwise: 'allow' | 'deny',
  subject?: Subject,
): { readonly outcome: Outcome; readonly because: Reason } {
  const nearMisses = subject === undefined ? [] : findNearMisses(rules, subject);
  if (match.kind === 'unknown') {
    return { outcome: 'unknown', because: { kind: 'missing facts', facts: match.facts, nearMisses } };
  }
  const because: Reason = { kind: 'isolated, nothing matched', policies: rules.policies, nearMisses };
  return { outcome: otherwise, because };
}

function shadowOf(
  filter: RbacFilter,
  action: 'ALLOW' | 'DENY',
  subject: Subject,
): { readonly shadow?: ShadowResult } {
  const shadow = judgeDryRun(filter, action, subject);
  return shadow === undefined ? {} : { shadow };
}

/** What the client sees of a denial by an RBAC filter: on a TCP chain only that the connection ends. `id` undefined = which rule is not certain. */
function rbacDenial(id: string | undefined, subject: Subject): Symptom {
  if (subject.request === undefined) return { kind: 'connection reset' };
  const denial = { kind: 'http', status: 403, body: 'RBAC: access denied' } as const;
  if (id === undefined) return denial;
  return { ...denial, details: `rbac_access_denied_matched_policy[${id.replace(/\s/g, '_')}]` };
}
