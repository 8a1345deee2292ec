import type { ReplaceablePolicy } from '../cluster/index.ts';
import type {
  AdminPeer,
  AdminRule,
  AuthorizationRule,
  Direction,
  FieldPath,
  NetworkPolicy,
  NetworkPolicyRule,
} from '../model/index.ts';
import { rulesOf } from '../policy/network/index.ts';

/** A peer that the API server refuses and no packet has. */
const nobody: NetworkPolicyRule = { peers: [{}] };

/** No request is for port 0. */
const noRequest: AuthorizationRule = { from: [], to: [{ ports: ['0'] }], when: [] };

/** Every namespace has this label, and none of no values. */
const noPods: AdminPeer = {
  namespaces: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [] }] },
};

/**
 * The policy without a rule; undefined where the path is that of a policy, or of a direction, that denies everything for want of rules. In the rule's place
 * stands one that matches nothing, so that the others keep their names; the pods stay isolated.
 */
export function withoutRule(policy: ReplaceablePolicy, path: FieldPath): ReplaceablePolicy | undefined {
  const [, field, index] = path;
  if (policy.kind === 'AuthorizationPolicy') {
    if (typeof index !== 'number') return undefined;
    return { ...policy, spec: { ...policy.spec, rules: policy.spec.rules.with(index, noRequest) } };
  }
  const direction = field as Direction;
  if (policy.kind === 'NetworkPolicy') {
    if (typeof index !== 'number') return withoutDirection(policy, direction);
    return withNetworkRule(policy, direction, index, nobody);
  }
  const rules = policy.spec[direction] ?? [];
  const rule: AdminRule = { ...rules[index as number]!, peers: [noPods] };
  return withAdminRule(policy, direction, index as number, rule);
}

/** The policy with another rule in the place of one. The directions that it governs stay as they are. */
export function withNetworkRule(
  policy: NetworkPolicy,
  direction: Direction,
  index: number,
  rule: NetworkPolicyRule,
): NetworkPolicy {
  const rules = (policy.spec[direction] ?? []).with(index, rule);
  return { ...policy, spec: { ...policy.spec, policyTypes: governed(policy), [direction]: rules } };
}

/** The same for a policy of an admin tier. */
export function withAdminRule<P extends ReplaceablePolicy & { readonly spec: { readonly subject: unknown } }>(
  policy: P,
  direction: Direction,
  index: number,
  rule: AdminRule,
): P {
  const spec = policy.spec as { readonly [D in Direction]?: readonly AdminRule[] };
  return { ...policy, spec: { ...policy.spec, [direction]: (spec[direction] ?? []).with(index, rule) } };
}

type PolicyTypes = NonNullable<NetworkPolicy['spec']['policyTypes']>;

function governed(policy: NetworkPolicy): PolicyTypes {
  const ingress: PolicyTypes = rulesOf(policy, 'ingress') === undefined ? [] : ['Ingress'];
  const egress: PolicyTypes = rulesOf(policy, 'egress') === undefined ? [] : ['Egress'];
  return [...ingress, ...egress];
}

/** undefined where nothing is left. */
function withoutDirection(policy: NetworkPolicy, direction: Direction): NetworkPolicy | undefined {
  const dropped = direction === 'ingress' ? 'Ingress' : 'Egress';
  const policyTypes = governed(policy).filter((type) => type !== dropped);
  return policyTypes.length === 0 ? undefined : { ...policy, spec: { ...policy.spec, policyTypes } };
}
