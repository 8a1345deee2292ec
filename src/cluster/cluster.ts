import type {
  AdminTierPolicy,
  AuthorizationPolicy,
  ContainerPort,
  DestinationRule,
  EndpointSlice,
  Fact,
  Gateway,
  GatewayClass,
  KindedObject,
  KnownLabels,
  Labels,
  Mesh,
  NetworkPolicy,
  Node,
  PeerAuthentication,
  PodView,
  RequestAuthentication,
  Service,
  ServiceEntry,
} from '../model/index.ts';
import type { Enrolment, MeshTraces } from './membership.ts';

/** An immutable picture of a cluster: what the manifests say, with indexes. Built by `buildCluster`. */
export interface Cluster {
  /** Every namespace that appears anywhere, by name. */
  readonly namespaces: ReadonlyMap<string, ClusterNamespace>;
  /** Pods that can send or receive, by `namespace/name`: given ones, and those that a Deployment and the like would make. */
  readonly pods: ReadonlyMap<string, ClusterPod>;
  /** Pods that are not on the host network, by each of their addresses. */
  readonly podsByAddress: ReadonlyMap<string, ClusterPod>;
  /** Addresses of hosts outside, by name, as far as they are taken for granted. */
  readonly hosts: ReadonlyMap<string, string>;
  /** Keys of the pods that a Service selects, by the Service's `namespace/name`. */
  readonly podsByService: ReadonlyMap<string, readonly string[]>;
  /** Key of a pod of each waypoint, by its Gateway's `namespace/name`. */
  readonly waypointPods: ReadonlyMap<string, string>;
  /** By `namespace/kind/name`, kind as written (`Deployment`). */
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly nodes: ReadonlyMap<string, Node>;
  /** By `namespace/name`. */
  readonly services: ReadonlyMap<string, Service>;
  /** By `namespace/name` of the Service. */
  readonly endpointSlices: ReadonlyMap<string, readonly EndpointSlice[]>;
  readonly serviceEntries: readonly ServiceEntry[];
  /** Ports on which some Service or ServiceEntry speaks HTTP: there a sidecar takes all HTTP of its pod, whatever the address, and routes it by its Host. */
  readonly httpPorts: ReadonlySet<number>;
  readonly gateways: ReadonlyMap<string, Gateway>;
  readonly gatewayClasses: ReadonlyMap<string, GatewayClass>;
  readonly mesh: Mesh;
  readonly policies: Policies;
  /** Objects of policy kinds that Portcullis does not read (CiliumNetworkPolicy, EnvoyFilter, …). */
  readonly foreign: readonly KindedObject[];
  /** Documents that could not be read or that the API server would refuse; a verdict they could change is unknown. */
  readonly unreadable: readonly UnreadableObject[];
  readonly settings: ClusterSettings;
  /** Which data planes of Istio the manifests show any sign of. */
  readonly traces: MeshTraces;
}

/** Policies in force, each map by namespace; lists are sorted oldest first, then by name. */
export interface Policies {
  readonly network: ReadonlyMap<string, readonly NetworkPolicy[]>;
  readonly admin: readonly AdminTierPolicy[];
  readonly authorization: ReadonlyMap<string, readonly AuthorizationPolicy[]>;
  readonly peerAuthentication: ReadonlyMap<string, readonly PeerAuthentication[]>;
  readonly requestAuthentication: ReadonlyMap<string, readonly RequestAuthentication[]>;
  readonly destinationRules: readonly DestinationRule[];
}

/** What the manifests cannot say and the caller may. */
export interface ClusterSettings {
  /** Ranges that pods whose address is not given lie in; CIDRs. */
  readonly podCIDRs: readonly string[];
  /** The network plugin, which decides what Kubernetes leaves open; see `verdict/plugin.ts`. undefined = nobody said. */
  readonly cni: string | undefined;
}

export interface ClusterNamespace {
  readonly name: string;
  /** Complete where a Namespace object was given; `kubernetes.io/metadata.name` is always known. */
  readonly labels: KnownLabels;
  readonly object?: KindedObject;
}

/** A pod with everything that layers ask of it. */
export interface ClusterPod {
  /** `namespace/name`. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly serviceAccount: string;
  readonly hostNetwork: boolean;
  /** Name of its node; undefined = not known. */
  readonly node: string | undefined;
  /** Its addresses, the primary one first; empty = not known. */
  readonly addresses: readonly string[];
  readonly ports: readonly ContainerPort[];
  /** False where Services leave it out for not being ready. */
  readonly ready: boolean;
  /** Services that select it, oldest first. */
  readonly services: readonly Service[];
  /** `Deployment`, name, for a pod of a workload. */
  readonly owner: { readonly kind: string; readonly name: string } | undefined;
  readonly membership: Membership;
  /** What injection and enrolment looked at, less its namespace's labels. */
  readonly enrolment: Enrolment;
  /** What Istio policies attach to at its own proxy or ztunnel. */
  readonly policyTarget: PolicyTarget;
  /** The Pod or the workload object that it comes from. */
  readonly object: KindedObject;
  /** How rules at the node see it. */
  readonly view: PodView;
}

/**
 * How a pod takes part in the mesh, and why. `gateway` and `waypoint` are proxies of their own: those of the Gateway API, and gateways that are
 * injected from the template `gateway`.
 */
export interface Membership {
  readonly kind: 'none' | 'sidecar' | 'ambient' | 'gateway' | 'waypoint';
  /** The label, annotation or rule that decided it, in words of the field. */
  readonly why: string;
  /** What the answer depends on where it is not known (labels of a namespace without an object): `kind` is what holds without them. */
  readonly facts?: readonly Fact[];
}

/** Pods of one owner; a bare Pod is its own workload. */
export interface Workload {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly pods: readonly string[];
  readonly object: KindedObject;
}

/** An object that is in the text but not in the cluster, or of which nobody can tell. */
export interface UnreadableObject {
  /** undefined: not even this could be read. */
  readonly kind: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  /** The object as far as it was decoded, and where it stands. */
  readonly object: KindedObject;
  /** One line: why it is not taken. */
  readonly why: string;
}

/** What Istio policies attach to: the proxy or ztunnel endpoint that enforces them. */
export interface PolicyTarget {
  readonly namespace: string;
  readonly labels: Labels;
  readonly waypoint: boolean;
  /** Services that the look-up is made for (waypoints). */
  readonly services: readonly TargetService[];
}

export interface TargetService {
  readonly registry: 'Kubernetes' | 'External';
  readonly namespace: string;
  readonly name: string;
}
