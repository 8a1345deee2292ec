import type { ServiceEntry } from '../../model/index.ts';
import { anything, type Decoder, list as listOf, struct } from '../kit/index.ts';
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

const shape = struct('ServiceEntry', {
  hosts: anything,
  addresses: anything,
  ports: listOf(
    struct('ServicePort', { number: anything, protocol: anything, name: anything, targetPort: anything }),
  ),
  location: anything,
  resolution: anything,
  endpoints: listOf(
    struct('WorkloadEntry', {
      address: anything,
      ports: anything,
      labels: anything,
      network: anything,
      locality: anything,
      weight: anything,
      serviceAccount: anything,
    }),
  ),
  workloadSelector: struct('WorkloadSelector', { labels: anything }),
  exportTo: anything,
  subjectAltNames: anything,
});

/** Reads ServiceEntry. */
export const serviceEntryDecoder: Decoder<ServiceEntry> = networkingDecoder(
  'ServiceEntry',
  shape,
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
