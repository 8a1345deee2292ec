import {
  type AuthorizationPolicy,
  type AuthorizationRule,
  describeObject,
  type Request,
} from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding, Witness } from '../types.ts';
import { authorizationPolicies } from './policies.ts';
import { requestsFor } from './rule-requests.ts';
import { sitesWith } from './sites.ts';
import { isByRule, outsideClient } from './witnesses.ts';

/** `from` in one rule and `to` in the next: a dash too many makes two rules of one, and the second is for everybody. */
export const splitRules: LintRule = {
  codes: ['PC3215'],
  *check(context) {
    for (const policy of authorizationPolicies(context.cluster)) {
      const { rules, action } = policy.spec;
      if (action !== 'ALLOW' && action !== 'DENY') continue;
      for (const [index, rule] of rules.entries()) {
        const before = rules[index - 1];
        if (before === undefined || !asksOnly(before, 'from') || !asksOnly(rule, 'to')) continue;
        // A policy whose other rules stand alone too is a list of wishes, not a slip.
        if (rules.length !== 2) continue;
        const finding = describe(context, policy, index);
        if (finding !== undefined) yield finding;
      }
    }
  },
};

function asksOnly(rule: AuthorizationRule, part: 'from' | 'to'): boolean {
  const other = part === 'from' ? 'to' : 'from';
  return rule[part].length > 0 && rule[other].length === 0 && rule.when.length === 0;
}

function describe(context: LintContext, policy: AuthorizationPolicy, index: number): Finding | undefined {
  const witness = witnessOf(context, policy, index);
  if (witness === undefined) return undefined;
  const { action } = policy.spec;
  const effect =
    action === 'ALLOW'
      ? `rule ${index + 1} lets in any client, for who may come stands in rule ${index} alone`
      : `rule ${index} denies its clients everything and rule ${index + 1} denies everybody, for they are two rules`;
  return {
    code: 'PC3215',
    severity: 'warning',
    message: `${describeObject(policy)}: ${effect}`,
    object: policy,
    path: ['spec', 'rules', index],
    related: [{ message: 'the rule before', path: ['spec', 'rules', index - 1] }],
    help: 'If both were meant to hold at once, write from and to under one dash.',
    proof: { kind: 'witness', witnesses: [witness] },
  };
}

/** A client that the rule before does not name, and that the second rule settles. */
function witnessOf(context: LintContext, policy: AuthorizationPolicy, index: number): Witness | undefined {
  for (const site of sitesWith(context.cluster, policy).slice(0, 4)) {
    for (const port of site.ports) {
      for (const request of requestsFor(context.cluster, site, port, policy, index)) {
        const { principal: _, ...rest } = request;
        const stranger: Request = { ...rest, source: outsideClient };
        const verdict = context.decide(stranger);
        if (!isByRule(policy, index, verdict)) continue;
        return context.witness(stranger, 'a client that the rule before does not name');
      }
    }
  }
  return undefined;
}
