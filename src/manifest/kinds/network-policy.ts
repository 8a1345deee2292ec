import {
  formatPath,
  type NetworkPolicy,
  type NetworkPolicyPeer,
  type NetworkPolicyPort,
  type NetworkPolicyRule,
} from '../../model/index.ts';
import type { YamlNode } from '../../yaml/index.ts';
import {
  builtIn,
  type Decoder,
  fieldOf,
  listAt,
  numberAt,
  numberOrTextAt,
  type Problem,
  readSelector,
  selectorAt,
  textAt,
  textsAt,
} from '../kit/index.ts';
import { networkPolicyWarnings, validateNetworkPolicy } from '../validation/index.ts';
import { fieldErrorProblem } from './field-error-problem.ts';

export const networkPolicyDecoder: Decoder<NetworkPolicy> = {
  group: 'networking.k8s.io',
  versions: ['v1'],
  kind: 'NetworkPolicy',
  namespaced: true,
  policy: true,
  custom: false,
  shape: builtIn('NetworkPolicy'),
  decode(root, head, problems) {
    // What came out of a cluster was accepted by its server, whatever newer ones say to the form of a CIDR.
    const stored = textAt(fieldOf(root, 'metadata'), 'uid') !== undefined;
    const errors = validateNetworkPolicy(root);
    for (const error of errors) problems.push(fieldErrorProblem(error, stored));
    if (errors.length === 0) warnOfCidrs(root, problems);
    const spec = fieldOf(root, 'spec');
    const policyTypes = textsAt(spec, 'policyTypes');
    const ingress = listAt(spec, 'ingress', (rule) => readRule(rule, 'from'));
    const egress = listAt(spec, 'egress', (rule) => readRule(rule, 'to'));
    return {
      ...head,
      kind: 'NetworkPolicy',
      spec: {
        podSelector: selectorAt(spec, 'podSelector') ?? {},
        ...(policyTypes !== undefined && { policyTypes: policyTypes as ('Ingress' | 'Egress')[] }),
        ...(ingress !== undefined && { ingress }),
        ...(egress !== undefined && { egress }),
      },
    };
  },
};

function warnOfCidrs(root: YamlNode, problems: Problem[]): void {
  for (const { path, text } of networkPolicyWarnings(root)) {
    problems.push({ code: 'PC2106', severity: 'warning', path, message: `${formatPath(path)}: ${text}` });
  }
}

function readRule(node: YamlNode, key: 'from' | 'to'): NetworkPolicyRule {
  const peers = listAt(node, key, readPeer);
  const ports = listAt(node, 'ports', readPort);
  return { ...(peers !== undefined && { peers }), ...(ports !== undefined && { ports }) };
}

function readPeer(node: YamlNode): NetworkPolicyPeer {
  const podSelector = fieldOf(node, 'podSelector');
  const namespaceSelector = fieldOf(node, 'namespaceSelector');
  const block = fieldOf(node, 'ipBlock');
  const except = textsAt(block, 'except');
  return {
    ...(podSelector && { podSelector: readSelector(podSelector) }),
    ...(namespaceSelector && { namespaceSelector: readSelector(namespaceSelector) }),
    ...(block && { ipBlock: { cidr: textAt(block, 'cidr') ?? '', ...(except && { except }) } }),
  };
}

function readPort(node: YamlNode): NetworkPolicyPort {
  const protocol = textAt(node, 'protocol');
  const port = numberOrTextAt(node, 'port');
  const endPort = numberAt(node, 'endPort');
  return {
    ...(protocol !== undefined && { protocol: protocol as 'TCP' }),
    ...(port !== undefined && { port }),
    ...(endPort !== undefined && { endPort }),
  };
}
