import type { LabelSelector } from './labels.ts';
import type { KindedObject } from './object.ts';
import type { Protocol } from './workload.ts';

export type Direction = 'ingress' | 'egress';

/** Both directions, in the order in which they are told. */
export const directions: readonly Direction[] = ['ingress', 'egress'];

/** networking.k8s.io/v1 NetworkPolicy as written: defaults (policyTypes, protocol) are not filled in. */
export interface NetworkPolicy extends KindedObject {
  readonly kind: 'NetworkPolicy';
  readonly spec: {
    readonly podSelector: LabelSelector;
    readonly policyTypes?: readonly ('Ingress' | 'Egress')[];
    readonly ingress?: readonly NetworkPolicyRule[];
    readonly egress?: readonly NetworkPolicyRule[];
  };
}

/** An ingress or egress rule; `peers` is `from` or `to`. Absent or empty lists put no condition. */
export interface NetworkPolicyRule {
  readonly peers?: readonly NetworkPolicyPeer[];
  readonly ports?: readonly NetworkPolicyPort[];
}

export interface NetworkPolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

export interface NetworkPolicyPort {
  readonly protocol?: Protocol;
  readonly port?: number | string;
  readonly endPort?: number;
}
