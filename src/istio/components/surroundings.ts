import type { LabelSelector } from '../../model/index.ts';

/**
 * What lies around Istio's components and no chart says. A field that is left out is not known: nothing stands in for it, and what depends on it is
 * left open or unknown, and said. An empty list says that there is none.
 */
export interface Surroundings {
  /** Where the API server answers: its Service's address and its endpoints; CIDRs. */
  readonly apiServer?: readonly string[];
  /** Where its calls to webhooks come from, which no object of a cluster shows (tunnels, a managed control plane's own network); CIDRs. */
  readonly apiServerSources?: readonly string[];
  /** Ports on which the API server answers; left out: 443, its Service's, and 6443, its own. */
  readonly apiServerPorts?: readonly number[];
  /** Addresses of the nodes, from which kubelets probe; CIDRs. */
  readonly nodes?: readonly string[];
  /** Who scrapes metrics. */
  readonly monitoring?: readonly PodPeer[];
  /** The namespaces of the mesh. Namespaces of Istio's own components need not be among them. */
  readonly mesh?: readonly PodPeer[];
  /** Who answers DNS. */
  readonly dns?: readonly DnsServer[];
  /** Other networks of a multi-network mesh, virtual machines among them; CIDRs. */
  readonly remoteNetworks?: readonly string[];
  /** API servers of other clusters that istiod watches (multi-cluster); CIDRs. */
  readonly remoteApiServers?: readonly string[];
  /** Who serves the keys of RequestAuthentications that istiod fetches. */
  readonly jwks?: readonly OutsideServer[];
  /** Who may come to the public ports of gateways; CIDRs. */
  readonly clients?: readonly string[];
  /** What egress gateways connect to. */
  readonly external?: readonly OutsideServer[];
  /** Control planes: their pods, where no component says so. */
  readonly istiod?: readonly PodPeer[];
  /** Gateways of the Gateway API and waypoints that istiod runs: their pods. */
  readonly gateways?: readonly PodPeer[];
}

/** How a pod is in the mesh. */
export type DataPlane = 'sidecar' | 'ambient';

/** Pods by labels of their namespace and, where given, their own. */
export interface PodPeer {
  readonly namespaces: LabelSelector;
  readonly pods?: LabelSelector;
  /** Pods of the mesh: the data planes that they are in; left out: not known. */
  readonly planes?: readonly DataPlane[];
  /** Those among them that share the network of their node: policies see its address there, and no labels. */
  readonly onNodes?: {
    /** All of them do. */
    readonly all: boolean;
    /** Their addresses, where all of them are known; else empty. */
    readonly addresses: readonly string[];
  };
}

/** DNS servers: pods, addresses (a node-local cache: 169.254.20.10/32), or both. */
export interface DnsServer {
  readonly pods?: PodPeer;
  readonly cidrs?: readonly string[];
  /** Of the pods themselves: 53; OpenShift's listen on 5353. */
  readonly ports: readonly number[];
  /** Nobody said the ports: they are the usual ones. */
  readonly portsAssumed?: true;
  /** Addresses of the Service in front of them, port 53, for plugins that look at packets before it is resolved. */
  readonly clusterIPs?: readonly string[];
  /** What comments say of it. */
  readonly notes?: readonly string[];
}

/** A host that a NetworkPolicy cannot name. */
export interface OutsideServer {
  readonly host: string;
  /** What clients ask for. */
  readonly port: number;
  /** Its addresses, where somebody says them. */
  readonly cidrs?: readonly string[];
  /** A Service in the cluster: the pods behind it, and the ports that they listen on. */
  readonly pods?: PodPeer;
  readonly targetPorts?: readonly number[];
  /** Addresses of that Service, for plugins that look at packets before it is resolved. */
  readonly clusterIPs?: readonly string[];
  /** What comments say of it. */
  readonly notes?: readonly string[];
}
