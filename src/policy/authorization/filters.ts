import { authorizationPoliciesFor, type Cluster, type PolicyTarget } from '../../cluster/index.ts';
import type { AuthorizationPolicy } from '../../model/index.ts';
import { type CustomFilter, customFilters } from './custom.ts';
import { makeFilter, type RbacFilter } from './filter.ts';
import { preparePolicy } from './prepare.ts';
import type { Chain } from './subject.ts';

/** The authorization filters of one proxy and chain, in the order in which Envoy has them; a JWT filter stands behind CUSTOM. */
export interface AuthorizationFilters {
  readonly CUSTOM: readonly CustomFilter[];
  readonly AUDIT: RbacFilter | undefined;
  readonly DENY: RbacFilter | undefined;
  readonly ALLOW: RbacFilter | undefined;
}

/** The parts of a cluster that filters are made of. */
export type ProxyPolicies = Pick<Cluster, 'policies' | 'mesh'>;

type FiltersByChain = Partial<Record<Chain, AuthorizationFilters>>;

const known = new WeakMap<ProxyPolicies, WeakMap<PolicyTarget, FiltersByChain>>();

/** The filters that Istio makes of the policies attached to a proxy; kept for as long as cluster and target live. */
export function authorizationFilters(
  cluster: ProxyPolicies,
  target: PolicyTarget,
  chain: Chain,
): AuthorizationFilters {
  const targets = known.get(cluster) ?? new WeakMap<PolicyTarget, FiltersByChain>();
  known.set(cluster, targets);
  const chains = targets.get(target) ?? {};
  targets.set(target, chains);
  const filters = chains[chain] ?? buildFilters(cluster, target, chain);
  chains[chain] = filters;
  return filters;
}

function buildFilters(cluster: ProxyPolicies, target: PolicyTarget, chain: Chain): AuthorizationFilters {
  const policies = authorizationPoliciesFor(cluster, target);
  const of = (action: string): readonly AuthorizationPolicy[] =>
    policies.filter((policy) => policy.spec.action === action);
  const filterOf = (action: string): RbacFilter | undefined =>
    makeFilter(of(action).map((policy) => preparePolicy(policy, cluster.mesh, chain)));
  return {
    CUSTOM: customFilters(of('CUSTOM'), cluster.mesh, chain),
    AUDIT: filterOf('AUDIT'),
    DENY: filterOf('DENY'),
    ALLOW: filterOf('ALLOW'),
  };
}
