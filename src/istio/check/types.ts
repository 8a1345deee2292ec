import type { ClusterPod } from '../../cluster/index.ts';
import type {
  Diagnostic,
  Direction,
  Endpoint,
  KindedObject,
  LabelSelector,
  NetworkPolicyPeer,
  Outcome,
  Protocol,
  Step,
  Verdict,
} from '../../model/index.ts';
import type { Component } from '../components/index.ts';

/** Who takes part in a flow. `sidecar` and `ambient` are pods of applications, by their data plane. */
export type Role =
  | 'istiod'
  | 'istio-cni'
  | 'ztunnel'
  | 'gateway'
  | 'waypoint'
  | 'sidecar'
  | 'ambient'
  | 'workload'
  | 'API server'
  | 'monitoring'
  | 'kubelet'
  | 'DNS'
  | 'client'
  | 'remote network'
  | 'JWKS server'
  | 'external server'
  | 'ambient probe';

/** `needed`: Istio or its users break without it. `if used`: only a feature that nobody can see from here needs it. */
export type Need = 'needed' | 'if used';

/** A connection that Istio or its users need. */
export interface Flow {
  /** Stable, as the JSON report shows it: `istiod-webhook`. */
  readonly id: string;
  readonly from: Role;
  readonly to: Role;
  readonly need: Need;
  /** What it is for. */
  readonly why: string;
  /** What breaks without it. */
  readonly breaks: string;
  /** Where Istio or Kubernetes say so. */
  readonly source: string;
}

/** One side of a flow: ends that one sentence can name together. */
export interface Party {
  readonly role: Role;
  /** `istiod istio-system/istiod`; of pods that are told by their namespaces a word alone: `sidecars`. */
  readonly label: string;
  /** True where reports add the namespaces. */
  readonly spread?: boolean;
  readonly component?: Component;
  /** True where the pods are made up after the chart: the cluster has none. */
  readonly standIn: boolean;
  readonly ends: readonly PartyEnd[];
}

/** Pods that nothing tells apart, an address, or an end that nobody described. */
export interface PartyEnd {
  /** One of them stands for all. */
  readonly endpoint: Endpoint;
  readonly pods: readonly ClusterPod[];
  /** All addresses of a range; `endpoint` is the first. */
  readonly cidr?: string;
  /** Nobody said who or where it is: `advice` says how to. `pods` where it may be a pod, which selectors can name. */
  readonly unknown?: { readonly advice: string; readonly mayBePod: boolean };
}

/** One side of a row, as reports name it. */
export interface RowEnd {
  readonly role: Role;
  /** `istiod istio-system/istiod`, `sidecars of namespace shop`. */
  readonly label: string;
  readonly component?: Component;
  readonly standIn: boolean;
  /** How many pods it stands for; 0 for what is no pod. */
  readonly pods: number;
  /** Namespaces of the pods, sorted. */
  readonly namespaces: readonly string[];
}

/** A connection on the wire with what the network tiers say to it. */
export interface FlowWitness {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** What the client asks for; on the wire it may be another (a tunnel). */
  readonly port: number;
  readonly protocol: Protocol;
  readonly verdict: Verdict;
}

/** One line of the flow table: everything that one verdict, for one reason, answers. */
export interface FlowRow {
  readonly flow: Flow;
  readonly from: RowEnd;
  readonly to: RowEnd;
  /** On the wire. */
  readonly port: number;
  readonly protocol: Protocol;
  readonly outcome: Outcome;
  /** One of the connections that it stands for. */
  readonly witness: FlowWitness;
  /** The step that decided, at the end that it was decided at. */
  readonly decidedBy: Step;
  /** What the outcome leans on: that a node always reaches its own pods; what an unknown one waits for. */
  readonly notes: readonly string[];
  /** How many connections (pairs of groups) it stands for. */
  readonly pairs: number;
}

/** Policies that govern pods of a component together. */
export interface PolicySum {
  readonly component: string;
  readonly direction: 'ingress' | 'egress';
  /** The policy that would deny the witness alone. */
  readonly tight: KindedObject;
  /** The one that lets it in. */
  readonly open: KindedObject;
  /** True where everything that `tight` lets through, `open` does too: it has no effect. */
  readonly idle: boolean;
  /** True where `tight` names the port of the witness: it does not limit who comes to it. */
  readonly samePort: boolean;
  /** Let through by both together, denied by `tight` without `open`. */
  readonly witness: FlowWitness;
  /** The witness without `open`. */
  readonly without: Verdict;
}

/** A namespace whose policies cut its pods off from what Istio needs. */
export interface CutOffNamespace {
  readonly namespace: string;
  /** Rows of the table that its own policies deny. */
  readonly rows: readonly FlowRow[];
  /** Policies that deny, with the field that does. */
  readonly causes: readonly CutOffCause[];
  readonly repair?: Repair;
  /** Flows that no NetworkPolicy in this namespace can repair, with what stands against them. */
  readonly beyond: readonly FlowRow[];
  readonly isolating?: Isolating;
}

/** What the Baseline tier denies at pods that no NetworkPolicy governs: one that governs them lifts it, and isolates them. */
export interface Isolating {
  /** Policies of the Baseline tier that deny. */
  readonly policies: readonly KindedObject[];
  /** In which the pods would be isolated. */
  readonly directions: readonly Direction[];
  /** How many pods would be isolated. */
  readonly pods: number;
  /** What it would lift here. */
  readonly rows: readonly FlowRow[];
  /** Let through now, and denied where it is not listed, too. */
  readonly cuts: readonly FlowRow[];
}

export interface CutOffCause {
  readonly policy: KindedObject;
  readonly path: readonly (string | number)[];
}

/** NetworkPolicies that let through what is missing and nothing else; verified by asking every flow of the namespace again. */
export interface Repair {
  readonly policies: readonly RepairPolicy[];
  /** The same as YAML, with the reason of each rule as a comment. */
  readonly yaml: string;
  /** True where with the policies put in every flow that they are for is let through, and none fares worse than before. */
  readonly verified: boolean;
}

/** A NetworkPolicy as it is applied, with reasons. It selects the pods that lack its rules, and of those only what a policy that is there selects already: so it isolates no further pod. */
export interface RepairPolicy {
  readonly name: string;
  readonly namespace: string;
  readonly why: string;
  readonly podSelector: LabelSelector;
  readonly ingress: readonly RepairRule[];
  readonly egress: readonly RepairRule[];
}

export interface RepairRule {
  readonly why: string;
  /** undefined = any. */
  readonly peers: readonly NetworkPolicyPeer[] | undefined;
  readonly ports: readonly { readonly protocol: Protocol; readonly port: number }[];
}

/** Everything that a check has to say. */
export interface ComponentCheck {
  /** In the order of components and flows. */
  readonly rows: readonly FlowRow[];
  /** Components that the cluster has no pods of: made up after their charts. */
  readonly standIns: readonly Component[];
  readonly sums: readonly PolicySum[];
  readonly cutOff: readonly CutOffNamespace[];
  /** What was taken for granted or left out, a sentence each. */
  readonly remarks: readonly string[];
  readonly findings: readonly Diagnostic[];
}
