import { suggestName } from '../../manifest/index.ts';
import {
  type AuthorizationPolicy,
  describeObject,
  listNames,
  listWords,
  podEndpoint,
  type Token,
} from '../../model/index.ts';
import { jwtRulesFor } from '../../policy/request-authentication/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding, Witness } from '../types.ts';
import { clientsOf } from './clients.ts';
import { conditionOf } from './conditions.ts';
import { authorizationPolicies } from './policies.ts';
import { requestPrincipalFault } from './request-principals.ts';
import { asksToken, fieldsOf, type RuleField } from './rule-fields.ts';
import { type Site, sitesWith } from './sites.ts';
import { valueFinding } from './value-findings.ts';
import { findWitness, httpTo, isDeniedByRule, outsideClient } from './witnesses.ts';

/**
 * Rules about tokens where no RequestAuthentication reads any: they never match (PC3231), or always, where they ask that there be none (PC3233); and issuers
 * that no RequestAuthentication takes (PC3232).
 */
export const tokenFields: LintRule = {
  codes: ['PC3231', 'PC3232', 'PC3233'],
  *check(context) {
    for (const policy of authorizationPolicies(context.cluster)) {
      const fields = fieldsOf(policy).filter(asksToken);
      if (fields.length === 0) continue;
      const sites = sitesWith(context.cluster, policy).filter(
        ({ kind }) => kind !== 'ztunnel' && kind !== 'none',
      );
      yield* checkPolicy(context, policy, fields, sites);
    }
  },
};

function* checkPolicy(
  context: LintContext,
  policy: AuthorizationPolicy,
  fields: readonly RuleField[],
  sites: readonly Site[],
): Iterable<Finding> {
  const { cluster } = context;
  const blind = sites.filter(({ target }) => jwtRulesFor(cluster, target).length === 0);
  if (blind.length > 0) {
    const told = new Set<string>();
    for (const field of fields) {
      const key = `${field.rule} ${field.negated}`;
      if (told.has(key)) continue;
      told.add(key);
      if (!field.negated) yield neverMatches(policy, field, blind);
      else if (policy.spec.action === 'DENY') yield* alwaysMatches(context, policy, field, blind);
    }
  }
  if (blind.length === sites.length) return;
  const issuers = new Set(
    sites.flatMap(({ target }) => jwtRulesFor(cluster, target).map(({ rule }) => rule.issuer)),
  );
  if (!issuers.has(''))
    for (const field of fields) yield* foreignIssuers(context, policy, field, [...issuers]);
}

function neverMatches(policy: AuthorizationPolicy, field: RuleField, sites: readonly Site[]): Finding {
  const names = listNames(sites.map(({ label }) => label));
  return {
    code: 'PC3231',
    severity: 'warning',
    message: `${describeObject(policy)}: ${field.written} never matches at ${names}, where no token is read`,
    object: policy,
    path: field.path,
    help: 'Add a RequestAuthentication with the issuer of the tokens for the same pods (or the same targetRefs).',
    proof: {
      kind: 'never matches',
      reason: `no RequestAuthentication with jwtRules applies to ${names}, so no request there has claims`,
    },
  };
}

function* alwaysMatches(
  context: LintContext,
  policy: AuthorizationPolicy,
  field: RuleField,
  sites: readonly Site[],
): Iterable<Finding> {
  const witness = deniedRequest(context, policy, field, sites);
  if (witness === undefined) return;
  yield {
    code: 'PC3233',
    severity: 'error',
    message: `${describeObject(policy)}: ${field.written} denies requests with a good token too, for no token is read`,
    object: policy,
    path: field.path,
    help: 'Add a RequestAuthentication with the issuer of the tokens for the same pods (or the same targetRefs).',
    proof: { kind: 'witness', witnesses: [witness] },
  };
}

const goodToken: Token = { claims: { iss: 'https://issuer.example', sub: 'somebody' } };

function deniedRequest(
  context: LintContext,
  policy: AuthorizationPolicy,
  { rule }: RuleField,
  sites: readonly Site[],
): Witness | undefined {
  const clients = [...clientsOf(context.cluster).inMesh.values()].slice(0, 3).map(podEndpoint);
  const requests = sites
    .slice(0, 5)
    .flatMap((site) =>
      site.ports
        .filter(({ protocol }) => protocol !== 'tcp')
        .flatMap((port) =>
          [...clients, outsideClient].map((source) => ({ ...httpTo(site, port, source), jwt: goodToken })),
        ),
    );
  return findWitness(context, requests, (verdict) => isDeniedByRule(policy, rule, verdict), 'with a token');
}

function* foreignIssuers(
  { cluster }: LintContext,
  policy: AuthorizationPolicy,
  field: RuleField,
  issuers: readonly string[],
): Iterable<Finding> {
  const question = conditionOf(cluster, policy, field)?.question;
  for (const [index, value] of field.values.entries()) {
    const test =
      question?.kind === 'request principal'
        ? question.tests[index]?.issuer
        : question?.kind === 'text' && field.field === 'request.auth.claims[iss]'
          ? question.tests[index]
          : undefined;
    if (test === undefined || issuers.some((issuer) => test.matches(issuer))) continue;
    if (field.field === 'requestPrincipals' && requestPrincipalFault(value) !== undefined) continue;
    const written = value.slice(0, Math.max(value.lastIndexOf('/'), 0)) || value;
    const near = suggestName(written, issuers);
    yield valueFinding(
      { policy, field, index, value },
      {
        code: 'PC3232',
        reason: `tokens are taken there of issuer ${listWords(issuers)} only`,
        help:
          near === undefined
            ? 'Write ISSUER/SUBJECT with the issuer letter by letter as in the RequestAuthentication; ISSUER/* for any subject.'
            : `Did you mean ${near}${field.field === 'requestPrincipals' ? '/*' : ''}?`,
      },
    );
  }
}
