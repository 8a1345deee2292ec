import type { AuthorizationPolicy } from '../../model/index.ts';
import { describeObject } from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding, Proof } from '../types.ts';
import { type PolicyValue, valuesOf } from './policies.ts';
import type { RuleField } from './rule-fields.ts';
import { requestsFor } from './rule-requests.ts';
import { isProxy, sitesWith } from './sites.ts';
import { replaceValue } from './value-findings.ts';
import { isByRule } from './witnesses.ts';

/** Stars inside a path: they are characters there, and only a template says "any segment". */
export const pathStars: LintRule = {
  codes: ['PC3226'],
  *check(context) {
    for (const value of valuesOf(context.cluster, ({ field }) => field === 'paths')) {
      if (!value.value.includes('{') && hasInnerStar(value.value)) yield describe(context, value);
    }
  },
};

function hasInnerStar(value: string): boolean {
  const rest = value.startsWith('*') ? value.slice(1) : value.endsWith('*') ? value.slice(0, -1) : value;
  return rest.includes('*');
}

function describe(context: LintContext, { policy, field, index, value }: PolicyValue): Finding {
  const path = [...field.path, index];
  const template = templateOf(value);
  const fix = template === undefined ? undefined : replaceValue(policy, path, value, template);
  return {
    code: 'PC3226',
    severity: 'warning',
    message: `${describeObject(policy)}: the star inside ${field.written} ${JSON.stringify(value)} is taken as a character`,
    object: policy,
    path,
    help:
      template === undefined
        ? 'Write one star, at the start or at the end, or a template: {*} for one segment, {**} for any.'
        : `Write the template ${template}: {*} stands for one segment, {**} for any.`,
    proof: proofOf(context, policy, field, value),
    ...(fix !== undefined && { fix }),
  };
}

/** The same path with its star, which matches, and with a word there, which does not. */
function proofOf(context: LintContext, policy: AuthorizationPolicy, field: RuleField, value: string): Proof {
  const { cluster } = context;
  const literal = value.startsWith('*')
    ? `/any${value.slice(1)}`
    : value.endsWith('*')
      ? `${value.slice(0, -1)}any`
      : value;
  for (const site of sitesWith(cluster, policy).filter(isProxy).slice(0, 3)) {
    for (const port of site.ports) {
      for (const request of requestsFor(cluster, site, port, policy, field.rule)) {
        if (request.http === undefined) continue;
        const starred = { ...request, http: { ...request.http, path: literal } };
        const worded = { ...request, http: { ...request.http, path: literal.replaceAll('*', 'any') } };
        const [first, second] = [context.decide(starred), context.decide(worded)];
        if (isByRule(policy, field.rule, first) === isByRule(policy, field.rule, second)) continue;
        return {
          kind: 'witness',
          witnesses: [
            context.witness(worded, 'a word for the star'),
            context.witness(starred, 'the star itself'),
          ],
        };
      }
    }
  }
  return { kind: 'never matches', reason: 'only a path with a star in it matches, and no client sends such' };
}

/** `/a/*\/b/*` as a template; undefined where a star is part of a segment, which no template can say. */
function templateOf(value: string): string | undefined {
  const segments = value.split('/');
  if (!value.startsWith('/') || segments.some((segment) => segment.includes('*') && segment !== '*'))
    return undefined;
  return segments
    .map((segment, i) => (segment !== '*' ? segment : i === segments.length - 1 ? '{**}' : '{*}'))
    .join('/');
}
