import type {
  AdminNetworkPolicy,
  AdminPeer,
  AdminPort,
  AdminRule,
  AdminSubject,
  BaselineAdminNetworkPolicy,
  ClusterNetworkPolicy,
  KindedObject,
  NamespacedPods,
  Protocol,
} from '../../model/index.ts';
import type { YamlNode } from '../../yaml/index.ts';
import {
  type Decoder,
  fieldOf,
  listAt,
  numberAt,
  type Problem,
  selectorAt,
  textAt,
  textsAt,
} from '../kit/index.ts';
import { checkAdminPolicy } from './admin-policy-checks.ts';
import {
  type AdminVersion,
  adminNetworkPolicy,
  adminPolicyShape,
  baselineAdminNetworkPolicy,
  clusterNetworkPolicy,
} from './admin-policy-version.ts';

type Spec = AdminNetworkPolicy['spec'] & { readonly tier: 'Admin' | 'Baseline' };

export const adminPolicyDecoders: readonly [
  Decoder<AdminNetworkPolicy>,
  Decoder<BaselineAdminNetworkPolicy>,
  Decoder<ClusterNetworkPolicy>,
] = [
  decoder(adminNetworkPolicy, (head, { priority, subject, ingress, egress }) => ({
    ...head,
    kind: 'AdminNetworkPolicy',
    spec: { priority, subject, ...(ingress && { ingress }), ...(egress && { egress }) },
  })),
  decoder(baselineAdminNetworkPolicy, (head, { subject, ingress, egress }) => ({
    ...head,
    kind: 'BaselineAdminNetworkPolicy',
    spec: { subject, ...(ingress && { ingress }), ...(egress && { egress }) },
  })),
  decoder(clusterNetworkPolicy, (head, spec) => ({ ...head, kind: 'ClusterNetworkPolicy', spec })),
];

function decoder<T extends KindedObject>(
  version: AdminVersion,
  build: (head: KindedObject, spec: Spec) => T,
): Decoder<T> {
  return {
    group: 'policy.networking.k8s.io',
    versions: [version.version],
    kind: version.kind,
    namespaced: false,
    policy: true,
    custom: true,
    shape: adminPolicyShape(version),
    decode(root, head, problems: Problem[]) {
      checkAdminPolicy(root, version, problems);
      const spec = fieldOf(root, 'spec');
      const ingress = listAt(spec, 'ingress', (rule) => readRule(rule, 'from', version));
      const egress = listAt(spec, 'egress', (rule) => readRule(rule, 'to', version));
      return build(head, {
        tier: textAt(spec, 'tier') === 'Baseline' ? 'Baseline' : 'Admin',
        priority: numberAt(spec, 'priority') ?? 0,
        subject: readSubject(fieldOf(spec, 'subject')),
        ...(ingress !== undefined && { ingress }),
        ...(egress !== undefined && { egress }),
      });
    },
  };
}

function readSubject(node: YamlNode | undefined): AdminSubject {
  const namespaces = selectorAt(node, 'namespaces');
  const pods = readPods(node);
  return { ...(namespaces && { namespaces }), ...(pods && { pods }) };
}

function readPods(node: YamlNode | undefined): NamespacedPods | undefined {
  const pods = fieldOf(node, 'pods');
  if (pods === undefined) return undefined;
  return {
    namespaceSelector: selectorAt(pods, 'namespaceSelector') ?? {},
    podSelector: selectorAt(pods, 'podSelector') ?? {},
  };
}

function readRule(node: YamlNode, peers: 'from' | 'to', version: AdminVersion): AdminRule {
  const name = textAt(node, 'name');
  const ports = listAt(node, version.portsField, version.portsField === 'ports' ? readPort : readProtocol);
  return {
    ...(name !== undefined && name !== '' && { name }),
    action: (textAt(node, 'action') ?? '') as AdminRule['action'],
    peers: listAt(node, peers, readPeer) ?? [],
    ...(ports !== undefined && { ports }),
  };
}

function readPeer(node: YamlNode): AdminPeer {
  const nodes = selectorAt(node, 'nodes');
  const networks = textsAt(node, 'networks');
  const domainNames = textsAt(node, 'domainNames');
  return {
    ...readSubject(node),
    ...(nodes && { nodes }),
    ...(networks && { networks }),
    ...(domainNames && { domainNames }),
  };
}

const unreadable: AdminPort = { kind: 'unreadable' };

function readPort(node: YamlNode): AdminPort {
  const name = textAt(node, 'namedPort');
  if (name !== undefined) return { kind: 'named', name };
  const number = fieldOf(node, 'portNumber');
  const range = fieldOf(node, 'portRange');
  const protocol = (textAt(number ?? range, 'protocol') || 'TCP') as Protocol;
  return readBounds(protocol, numberAt(number, 'port'), range);
}

function readProtocol(node: YamlNode): AdminPort {
  const name = textAt(node, 'destinationNamedPort');
  if (name !== undefined) return { kind: 'named', name };
  for (const protocol of ['TCP', 'UDP', 'SCTP'] as const) {
    const spec = fieldOf(node, protocol.toLowerCase());
    if (spec === undefined) continue;
    const port = fieldOf(spec, 'destinationPort');
    if (port === undefined) return { kind: 'any port', protocol };
    return readBounds(protocol, numberAt(port, 'number'), fieldOf(port, 'range'));
  }
  return unreadable;
}

function readBounds(protocol: Protocol, single: number | undefined, range: YamlNode | undefined): AdminPort {
  const start = single ?? numberAt(range, 'start');
  const end = single ?? numberAt(range, 'end');
  if (start === undefined || end === undefined) return unreadable;
  return { kind: 'range', protocol, start, end };
}
