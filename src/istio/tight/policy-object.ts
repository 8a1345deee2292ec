import type { NetworkPolicyPeer, NetworkPolicyPort } from '../../model/index.ts';
import type { TightPolicy, TightRule } from './types.ts';

/** A NetworkPolicy as it is applied. */
export interface PolicyObject {
  readonly apiVersion: 'networking.k8s.io/v1';
  readonly kind: 'NetworkPolicy';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly podSelector: TightPolicy['selector'];
    readonly policyTypes: readonly ['Ingress', 'Egress'];
    readonly ingress: readonly IngressRuleObject[];
    readonly egress: readonly EgressRuleObject[];
  };
}

interface RulePorts {
  readonly ports?: readonly NetworkPolicyPort[];
}

/** Where `from` is absent, anybody may come. */
export interface IngressRuleObject extends RulePorts {
  readonly from?: readonly NetworkPolicyPeer[];
}

/** Where `to` is absent, anybody is reached. */
export interface EgressRuleObject extends RulePorts {
  readonly to?: readonly NetworkPolicyPeer[];
}

/** The object of a policy, without its reasons. */
export function policyObject({
  name,
  namespace,
  labels,
  selector,
  ingress,
  egress,
}: TightPolicy): PolicyObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, labels },
    spec: {
      podSelector: selector,
      policyTypes: ['Ingress', 'Egress'],
      ingress: ingress.map(ingressRule),
      egress: egress.map(egressRule),
    },
  };
}

/** An ingress rule as it is written. */
export function ingressRule(rule: TightRule): IngressRuleObject {
  return { ...(rule.peers === 'any' ? {} : { from: rule.peers }), ...portsOf(rule) };
}

/** An egress rule as it is written. */
export function egressRule(rule: TightRule): EgressRuleObject {
  return { ...(rule.peers === 'any' ? {} : { to: rule.peers }), ...portsOf(rule) };
}

function portsOf({ ports }: TightRule): RulePorts {
  return ports === 'any' ? {} : { ports };
}
