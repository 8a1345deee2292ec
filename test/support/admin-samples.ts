import type {
  AdminNetworkPolicy,
  AdminRule,
  BaselineAdminNetworkPolicy,
  ClusterNetworkPolicy,
  KnownLabels,
  Labels,
  Node,
  Origin,
  PacketEnd,
  PodView,
} from '../../src/model/index.ts';

const origin: Origin = {
  source: { name: 'sample', text: '' },
  start: 0,
  end: 0,
  locate: () => ({ source: { name: 'sample', text: '' }, start: 0, end: 0 }),
};

interface Rules {
  readonly ingress?: readonly AdminRule[];
  readonly egress?: readonly AdminRule[];
  readonly subject?: ClusterNetworkPolicy['spec']['subject'];
}

/** A ClusterNetworkPolicy for tests; its subject is every pod unless `rules` says otherwise. */
export function samplePolicy(
  name: string,
  tier: 'Admin' | 'Baseline',
  priority: number,
  rules: Rules,
): ClusterNetworkPolicy {
  const spec = { subject: { namespaces: {} }, tier, priority, ...rules };
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name, namespace: '', labels: {}, annotations: {} },
    origin,
    spec,
  };
}

/** An AdminNetworkPolicy for tests. */
export function sampleAdminPolicy(name: string, priority: number, rules: Rules): AdminNetworkPolicy {
  return {
    ...samplePolicy(name, 'Admin', priority, rules),
    apiVersion: 'policy.networking.k8s.io/v1alpha1',
    kind: 'AdminNetworkPolicy',
  };
}

/** A BaselineAdminNetworkPolicy for tests; only the one named `default` is in force. */
export function sampleBaseline(name: string, rules: Rules): BaselineAdminNetworkPolicy {
  const { metadata } = samplePolicy(name, 'Baseline', 0, {});
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha1',
    kind: 'BaselineAdminNetworkPolicy',
    metadata,
    origin,
    spec: { subject: { namespaces: {} }, ...rules },
  };
}

/** A node for tests. */
export function sampleNode(name: string, labels: Labels, ...addresses: readonly string[]): [string, Node] {
  const metadata = { name, namespace: '', labels, annotations: {} };
  return [name, { apiVersion: 'v1', kind: 'Node', metadata, origin, addresses }];
}

/** A pod as an end of a packet, for tests. */
export function samplePod(
  namespace: string,
  name: string,
  labels: Labels,
  given: {
    readonly address?: string;
    readonly namespaceLabels?: KnownLabels;
    readonly ports?: PodView['ports'];
  } = {},
): PacketEnd {
  const { address = '10.0.0.1', namespaceLabels = { labels: {}, complete: true }, ports = [] } = given;
  return { pod: { namespace, name, labels, namespaceLabels, ports }, address, label: `${namespace}/${name}` };
}

/** An end that is no pod, for tests. */
export function sampleAddress(address: string): PacketEnd {
  return { pod: undefined, address, label: address };
}
