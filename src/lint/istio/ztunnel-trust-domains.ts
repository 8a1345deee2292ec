import {
  type AuthorizationPolicy,
  describeObject,
  listNames,
  podEndpoint,
  type Verdict,
} from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { clientsOf } from './clients.ts';
import { authorizationPolicies } from './policies.ts';
import { fieldsOf, type RuleField } from './rule-fields.ts';
import { type Site, sitesWith } from './sites.ts';
import { bytesTo, findWitness, isByRule, outsideClient } from './witnesses.ts';

/** `trustDomains` at a ztunnel: istiod neither carries it there nor says so, which makes an ALLOW rule wider than written. */
export const ztunnelTrustDomains: LintRule = {
  codes: ['PC3247'],
  *check(context) {
    for (const policy of authorizationPolicies(context.cluster)) {
      const fields = fieldsOf(policy).filter(
        ({ field, path }) => field === 'trustDomains' && path[5] === 'source',
      );
      if (fields.length === 0) continue;
      const sites = sitesWith(context.cluster, policy).filter(({ kind }) => kind === 'ztunnel');
      if (sites.length === 0) continue;
      for (const field of fields) {
        const finding = checkField(context, policy, field, sites);
        if (finding !== undefined) yield finding;
      }
    }
  },
};

function checkField(
  context: LintContext,
  policy: AuthorizationPolicy,
  field: RuleField,
  sites: readonly Site[],
): Finding | undefined {
  const { cluster } = context;
  const clients = clientsOf(cluster);
  const strangers = [
    ...clients.outside.slice(0, 3).map((pod) => ({ source: podEndpoint(pod) })),
    { source: outsideClient },
    { source: outsideClient, principal: 'other.example/ns/any/sa/any' },
    ...[...clients.inMesh.values()].slice(0, 3).map((pod) => ({ source: podEndpoint(pod) })),
  ];
  const requests = sites
    .slice(0, 4)
    .flatMap((site) =>
      site.ports.flatMap((port) =>
        strangers.map((client) => ({ ...bytesTo(site, port, client.source), ...client })),
      ),
    );
  const isMatched = (verdict: Verdict): boolean => isByRule(policy, field.rule, verdict);
  const matched = findWitness(context, requests, isMatched, 'matched without a look at its trust domain');
  return {
    code: 'PC3247',
    severity: matched !== undefined && policy.spec.action === 'ALLOW' ? 'error' : 'warning',
    message: `${describeObject(policy)}: ztunnel never sees ${field.written}, at ${listNames(sites.map(({ label }) => label))}`,
    object: policy,
    path: field.path,
    help: 'Say it by principals (TRUST_DOMAIN/*), which ztunnel has.',
    proof:
      matched === undefined
        ? {
            kind: 'never decides',
            reason:
              'istiod does not carry trustDomains to ztunnel; a source of nothing else never matches there',
          }
        : { kind: 'witness', witnesses: [matched] },
  };
}
