import type { Service, ServicePort } from '../../model/index.ts';
import type { YamlNode } from '../../yaml/index.ts';
import {
  booleanAt,
  builtIn,
  type Decoder,
  fieldOf,
  itemsAt,
  labelsAt,
  listAt,
  numberAt,
  numberOrTextAt,
  type Problem,
  textAt,
  textsAt,
} from '../kit/index.ts';
import { protocolAt } from './pod-spec.ts';

const types = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] as const;

export const serviceDecoder: Decoder<Service> = {
  group: '',
  versions: ['v1'],
  kind: 'Service',
  namespaced: true,
  policy: false,
  custom: false,
  shape: builtIn('Service'),
  decode(root, head, problems) {
    const spec = fieldOf(root, 'spec');
    const externalName = textAt(spec, 'externalName');
    // An empty selector is none: the API stores both alike.
    const selector = labelsAt(spec, 'selector');
    return {
      ...head,
      kind: 'Service',
      spec: {
        type: readType(spec, problems),
        clusterIPs: readClusterIPs(spec),
        externalIPs: textsAt(spec, 'externalIPs') ?? [],
        ...(externalName !== undefined && externalName !== '' && { externalName }),
        ...(Object.keys(selector).length > 0 && { selector }),
        ports: listAt(spec, 'ports', readPort) ?? [],
        publishNotReadyAddresses: booleanAt(spec, 'publishNotReadyAddresses') ?? false,
        externalTrafficPolicy: textAt(spec, 'externalTrafficPolicy') === 'Local' ? 'Local' : 'Cluster',
      },
      loadBalancerIPs: readLoadBalancer(root),
    };
  },
};

function readType(spec: YamlNode | undefined, problems: Problem[]): Service['spec']['type'] {
  const text = textAt(spec, 'type') || 'ClusterIP';
  const type = types.find((known) => known === text);
  if (type === undefined) {
    problems.push({
      code: 'PC2003',
      severity: 'error',
      path: ['spec', 'type'],
      message: `spec.type: Unsupported value: ${JSON.stringify(text)}: supported values: ${types.join(', ')}`,
    });
  }
  return type ?? 'ClusterIP';
}

function readClusterIPs(spec: YamlNode | undefined): readonly string[] {
  const list = textsAt(spec, 'clusterIPs') ?? [];
  const single = textAt(spec, 'clusterIP') ?? '';
  return list.length > 0 || single === '' ? list : [single];
}

function readPort(node: YamlNode): ServicePort {
  const name = textAt(node, 'name');
  const targetPort = numberOrTextAt(node, 'targetPort');
  const nodePort = numberAt(node, 'nodePort');
  const appProtocol = textAt(node, 'appProtocol');
  return {
    ...(name !== undefined && name !== '' && { name }),
    port: numberAt(node, 'port') ?? 0,
    protocol: protocolAt(node, 'protocol'),
    // 0 and '' are the API's way to say none.
    ...(targetPort !== undefined && targetPort !== 0 && targetPort !== '' && { targetPort }),
    ...(nodePort !== undefined && nodePort !== 0 && { nodePort }),
    ...(appProtocol !== undefined && { appProtocol }),
  };
}

function readLoadBalancer(root: YamlNode): readonly string[] {
  const ingress = itemsAt(fieldOf(fieldOf(root, 'status'), 'loadBalancer'), 'ingress') ?? [];
  return ingress.map((entry) => textAt(entry, 'ip') ?? '').filter((ip) => ip !== '');
}
