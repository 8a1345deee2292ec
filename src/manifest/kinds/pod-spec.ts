import type { Container, ContainerPort, PodSpec, Protocol } from '../../model/index.ts';
import type { YamlNode } from '../../yaml/index.ts';
import { booleanAt, itemsAt, listAt, numberAt, textAt } from '../kit/index.ts';

/** Reads a PodSpec with the API's defaults; undefined gives that of a pod without containers. */
export function readPodSpec(node: YamlNode | undefined): PodSpec {
  const nodeName = textAt(node, 'nodeName');
  // `serviceAccount` is the older name of the field, which the server copies.
  const account = textAt(node, 'serviceAccountName') || textAt(node, 'serviceAccount') || 'default';
  const containers = (itemsAt(node, 'containers') ?? []).map((item) => readContainer(item, false));
  const initial = (itemsAt(node, 'initContainers') ?? []).map((item) => readContainer(item, true));
  return {
    ...(nodeName !== undefined && nodeName !== '' && { nodeName }),
    hostNetwork: booleanAt(node, 'hostNetwork') ?? false,
    serviceAccountName: account,
    containers: initial.length > 0 ? [...containers, ...initial] : containers,
  };
}

/** Reads a protocol; absent is TCP. */
export function protocolAt(node: YamlNode, key: string): Protocol {
  const text = textAt(node, key);
  return text === 'UDP' || text === 'SCTP' ? text : 'TCP';
}

const noPorts: readonly ContainerPort[] = [];

function readContainer(node: YamlNode, init: boolean): Container {
  return {
    name: textAt(node, 'name') ?? '',
    image: textAt(node, 'image') ?? '',
    ports: listAt(node, 'ports', readPort) ?? noPorts,
    restartable: init && textAt(node, 'restartPolicy') === 'Always',
    init,
  };
}

function readPort(node: YamlNode): ContainerPort {
  const name = textAt(node, 'name');
  return {
    ...(name !== undefined && name !== '' && { name }),
    containerPort: numberAt(node, 'containerPort') ?? 0,
    protocol: protocolAt(node, 'protocol'),
  };
}
