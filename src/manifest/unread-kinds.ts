/** What is made of a kind that has no decoder. */
export type UnreadKind = 'foreign policy' | 'routing' | 'ignored';

// Kinds that may refuse or let through what the policies read here do not; '*' stands for every kind of the group.
const foreignPolicies: Readonly<Record<string, readonly string[]>> = {
  'cilium.io': [
    'CiliumNetworkPolicy',
    'CiliumClusterwideNetworkPolicy',
    'CiliumEgressGatewayPolicy',
    'CiliumLocalRedirectPolicy',
    'CiliumEnvoyConfig',
    'CiliumClusterwideEnvoyConfig',
  ],
  'projectcalico.org': ['NetworkPolicy', 'GlobalNetworkPolicy', 'Tier'],
  'crd.projectcalico.org': ['NetworkPolicy', 'GlobalNetworkPolicy', 'Tier'],
  'networking.istio.io': ['EnvoyFilter'],
  'extensions.istio.io': ['WasmPlugin'],
  'crd.antrea.io': ['NetworkPolicy', 'ClusterNetworkPolicy', 'Tier'],
  'security.antrea.tanzu.vmware.com': ['NetworkPolicy', 'ClusterNetworkPolicy', 'Tier'],
  'k8s.ovn.org': ['EgressFirewall'],
  'network.openshift.io': ['EgressNetworkPolicy', 'NetNamespace'],
  'vpcresources.k8s.aws': ['SecurityGroupPolicy'],
  'networking.k8s.aws': ['ApplicationNetworkPolicy', 'ClusterNetworkPolicy'],
  'networking.gke.io': ['FQDNNetworkPolicy'],
  'k8s.cni.cncf.io': ['MultiNetworkPolicy'],
  'kubeovn.io': ['SecurityGroup'],
  'policy.linkerd.io': ['*'],
  'consul.hashicorp.com': ['ServiceIntentions'],
  'kuma.io': ['MeshTrafficPermission', 'TrafficPermission'],
  'gateway.envoyproxy.io': ['SecurityPolicy'],
};

const routing: Readonly<Record<string, readonly string[]>> = {
  'networking.istio.io': [
    'VirtualService',
    'Sidecar',
    'Gateway',
    'WorkloadEntry',
    'WorkloadGroup',
    'ProxyConfig',
  ],
  'gateway.networking.k8s.io': ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute', 'ListenerSet'],
  'networking.k8s.io': ['Ingress'],
};

/** Tells policies of others from routes and from what has no part in traffic; a kind that calls itself a network policy is one. */
export function classifyUnread(group: string, kind: string): UnreadKind {
  const policies = Object.hasOwn(foreignPolicies, group) ? foreignPolicies[group]! : [];
  if (policies.includes(kind) || policies.includes('*')) return 'foreign policy';
  if (/NetworkPolicy$/.test(kind) && !kind.startsWith('Staged')) return 'foreign policy';
  const routes = Object.hasOwn(routing, group) ? routing[group]! : [];
  return routes.includes(kind) ? 'routing' : 'ignored';
}

/** Kinds whose names say that they belong to the whole cluster. */
export function isClusterWide(kind: string): boolean {
  return /^(Global|Cluster|CiliumClusterwide|Staged(Global|Cluster))|^(Tier|CiliumEgressGatewayPolicy|NetNamespace|SecurityGroup)$/.test(
    kind,
  );
}
