import { type EndpointSlice, labelOf } from '../../model/index.ts';
import type { YamlNode } from '../../yaml/index.ts';
import {
  booleanAt,
  builtIn,
  type Decoder,
  fieldOf,
  listAt,
  numberAt,
  textAt,
  textsAt,
} from '../kit/index.ts';
import { protocolAt } from './pod-spec.ts';

export const endpointSliceDecoder: Decoder<EndpointSlice> = {
  group: 'discovery.k8s.io',
  versions: ['v1'],
  kind: 'EndpointSlice',
  namespaced: true,
  policy: false,
  custom: false,
  shape: builtIn('EndpointSlice'),
  decode(root, head, problems) {
    const service = labelOf(head.metadata.labels, 'kubernetes.io/service-name');
    const type = textAt(root, 'addressType') ?? '';
    if (type !== 'IPv4' && type !== 'IPv6' && type !== 'FQDN') {
      const message = `addressType: Unsupported value: ${JSON.stringify(type)}: supported values: FQDN, IPv4, IPv6`;
      problems.push({ code: 'PC2003', severity: 'error', path: ['addressType'], message });
    }
    return {
      ...head,
      kind: 'EndpointSlice',
      ...(service !== undefined && service !== '' && { service }),
      addressType: type === 'IPv6' || type === 'FQDN' ? type : 'IPv4',
      endpoints: listAt(root, 'endpoints', readEndpoint) ?? [],
      ports: listAt(root, 'ports', readPort) ?? [],
    };
  },
};

function readEndpoint(node: YamlNode): EndpointSlice['endpoints'][number] {
  const target = fieldOf(node, 'targetRef');
  const pod = textAt(target, 'kind') === 'Pod' ? textAt(target, 'name') : undefined;
  return {
    addresses: textsAt(node, 'addresses') ?? [],
    // Not said is ready.
    ready: booleanAt(fieldOf(node, 'conditions'), 'ready') ?? true,
    ...(pod !== undefined && { pod }),
  };
}

function readPort(node: YamlNode): EndpointSlice['ports'][number] {
  const name = textAt(node, 'name');
  const port = numberAt(node, 'port');
  return {
    ...(name !== undefined && name !== '' && { name }),
    ...(port !== undefined && { port }),
    protocol: protocolAt(node, 'protocol'),
  };
}
