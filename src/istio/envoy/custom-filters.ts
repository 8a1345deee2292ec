import type { AuthorizationPolicy, AuthorizerProvider, Mesh } from '../../model/index.ts';
import { isDryRun } from '../../policy/authorization/index.ts';
import { extAuthzFilter } from './ext-authz.ts';
import type { EnvoyFilter } from './listener-types.ts';
import { type Chain, rbacFilter, rbacOf, type TrustMesh } from './rbac-filter.ts';

type CustomMesh = TrustMesh & Pick<Mesh, 'authorizers' | 'multipleAuthorizers'>;

const badCustom = '-deny-due-to-bad-CUSTOM-action';

/**
 * The filters of CUSTOM policies, provider by provider: an RBAC filter whose shadow finds what to ask about, and the filter that asks. Where nobody
 * can be asked the rules deny. An HTTP authorizer is never asked about TCP. Policies on a dry run ask too, but their rules are enforced as they stand
 * in Istio's own configuration. Source: istio pilot/pkg/security/authz/builder/builder.go.
 */
export function customFilters(
  policies: readonly AuthorizationPolicy[],
  mesh: CustomMesh,
  chain: Chain,
): readonly EnvoyFilter[] {
  const own = policies.filter(({ spec }) => spec.action === 'CUSTOM');
  const byProvider = Map.groupBy(own, ({ spec }) => spec.provider ?? '');
  const tooMany = byProvider.size > 1 && !mesh.multipleAuthorizers;
  return [...byProvider.keys()].sort().flatMap((name) => {
    const enforced = byProvider.get(name)!.filter((policy) => !isDryRun(policy));
    const dryRun = byProvider.get(name)!.filter(isDryRun);
    const provider = mesh.authorizers.find((candidate) => candidate.name === name);
    if (tooMany || provider === undefined || !canAsk(provider)) {
      return [rbacFilter(chain, { rules: rbacOf(enforced, 'CUSTOM', mesh, chain, badCustom) })];
    }
    if (chain === 'TCP' && provider.protocol === 'http') return [];
    const rules = rbacOf(dryRun, 'CUSTOM', mesh, chain);
    const asked = rbacFilter(chain, {
      ...(rules.policies !== undefined && { rules }),
      shadow_rules: rbacOf(enforced, 'CUSTOM', mesh, chain),
      shadow_rules_stat_prefix: 'istio_ext_authz_',
    });
    return [asked, extAuthzFilter(provider, chain)];
  });
}

function canAsk({ usable, protocol }: AuthorizerProvider): boolean {
  return usable && protocol !== 'other';
}
