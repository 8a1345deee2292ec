import type { Cluster } from '../../cluster/index.ts';
import type { AuthorizationPolicy, PeerAuthentication, RequestAuthentication } from '../../model/index.ts';
import { fieldsOf, type RuleField } from './rule-fields.ts';

/** Every AuthorizationPolicy, by namespace as the cluster has them. */
export function authorizationPolicies({ policies }: Cluster): readonly AuthorizationPolicy[] {
  return [...policies.authorization.values()].flat();
}

/** Every PeerAuthentication. */
export function peerAuthentications({ policies }: Cluster): readonly PeerAuthentication[] {
  return [...policies.peerAuthentication.values()].flat();
}

/** Every RequestAuthentication. */
export function requestAuthentications({ policies }: Cluster): readonly RequestAuthentication[] {
  return [...policies.requestAuthentication.values()].flat();
}

/** One value of a list in a rule. */
export interface PolicyValue {
  readonly policy: AuthorizationPolicy;
  readonly field: RuleField;
  readonly index: number;
  readonly value: string;
}

/** Every value in the rules of AuthorizationPolicies; of fields that `asks` takes, where it is given. */
export function* valuesOf(cluster: Cluster, asks?: (field: RuleField) => boolean): Iterable<PolicyValue> {
  for (const policy of authorizationPolicies(cluster)) {
    for (const field of fieldsOf(policy)) {
      if (asks?.(field) === false) continue;
      for (const [index, value] of field.values.entries()) yield { policy, field, index, value };
    }
  }
}
