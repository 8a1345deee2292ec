import {
  anything,
  builtIn,
  int32,
  list,
  objectStruct,
  type Shape,
  type Struct,
  struct,
  text,
} from '../kit/index.ts';

/** What sets the admin-tier kinds apart; limits are those of their CRDs (network-policy-api v0.1.7 and v0.2.0, experimental channel). */
export interface AdminVersion {
  readonly kind: 'AdminNetworkPolicy' | 'BaselineAdminNetworkPolicy' | 'ClusterNetworkPolicy';
  readonly version: 'v1alpha1' | 'v1alpha2';
  readonly actions: readonly string[];
  /** Rules of a direction. */
  readonly maxRules: number;
  /** Peers of a rule. */
  readonly maxPeers: number;
  /** The rule's field for ports, and how many entries it may have. */
  readonly portsField: 'ports' | 'protocols';
  readonly maxPorts: number;
  readonly domainNames: boolean;
  readonly prioritized: boolean;
  readonly tiered: boolean;
}

const alpha1 = {
  version: 'v1alpha1',
  maxRules: 100,
  maxPeers: 100,
  portsField: 'ports',
  maxPorts: 100,
} as const;

export const adminNetworkPolicy: AdminVersion = {
  ...alpha1,
  kind: 'AdminNetworkPolicy',
  actions: ['Allow', 'Deny', 'Pass'],
  domainNames: true,
  prioritized: true,
  tiered: false,
};

export const baselineAdminNetworkPolicy: AdminVersion = {
  ...alpha1,
  kind: 'BaselineAdminNetworkPolicy',
  actions: ['Allow', 'Deny'],
  domainNames: false,
  prioritized: false,
  tiered: false,
};

export const clusterNetworkPolicy: AdminVersion = {
  kind: 'ClusterNetworkPolicy',
  version: 'v1alpha2',
  actions: ['Accept', 'Deny', 'Pass'],
  maxRules: 25,
  maxPeers: 25,
  portsField: 'protocols',
  maxPorts: 25,
  domainNames: true,
  prioritized: true,
  tiered: true,
};

const selector = builtIn('LabelSelector');
const pods = struct('NamespacedPod', { namespaceSelector: selector, podSelector: selector });
const subject = struct('Subject', { namespaces: selector, pods });

const alpha1Port = struct('AdminNetworkPolicyPort', {
  portNumber: struct('Port', { protocol: text, port: int32 }),
  portRange: struct('PortRange', { protocol: text, start: int32, end: int32 }),
  namedPort: text,
});

const protocol = struct('ClusterNetworkPolicyProtocolSpec', {
  destinationPort: struct('Port', {
    number: int32,
    range: struct('PortRange', { start: int32, end: int32 }),
  }),
});
const alpha2Protocol = struct('ClusterNetworkPolicyProtocol', {
  tcp: protocol,
  udp: protocol,
  sctp: protocol,
  destinationNamedPort: text,
});

/** The fields of a kind. */
export function adminPolicyShape(version: AdminVersion): Struct {
  const { kind, portsField } = version;
  const ports = list(portsField === 'ports' ? alpha1Port : alpha2Protocol);
  const rule = (peers: 'from' | 'to', peer: Struct): Shape =>
    list(struct(`${kind}Rule`, { name: text, action: text, [peers]: list(peer), [portsField]: ports }));
  const ingressPeer = struct(`${kind}IngressPeer`, { namespaces: selector, pods });
  const egressPeer = struct(`${kind}EgressPeer`, {
    namespaces: selector,
    pods,
    nodes: selector,
    networks: list(text),
    ...(version.domainNames && { domainNames: list(text) }),
  });
  const spec = struct(`${kind}Spec`, {
    ...(version.tiered && { tier: text }),
    ...(version.prioritized && { priority: int32 }),
    subject,
    ingress: rule('from', ingressPeer),
    egress: rule('to', egressPeer),
  });
  return objectStruct(kind, { spec, status: anything });
}
