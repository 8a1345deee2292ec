import type { Cluster } from '../../cluster/index.ts';
import type { EndpointSlice, Service } from '../store/index.ts';
import type { NetworkNamespace } from '../system/index.ts';

/** Addresses of the lab. One node, IPv4. */
export interface NetworkPlan {
  /** `10.244.0.0/16`: pods get addresses from .0.2 on. */
  readonly podCIDR: string;
  /** `10.96.0.0/16`. */
  readonly serviceCIDR: string;
  /** Of the Service kube-dns: `10.96.0.10`. */
  readonly dnsAddress: string;
  readonly nodeName: string;
  /** The node's own: `172.18.0.2`. */
  readonly nodeAddress: string;
  /** The client beyond the cluster: `203.0.113.10`, routed through the node without NAT. */
  readonly outsideAddress: string;
}

/** A pod on the network. */
export interface PodLink {
  /** `namespace/name`. */
  readonly key: string;
  readonly namespace: NetworkNamespace;
  readonly address: string;
  /** The node's end of the veth pair; undefined for hostNetwork pods, which are in the node's own namespace. */
  readonly device: string | undefined;
}

/** One packet (of a connection's first ones, usually its SYN) that a policy dropped. */
export interface DroppedPacket {
  readonly time: Date;
  readonly direction: 'ingress' | 'egress';
  /** The policy whose rule denied, or, where policies isolate the pod and no rule allows, all policies that isolate it. */
  readonly policies: readonly { readonly kind: string; readonly namespace?: string; readonly name: string }[];
  /** Of a denying rule of the admin tiers: its index. */
  readonly rule?: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP' | 'ICMP' | string;
  readonly source: { readonly address: string; readonly port?: number };
  readonly destination: { readonly address: string; readonly port?: number };
  /** The pod on whose account it was dropped: `namespace/name`. */
  readonly pod: string;
  /** The packet from its IP header on, as far as it was kept (at least 64 bytes where it has them), and the devices it went through. */
  readonly bytes: Uint8Array;
  readonly inDevice?: string;
  readonly outDevice?: string;
}

/** What `lab drops` shows: equal drops counted. */
export interface DropSummary
  extends Omit<DroppedPacket, 'time' | 'bytes' | 'inDevice' | 'outDevice' | 'source'> {
  readonly source: { readonly address: string };
  readonly count: number;
  readonly first: Date;
  readonly last: Date;
}

export interface AttachOptions {
  readonly hostNetwork: boolean;
  /** An address that the pod has to have; it may lie anywhere. Left out: the next free one of the plan. */
  readonly address?: string;
}

/** The lab's network: links, Services, policies. One instance a lab, inside its namespaces. */
export interface LabNetwork {
  readonly plan: NetworkPlan;
  /** The node's own namespace. */
  readonly node: NetworkNamespace;
  /** The client beyond the cluster. */
  readonly outside: NetworkNamespace;
  /** What this kernel cannot do, in lines for a person; usually none. */
  readonly notes: readonly string[];
  /**
   * Gives a pod a network namespace, an address and routes, with policies already in force on the first packet. Attaching a key twice gives the same link.
   * A pod that the last snapshot of `enforce` does not have can talk to its node only, until one has it.
   */
  attach(key: string, options: AttachOptions): Promise<PodLink>;
  /** Takes all of it away. */
  detach(key: string): Promise<void>;
  links(): readonly PodLink[];
  /** Puts the NetworkPolicies and the admin tiers of a snapshot into force, in one transaction; calls that come while one runs are merged into one more. */
  enforce(cluster: Cluster): Promise<void>;
  /** Puts Services and their ready endpoints into force (ClusterIP). */
  serve(services: readonly Service[], slices: readonly EndpointSlice[]): Promise<void>;
  /** The rules in force as text, for `lab status` and tests. */
  rules(): Promise<string>;
  onDrop(listener: (packet: DroppedPacket) => void): () => void;
  drops(): readonly DropSummary[];
  close(): Promise<void>;
}
