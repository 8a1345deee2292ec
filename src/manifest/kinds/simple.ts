import type { Namespace, Node, ServiceAccount } from '../../model/index.ts';
import { builtIn, type Decoder, fieldOf, itemsAt, textAt } from '../kit/index.ts';

const core = { group: '', versions: ['v1'], policy: false, custom: false } as const;

export const namespaceDecoder: Decoder<Namespace> = {
  ...core,
  kind: 'Namespace',
  namespaced: false,
  shape: builtIn('Namespace'),
  decode: (_root, head) => ({ ...head, kind: 'Namespace' }),
};

export const serviceAccountDecoder: Decoder<ServiceAccount> = {
  ...core,
  kind: 'ServiceAccount',
  namespaced: true,
  shape: builtIn('ServiceAccount'),
  decode: (_root, head) => ({ ...head, kind: 'ServiceAccount' }),
};

export const nodeDecoder: Decoder<Node> = {
  ...core,
  kind: 'Node',
  namespaced: false,
  shape: builtIn('Node'),
  decode: (root, head) => ({ ...head, kind: 'Node', addresses: readAddresses(root) }),
};

/** Addresses of the types InternalIP and ExternalIP; the others are names. */
function readAddresses(root: Parameters<typeof fieldOf>[0]): string[] {
  const addresses: string[] = [];
  for (const entry of itemsAt(fieldOf(root, 'status'), 'addresses') ?? []) {
    const type = textAt(entry, 'type');
    const address = textAt(entry, 'address');
    if (address !== undefined && (type === 'InternalIP' || type === 'ExternalIP')) addresses.push(address);
  }
  return addresses;
}
