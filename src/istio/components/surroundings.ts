/**
 * What lies around Istio's components and no chart says. A field that is left out is not known: nothing stands in for it, and what depends on it is
 * left open or unknown, and said. An empty list says that there is none.
 */
export interface Surroundings {
  /** Where the API server calls webhooks from, and where it answers; CIDRs. */
  readonly apiServer?: readonly string[];
  /** Addresses of the nodes, from which kubelets probe; CIDRs. */
  readonly nodes?: readonly string[];
  /** Who scrapes metrics. */
  readonly monitoring?: PodPeer;
  /** The namespaces of the mesh. */
  readonly mesh?: PodPeer;
  /** Who answers DNS, and on which ports of its pods (53; OpenShift: 5353). */
  readonly dns?: PodPeer & { readonly ports: readonly number[]; readonly cidrs?: readonly string[] };
  /** Other networks of a multi-network mesh; CIDRs. */
  readonly remoteNetworks?: readonly string[];
  /** Who serves the keys of RequestAuthentications that istiod fetches. */
  readonly jwks?: readonly JwksServer[];
  /** Who may come to the public ports of gateways; CIDRs. */
  readonly clients?: readonly string[];
}

/** Pods by labels of their namespace and, where given, their own. */
export interface PodPeer {
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly podLabels?: Readonly<Record<string, string>>;
}

/** A host that a NetworkPolicy cannot name; `cidrs` are its addresses where somebody says them. */
export interface JwksServer {
  readonly host: string;
  readonly port: number;
  readonly cidrs?: readonly string[];
}
