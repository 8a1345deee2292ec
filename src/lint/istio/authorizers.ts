import { suggestName } from '../../manifest/index.ts';
import { type AuthorizationPolicy, describeObject, type Verdict } from '../../model/index.ts';
import { authorizationFilters } from '../../policy/authorization/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { authorizationPolicies } from './policies.ts';
import { requestsFor } from './rule-requests.ts';
import { isProxy, type Site, sitesWith } from './sites.ts';
import { findWitness } from './witnesses.ts';

/** CUSTOM policies whose authorizer nobody can ask: Istio makes DENY rules of them. */
export const authorizers: LintRule = {
  codes: ['PC3251'],
  *check(context) {
    const { cluster } = context;
    for (const policy of authorizationPolicies(cluster)) {
      if (policy.spec.action !== 'CUSTOM') continue;
      for (const site of sitesWith(cluster, policy).filter(isProxy)) {
        const filters = authorizationFilters(cluster, site.target, 'HTTP').CUSTOM;
        const bad = filters.find((filter) => filter.kind === 'bad' && filter.rules.policies.includes(policy));
        if (bad?.kind !== 'bad') continue;
        yield describe(context, policy, site, bad.why);
        break;
      }
    }
  },
};

function describe(context: LintContext, policy: AuthorizationPolicy, site: Site, why: string): Finding {
  const { cluster } = context;
  const name = policy.spec.provider ?? '';
  const names = cluster.mesh.authorizers.map((authorizer) => authorizer.name);
  const near = names.includes(name) ? undefined : suggestName(name, names);
  const requests = policy.spec.rules.flatMap((_, index) =>
    site.ports.flatMap((port) => [...requestsFor(cluster, site, port, policy, index)].slice(0, 3)),
  );
  const isDenied = ({ outcome, decidedBy: { because } }: Verdict): boolean =>
    outcome === 'deny' && because.kind === 'bad authorizer' && because.rule.policy === policy;
  const witness = findWitness(context, requests, isDenied, 'denied without asking anybody');
  return {
    code: 'PC3251',
    severity: 'error',
    message: `${describeObject(policy)}: denies whatever it names at ${site.label}, for its authorizer ${name} cannot be asked: ${why}`,
    object: policy,
    path: ['spec', 'provider', 'name'],
    help:
      why === 'several authorizers for one workload'
        ? 'Use one provider for each workload, or set PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS in istiod.'
        : near === undefined
          ? 'Add the provider to extensionProviders of the MeshConfig, with its service and port.'
          : `Did you mean ${near}?`,
    proof:
      witness === undefined
        ? { kind: 'never decides', reason: `the authorizer is never asked: ${why}` }
        : { kind: 'witness', witnesses: [witness] },
  };
}
