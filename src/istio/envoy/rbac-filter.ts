import type { AuthorizationPolicy, Mesh } from '../../model/index.ts';
import { isDryRun, ruleId } from '../../policy/authorization/index.ts';
import type { EnvoyFilter } from './listener-types.ts';
import type { Rbac, RbacPolicy } from './rbac-types.ts';
import { matchNever, policyOfRule } from './rule-policy.ts';

export type Chain = 'HTTP' | 'TCP';
export type TrustMesh = Pick<Mesh, 'trustDomain' | 'trustDomainAliases'>;

const envoyAction = { ALLOW: undefined, DENY: 'DENY', CUSTOM: 'DENY', AUDIT: 'LOG' } as const;
const shadowPrefixes = { ALLOW: 'istio_dry_run_allow_', DENY: 'istio_dry_run_deny_', AUDIT: '' } as const;
const extensions = 'type.googleapis.com/envoy.extensions.filters';

export const rbacFilterNames = {
  HTTP: 'envoy.filters.http.rbac',
  TCP: 'envoy.filters.network.rbac',
} as const;

/**
 * The filter that policies of one action are on a chain; none where there are no policies. Those on a dry run are its shadow; a filter without any
 * has the prefix of ALLOW all the same. Source: istio pilot/pkg/security/authz/builder/builder.go.
 */
export function actionFilter(
  policies: readonly AuthorizationPolicy[],
  action: 'AUDIT' | 'DENY' | 'ALLOW',
  mesh: TrustMesh,
  chain: Chain,
): readonly EnvoyFilter[] {
  const own = policies.filter(({ spec }) => spec.action === action);
  if (own.length === 0) return [];
  const enforced = own.filter((policy) => !isDryRun(policy));
  const dryRun = own.filter(isDryRun);
  const prefix = dryRun.length === 0 ? shadowPrefixes.ALLOW : shadowPrefixes[action];
  const rules = enforced.length > 0 && { rules: rbacOf(enforced, action, mesh, chain) };
  const shadow = dryRun.length > 0 && { shadow_rules: rbacOf(dryRun, action, mesh, chain) };
  const named = prefix !== '' && { shadow_rules_stat_prefix: prefix };
  return [rbacFilter(chain, { ...rules, ...shadow, ...named })];
}

interface RbacConfig {
  readonly rules?: Rbac;
  readonly shadow_rules?: Rbac;
  readonly shadow_rules_stat_prefix?: string;
}

/** An RBAC filter of a chain. */
export function rbacFilter(chain: Chain, config: RbacConfig): EnvoyFilter {
  const type = chain === 'HTTP' ? 'http' : 'network';
  const stats = chain === 'TCP' && { stat_prefix: 'tcp.' };
  return {
    name: rbacFilterNames[chain],
    typed_config: { '@type': `${extensions}.${type}.rbac.v3.RBAC`, ...config, ...stats },
  };
}

/** All rules of policies of one action, each under its name with `suffix`. */
export function rbacOf(
  policies: readonly AuthorizationPolicy[],
  action: keyof typeof envoyAction,
  mesh: TrustMesh,
  chain: Chain,
  suffix = '',
): Rbac {
  const named = policies.flatMap((policy) => rulesOf(policy, mesh, chain));
  const known = envoyAction[action];
  return {
    ...(known !== undefined && { action: known }),
    ...(named.length > 0 && {
      policies: Object.fromEntries(named.map(([name, policy]) => [`${name}${suffix}`, policy])),
    }),
  };
}

function rulesOf(
  policy: AuthorizationPolicy,
  mesh: TrustMesh,
  chain: Chain,
): readonly (readonly [name: string, policy: RbacPolicy])[] {
  const { rules, action } = policy.spec;
  if (rules.length === 0) return [[ruleId(policy, 0), matchNever]];
  const trustDomains = [mesh.trustDomain, ...mesh.trustDomainAliases];
  const scope = { namespace: policy.metadata.namespace, trustDomains };
  return rules.flatMap((rule, index) => {
    const built = policyOfRule(rule, { scope, chain, strict: action === 'ALLOW' });
    return built === undefined ? [] : [[ruleId(policy, index), built] as const];
  });
}
