import type { ApiObject, EndpointSlice, Service } from '../../store/index.ts';
import { ageColumn, column, nameColumn, type Printer, wide } from './columns.ts';
import { age } from './duration.ts';
import { labelsCell } from './selector-text.ts';

interface Endpoints extends ApiObject {
  readonly subsets?: readonly {
    readonly addresses?: readonly { readonly ip: string }[];
    readonly ports?: readonly { readonly port: number }[];
  }[];
}

export const servicePrinter: Printer<Service> = {
  columns: [
    nameColumn,
    column('Type'),
    column('Cluster-IP'),
    column('External-IP'),
    column('Port(s)'),
    ageColumn,
    wide('Selector'),
  ],
  cells: ({ metadata, spec, status }) => [
    metadata.name,
    spec.type ?? '',
    spec.clusterIPs?.[0] ?? spec.clusterIP ?? '<none>',
    externalAddress(spec, status),
    portsText(spec.ports ?? []) || '<none>',
    age(metadata.creationTimestamp),
    labelsCell(spec.selector),
  ],
};

function externalAddress(spec: Service['spec'], status: unknown): string {
  const given = (spec.externalIPs ?? []) as readonly string[];
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return given.join(',') || '<none>';
    case 'LoadBalancer':
      return [...balancerAddresses(status), ...given].join(',') || '<pending>';
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

function balancerAddresses(status: unknown): readonly string[] {
  const { loadBalancer } = (status ?? {}) as {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
    };
  };
  const found = (loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
  return [...new Set(found.filter(Boolean))].sort();
}

function portsText(ports: NonNullable<Service['spec']['ports']>): string {
  return ports
    .map(({ port, nodePort, protocol = 'TCP' }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`)
    .join(',');
}

export const endpointsPrinter: Printer<Endpoints> = {
  columns: [nameColumn, column('Endpoints'), ageColumn],
  cells: ({ metadata, subsets = [] }) => {
    const addresses = subsets.flatMap(({ addresses: hosts = [], ports = [] }) => {
      if (ports.length === 0) return hosts.map(({ ip }) => ip);
      return ports.flatMap(({ port }) =>
        hosts.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
      );
    });
    const text = subsets.length === 0 ? '<none>' : firstThree(addresses);
    return [metadata.name, text, age(metadata.creationTimestamp)];
  },
};

export const endpointSlicePrinter: Printer<EndpointSlice> = {
  columns: [nameColumn, column('AddressType'), column('Ports'), column('Endpoints'), ageColumn],
  cells: ({ metadata, addressType, ports, endpoints }) => {
    const numbers = (ports ?? []).map(({ port, name }) => String(port ?? name ?? '*'));
    const addresses = (endpoints ?? []).flatMap((each) => each.addresses);
    return [
      metadata.name,
      addressType,
      firstThree(numbers) || '<unset>',
      firstThree(addresses) || '<unset>',
      age(metadata.creationTimestamp),
    ];
  },
};

function firstThree(texts: readonly string[]): string {
  const shown = texts.slice(0, 3).join(',');
  return texts.length > 3 ? `${shown} + ${texts.length - 3} more...` : shown;
}
