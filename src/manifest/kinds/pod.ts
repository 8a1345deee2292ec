import type { Pod } from '../../model/index.ts';
import type { YamlNode } from '../../yaml/index.ts';
import { builtIn, type Decoder, fieldOf, itemsAt, textAt } from '../kit/index.ts';
import { readPodSpec } from './pod-spec.ts';

export const podDecoder: Decoder<Pod> = {
  group: '',
  versions: ['v1'],
  kind: 'Pod',
  namespaced: true,
  policy: false,
  custom: false,
  shape: builtIn('Pod'),
  decode(root, head) {
    const status = fieldOf(root, 'status');
    const phase = textAt(status, 'phase');
    return {
      ...head,
      kind: 'Pod',
      spec: readPodSpec(fieldOf(root, 'spec')),
      status: {
        ...(phase !== undefined && { phase }),
        podIPs: readAddresses(status, 'podIP', 'podIPs'),
        hostIPs: readAddresses(status, 'hostIP', 'hostIPs'),
        ready: !saysNotReady(status),
      },
    };
  },
};

function saysNotReady(status: YamlNode | undefined): boolean {
  const ready = itemsAt(status, 'conditions')?.find((condition) => textAt(condition, 'type') === 'Ready');
  return textAt(ready, 'status') === 'False';
}

/** The list, or the single older field where there is no list. */
function readAddresses(status: YamlNode | undefined, single: string, list: string): readonly string[] {
  const addresses: string[] = [];
  for (const item of itemsAt(status, list) ?? []) {
    const ip = textAt(item, 'ip');
    if (ip !== undefined && ip !== '') addresses.push(ip);
  }
  const first = textAt(status, single);
  if (addresses.length === 0 && first !== undefined && first !== '') addresses.push(first);
  return addresses;
}
