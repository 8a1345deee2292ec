import type { LabelSelector } from './labels.ts';
import type { KindedObject } from './object.ts';
import type { Protocol } from './workload.ts';

/** policy.networking.k8s.io/v1alpha1 AdminNetworkPolicy. */
export interface AdminNetworkPolicy extends KindedObject {
  readonly kind: 'AdminNetworkPolicy';
  readonly spec: AdminPolicySpec & { readonly priority: number };
}

/** policy.networking.k8s.io/v1alpha1 BaselineAdminNetworkPolicy; the one named `default` is in force. */
export interface BaselineAdminNetworkPolicy extends KindedObject {
  readonly kind: 'BaselineAdminNetworkPolicy';
  readonly spec: AdminPolicySpec;
}

/** policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy. */
export interface ClusterNetworkPolicy extends KindedObject {
  readonly kind: 'ClusterNetworkPolicy';
  readonly spec: AdminPolicySpec & { readonly tier: 'Admin' | 'Baseline'; readonly priority: number };
}

export type AdminTierPolicy = AdminNetworkPolicy | BaselineAdminNetworkPolicy | ClusterNetworkPolicy;

interface AdminPolicySpec {
  readonly subject: AdminSubject;
  readonly ingress?: readonly AdminRule[];
  readonly egress?: readonly AdminRule[];
}

/** Exactly one of the two is set in a valid object. */
export interface AdminSubject {
  readonly namespaces?: LabelSelector;
  readonly pods?: NamespacedPods;
}

export interface NamespacedPods {
  readonly namespaceSelector: LabelSelector;
  readonly podSelector: LabelSelector;
}

/** `Allow` is v1alpha1's word for `Accept`; kept as written. */
export interface AdminRule {
  readonly name?: string;
  readonly action: 'Allow' | 'Accept' | 'Deny' | 'Pass';
  /** `from` or `to`. */
  readonly peers: readonly AdminPeer[];
  /** v1alpha1 `ports` or v1alpha2 `protocols`; absent or empty = any protocol and port. */
  readonly ports?: readonly AdminPort[];
}

/** One member is set; none set (a field newer than this reader) fails closed. */
export interface AdminPeer {
  readonly namespaces?: LabelSelector;
  readonly pods?: NamespacedPods;
  readonly nodes?: LabelSelector;
  readonly networks?: readonly string[];
  readonly domainNames?: readonly string[];
}

/** One entry of v1alpha1 `ports` or v1alpha2 `protocols`, in one form for both. */
export type AdminPort =
  | { readonly kind: 'range'; readonly protocol: Protocol; readonly start: number; readonly end: number }
  | { readonly kind: 'any port'; readonly protocol: Protocol }
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'unreadable' };
