import { type ApiObject, type EndpointSlice, type Pod, type Service, sameValue } from '../store/index.ts';
import type { Context } from './context.ts';
import { addressOf } from './endpoint-of-pod.ts';
import { endpointPorts } from './endpoint-ports.ts';
import { isReady } from './pod-state.ts';

interface Address {
  readonly ip: string;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef: {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
  };
}

interface Subset {
  addresses: Address[];
  notReadyAddresses: Address[];
  readonly ports: EndpointSlice['ports'];
}

/** The Endpoints of a Service, as older readers want them: pods that serve at the same ports in one subset. Terminating pods are not in it. Source: pkg/controller/endpoint. */
export function writeEndpoints({ store }: Context, service: Service, pods: readonly Pod[]): void {
  const { name, namespace, labels = {} } = service.metadata;
  const subsets = subsetsOf(service, pods);
  const isHeadless = service.spec.clusterIP === 'None';
  const wantedLabels = {
    ...labels,
    ...(isHeadless && { 'service.kubernetes.io/headless': '' }),
    'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
  };
  const content = subsets.length === 0 ? {} : { subsets };
  const found = store.modify('endpoints', name, namespace, (current): ApiObject => {
    const { subsets: _, ...rest } = current;
    return { ...rest, metadata: { ...current.metadata, labels: wantedLabels }, ...content };
  });
  if (found !== undefined) return;
  store.create({
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name, namespace: namespace!, labels: wantedLabels },
    ...content,
  });
}

function subsetsOf(service: Service, pods: readonly Pod[]): readonly object[] {
  const tolerant = service.spec.publishNotReadyAddresses === true;
  const isHeadless = service.spec.clusterIP === 'None';
  const subsets: Subset[] = [];
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined && !tolerant) continue;
    const ports = endpointPorts(service, pod).map(({ name, ...port }) => (name ? { name, ...port } : port));
    if (ports.length === 0 && !isHeadless) continue;
    let subset = subsets.find((each) => sameValue(each.ports, ports));
    if (subset === undefined) {
      subset = { addresses: [], notReadyAddresses: [], ports };
      subsets.push(subset);
    }
    const list = tolerant || isReady(pod) ? subset.addresses : subset.notReadyAddresses;
    list.push(addressEntry(service, pod));
  }
  return subsets.map(({ addresses, notReadyAddresses, ports = [] }) => ({
    ...(addresses.length > 0 && { addresses: addresses.sort(byAddress) }),
    ...(notReadyAddresses.length > 0 && { notReadyAddresses: notReadyAddresses.sort(byAddress) }),
    ...(ports.length > 0 && { ports }),
  }));
}

function addressEntry({ metadata }: Service, pod: Pod): Address {
  const { hostname, subdomain, nodeName } = pod.spec;
  const { name, namespace, uid } = pod.metadata;
  return {
    ip: addressOf(pod)!,
    ...(hostname !== undefined && subdomain === metadata.name && { hostname }),
    ...(nodeName ? { nodeName } : {}),
    targetRef: { kind: 'Pod', namespace: namespace!, name, uid },
  };
}

function byAddress(a: Address, b: Address): number {
  return a.ip < b.ip ? -1 : 1;
}
