import type { AuthorizationPolicy, AuthorizerProvider, Mesh } from '../../model/index.ts';
import { makeFilter, type RuleSet } from './filter.ts';
import { type PreparedPolicy, preparePolicy } from './prepare.ts';
import type { Chain } from './subject.ts';

type CustomMesh = Pick<Mesh, 'authorizers' | 'multipleAuthorizers' | 'trustDomain' | 'trustDomainAliases'>;

/** The CUSTOM policies of one provider on a chain. */
export type CustomFilter =
  | { readonly kind: 'ask'; readonly provider: AuthorizerProvider; readonly rules: RuleSet }
  /** Requests that match are denied, because nobody can be asked. */
  | { readonly kind: 'bad'; readonly provider: string; readonly why: string; readonly rules: RuleSet };

/**
 * The filters of CUSTOM policies, one per provider, in the order of their names. A provider that is missing or unusable, or several where one is allowed, turns the rules into DENY
 * rules. An HTTP authorizer is never asked about TCP: there the policies are left out.
 * Source: istio pilot/pkg/security/authz/builder/builder.go.
 */
export function customFilters(
  policies: readonly AuthorizationPolicy[],
  mesh: CustomMesh,
  chain: Chain,
): readonly CustomFilter[] {
  const byProvider = Map.groupBy(policies, (policy) => policy.spec.provider ?? '');
  const tooMany = byProvider.size > 1 && !mesh.multipleAuthorizers;
  const filters: CustomFilter[] = [];
  for (const name of [...byProvider.keys()].sort()) {
    const own = byProvider.get(name)!;
    const provider = mesh.authorizers.find((candidate) => candidate.name === name);
    const why = tooMany ? 'several authorizers for one workload' : whyUnusable(provider);
    const policySet = own.map((policy) => preparePolicy(policy, mesh, chain));
    if (why !== undefined) {
      const rules = enforcedRules(policySet.map(asBadCustom));
      if (rules !== undefined) filters.push({ kind: 'bad', provider: name, why, rules });
    } else if (chain === 'HTTP' || provider!.protocol === 'grpc') {
      const rules = enforcedRules(policySet);
      if (rules !== undefined) filters.push({ kind: 'ask', provider: provider!, rules });
    }
  }
  return filters;
}

function whyUnusable(provider: AuthorizerProvider | undefined): string | undefined {
  if (provider === undefined) return 'the mesh has no such authorizer';
  return provider.usable && provider.protocol !== 'other' ? undefined : 'the authorizer is not usable';
}

function enforcedRules(policies: readonly PreparedPolicy[]): RuleSet | undefined {
  return makeFilter(policies)?.enforced;
}

function asBadCustom(prepared: PreparedPolicy): PreparedPolicy {
  const rules = prepared.rules.map(({ rule, reference }) => ({
    rule,
    reference: { ...reference, id: `${reference.id}-deny-due-to-bad-CUSTOM-action` },
  }));
  return { ...prepared, rules };
}
