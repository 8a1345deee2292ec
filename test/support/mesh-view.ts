import { selectsLabels } from '../../src/cluster/index.ts';
import { endpointOf, hasEndpoint } from '../../src/lab/controllers/endpoint-of-pod.ts';
import { endpointPorts } from '../../src/lab/controllers/endpoint-ports.ts';
import type { MeshView } from '../../src/lab/proxy/index.ts';
import type { EndpointSlice, Pod, Service } from '../../src/lab/store/index.ts';
import { clusterOf } from './text-cluster.ts';

interface Sorted {
  readonly kind?: unknown;
}

/** What a lab's proxies would be configured from if it had these objects: Services without an address get one, and EndpointSlices come from the pods, as in a lab. */
export function meshViewOf(objects: readonly object[], more: Partial<MeshView> = {}): MeshView {
  const ofKind = <T>(kind: string): T[] => objects.filter((each) => (each as Sorted).kind === kind) as T[];
  const pods = ofKind<Pod>('Pod');
  const services = ofKind<Service>('Service').map(withAddress);
  const slices = [
    ...ofKind<EndpointSlice>('EndpointSlice'),
    ...services.flatMap((each) => slicesOf(each, pods)),
  ];
  const others = objects.filter((each) => (each as Sorted).kind !== 'Service');
  const all = [...others, ...services, ...slices];
  return {
    cluster: clusterOf(all.map((object) => JSON.stringify(object))),
    pods,
    services,
    slices,
    secrets: [],
    ...more,
  };
}

function withAddress(service: Service, at: number): Service {
  const { type, clusterIP = `10.96.${at >> 8}.${(at & 255) + 1}` } = service.spec;
  if (type === 'ExternalName') return service;
  return { ...service, spec: { clusterIPs: [clusterIP], ...service.spec, clusterIP } };
}

/** One for each pod: pods may give a port's name to different numbers. */
function slicesOf(service: Service, pods: readonly Pod[]): readonly EndpointSlice[] {
  const { selector = {}, type } = service.spec;
  const { name, namespace } = service.metadata;
  if (type === 'ExternalName' || Object.keys(selector).length === 0) return [];
  return pods
    .filter((pod) => pod.metadata.namespace === namespace && hasEndpoint(pod))
    .filter((pod) => selectsLabels({ matchLabels: selector }, pod.metadata.labels ?? {}))
    .map((pod) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        ...service.metadata,
        name: `${name}-${pod.metadata.name}`,
        labels: { 'kubernetes.io/service-name': name },
      },
      addressType: pod.status.podIPs?.[0]?.ip.includes(':') ? 'IPv6' : 'IPv4',
      endpoints: [endpointOf(service, pod)],
      ports: endpointPorts(service, pod),
    }));
}
