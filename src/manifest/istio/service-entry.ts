import type { ServiceEntry } from '../../model/index.ts';
import type { Decoder } from '../kit/index.ts';
import { networkingDecoder } from './networking-decoder.ts';
import { enumeration, list, message, string, strings, uint32 } from './proto.ts';

interface Spec {
  readonly hosts?: readonly string[];
  readonly addresses?: readonly string[];
  readonly ports?: readonly {
    readonly number?: number;
    readonly protocol?: string;
    readonly name?: string;
    readonly targetPort?: number;
  }[];
  readonly location?: ServiceEntry['spec']['location'];
  readonly resolution?: string;
  readonly endpoints?: readonly { readonly address?: string }[];
}

const spec = message({
  hosts: strings,
  addresses: strings,
  ports: list(message({ number: uint32, protocol: string, name: string, target_port: uint32 })),
  location: enumeration('istio.networking.v1alpha3.ServiceEntry.Location', 'MESH_EXTERNAL', 'MESH_INTERNAL'),
  resolution: enumeration(
    'istio.networking.v1alpha3.ServiceEntry.Resolution',
    'NONE',
    'STATIC',
    'DNS',
    'DNS_ROUND_ROBIN',
    'DYNAMIC_DNS',
  ),
  endpoints: list(message({ address: string })),
});

/** Reads ServiceEntry. */
export const serviceEntryDecoder: Decoder<ServiceEntry> = networkingDecoder(
  'ServiceEntry',
  spec,
  (head, entry: Spec) => ({
    ...head,
    kind: 'ServiceEntry',
    spec: {
      hosts: entry.hosts ?? [],
      addresses: entry.addresses ?? [],
      location: entry.location ?? 'MESH_EXTERNAL',
      resolution: entry.resolution ?? 'NONE',
      ports: (entry.ports ?? []).map(({ number = 0, protocol = '', name = '', targetPort = 0 }) => ({
        number,
        protocol,
        name,
        ...(targetPort !== 0 && { targetPort }),
      })),
      endpoints: (entry.endpoints ?? []).map(({ address = '' }) => ({ address })),
    },
  }),
);
