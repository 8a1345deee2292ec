import type { FieldPath, IpAddress, KindedObject, Pattern, PolicyReference } from '../model/index.ts';

/**
 * A policy in the form in which istiod sends it to ztunnel: it matches if any group does; a group matches if all its clauses do.
 * AuthorizationPolicy and PeerAuthentication are both converted to it.
 */
export interface WorkloadPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly scope: 'GLOBAL' | 'NAMESPACE' | 'WORKLOAD_SELECTOR';
  readonly action: 'ALLOW' | 'DENY';
  /** Judged and logged, never enforced. */
  readonly dryRun: boolean;
  readonly groups: readonly WorkloadGroup[];
  /** What it was made from; undefined for the one policy that stands for every STRICT. */
  readonly object: KindedObject | undefined;
}

export interface WorkloadGroup {
  readonly clauses: readonly WorkloadClause[];
  /** The rule or setting that it says. */
  readonly source: PolicyReference | undefined;
}

/** Holds if any of its matches does, or if it has none. */
export interface WorkloadClause {
  readonly matches: readonly WorkloadMatch[];
}

/** Holds if all its conditions do; without conditions it never does. */
export interface WorkloadMatch {
  readonly conditions: readonly WorkloadCondition[];
  /** The entry of the rule that it was made from. */
  readonly path: FieldPath;
}

/** Holds if any value does, or, `negated`, if none does. `path` is the field that it was made from. */
export type WorkloadCondition = ConditionValues & { readonly negated: boolean; readonly path: FieldPath };

export type ConditionValues =
  | { readonly field: 'namespaces' | 'principals'; readonly values: readonly Pattern[] }
  | { readonly field: 'serviceAccounts'; readonly values: readonly AccountName[] }
  | { readonly field: 'sourceIps' | 'destinationIps'; readonly values: readonly AddressPrefix[] }
  | { readonly field: 'destinationPorts'; readonly values: readonly number[] };

export interface AccountName {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** An address with a prefix length; bits beyond it may be set and count for nothing. */
export interface AddressPrefix {
  readonly address: IpAddress;
  readonly length: number;
}

/** How ztunnel names a policy: `NAMESPACE/NAME`. */
export function workloadPolicyKey(policy: Pick<WorkloadPolicy, 'namespace' | 'name'>): string {
  return `${policy.namespace}/${policy.name}`;
}
