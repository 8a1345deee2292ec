import type { Container, Pod } from '../store/index.ts';

/** Where a pod is, for the fields that only its node knows. */
export interface PodPlace {
  readonly podIP: string;
  readonly hostIP: string;
}

const annotated = /^metadata\.(labels|annotations)\['(.*)'\]$/;

/** The value of a field for an environment variable or a file; undefined for a path that the downward API does not have. Missing labels and annotations are empty. */
export function fieldValue(pod: Pod, path: string, { podIP, hostIP }: PodPlace): string | undefined {
  const { metadata, spec } = pod;
  const match = annotated.exec(path);
  if (match !== null) return metadata[match[1] as 'labels' | 'annotations']?.[match[2]!] ?? '';
  switch (path) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid;
    case 'metadata.labels':
    case 'metadata.annotations':
      return formatMap(metadata[path === 'metadata.labels' ? 'labels' : 'annotations'] ?? {});
    case 'spec.nodeName':
      return spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? 'default';
    case 'status.podIP':
    case 'status.podIPs':
      return podIP;
    case 'status.hostIP':
    case 'status.hostIPs':
      return hostIP;
    default:
      return undefined;
  }
}

/** `key="value"` a line, sorted, as the downward API writes maps. */
function formatMap(map: Readonly<Record<string, string>>): string {
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join('\n');
}

interface ResourceFieldRef {
  readonly containerName?: string;
  readonly resource: string;
  readonly divisor?: string;
}

const units: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** `limits.cpu`, `requests.memory` in whole divisors, rounded up; what a container does not say counts as 0. */
export function resourceValue(
  containers: readonly Container[],
  owner: string | undefined,
  { containerName, resource, divisor = '1' }: ResourceFieldRef,
): string {
  const container = containers.find(({ name }) => name === (containerName ?? owner));
  const [kind = '', ...rest] = resource.split('.');
  const { resources } = (container ?? {}) as {
    readonly resources?: Readonly<Record<string, Readonly<Record<string, string | number>>>>;
  };
  const quantity = resources?.[kind]?.[rest.join('.')] ?? resources?.limits?.[rest.join('.')] ?? '0';
  const unit = quantityOf(divisor);
  return String(Math.ceil(quantityOf(String(quantity)) / (unit === 0 ? 1 : unit)));
}

function quantityOf(text: string): number {
  const [, number = '0', unit = ''] = /^([\d.]+)(\w*)$/.exec(text) ?? [];
  return Number(number) * (units[unit] ?? 1);
}
