import type {
  AuthorizationAction,
  AuthorizationPolicy,
  FailedCondition,
  FieldPath,
  Mesh,
  PolicyReference,
} from '../../model/index.ts';
import { isDryRun } from './dry-run.ts';
import type { Scope } from './fields.ts';
import { buildRule, type ChainRule, isDropped } from './rule.ts';
import type { Chain } from './subject.ts';

/** A rule of a policy on a chain, with the name that Envoy knows it by. */
export interface PreparedRule {
  readonly reference: PolicyReference & { readonly id: string };
  readonly rule: ChainRule;
}

/** A rule that a chain does not have, for near misses. */
export interface MissingRule {
  readonly reference: PolicyReference & { readonly id: string };
  readonly why: readonly FailedCondition[];
}

/** A policy read once for a chain. */
export interface PreparedPolicy {
  readonly policy: AuthorizationPolicy;
  readonly dryRun: boolean;
  readonly rules: readonly PreparedRule[];
  readonly missing: readonly MissingRule[];
}

type TrustMesh = Pick<Mesh, 'trustDomain' | 'trustDomainAliases'>;

const prepared = {
  HTTP: new WeakMap<AuthorizationPolicy, Map<string, PreparedPolicy>>(),
  TCP: new WeakMap<AuthorizationPolicy, Map<string, PreparedPolicy>>(),
};

/** The policy as a chain has it; read once for each set of trust domains. */
export function preparePolicy(policy: AuthorizationPolicy, mesh: TrustMesh, chain: Chain): PreparedPolicy {
  const trustDomains = [mesh.trustDomain, ...mesh.trustDomainAliases];
  let byMesh = prepared[chain].get(policy);
  if (byMesh === undefined) {
    byMesh = new Map();
    prepared[chain].set(policy, byMesh);
  }
  const key = trustDomains.join('\n');
  let found = byMesh.get(key);
  if (found === undefined) {
    found = readPolicy(policy, { namespace: policy.metadata.namespace, trustDomains }, chain);
    byMesh.set(key, found);
  }
  return found;
}

/** Envoy's name for a rule; rules that a chain does not have leave gaps. */
export function ruleId(policy: AuthorizationPolicy, index: number): string {
  const { namespace, name } = policy.metadata;
  const id = `ns[${namespace}]-policy[${name}]-rule[${index}]`;
  return policy.spec.action === 'CUSTOM' ? `istio-ext-authz-${policy.spec.provider ?? ''}-${id}` : id;
}

function readPolicy(policy: AuthorizationPolicy, scope: Scope, chain: Chain): PreparedPolicy {
  const rules: PreparedRule[] = [];
  const missing: MissingRule[] = [];
  const action = policy.spec.action as AuthorizationAction;
  for (const [index, rule] of policy.spec.rules.entries()) {
    const path: FieldPath = ['spec', 'rules', index];
    const reference = { policy, path, id: ruleId(policy, index), action };
    const built = buildRule(rule, path, action, chain, scope);
    if (isDropped(built)) missing.push({ reference, why: built.dropped });
    else rules.push({ reference, rule: built });
  }
  return { policy, dryRun: isDryRun(policy), rules, missing };
}
