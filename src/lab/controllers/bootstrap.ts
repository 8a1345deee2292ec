import { formatAddress, parseRange } from '../../model/index.ts';
import type { NewObject, Store } from '../store/index.ts';
import { type NodePlan, nodeObject } from './node-object.ts';

export interface BootstrapPlan extends NodePlan {
  readonly serviceCIDR: string;
}

/** What there is in every cluster with Istio before anybody has made anything: namespaces, the node, the Service of the API. */
export function bootstrap(
  store: Store,
  plan: BootstrapPlan,
  { apiPort, version }: { readonly apiPort: number; readonly version: string },
): void {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease', 'istio-system']) {
    ensure(store, 'namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  ensure(store, 'nodes', nodeObject(plan, version));
  const namespace = 'default';
  const name = 'kubernetes';
  const address = plan.nodeAddress;
  ensure(store, 'services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP: firstAddress(plan.serviceCIDR),
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: apiPort }],
      sessionAffinity: 'None',
    },
  });
  ensure(store, 'endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name, namespace, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: address }], ports: [{ name: 'https', port: apiPort, protocol: 'TCP' }] }],
  });
  ensure(store, 'endpointslices', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: 'https', port: apiPort, protocol: 'TCP' }],
  });
}

function ensure(store: Store, resource: string, object: NewObject): void {
  const { name, namespace } = object.metadata;
  if (store.get(resource, name!, namespace) === undefined) store.create(object);
}

function firstAddress(cidr: string): string {
  const range = parseRange(cidr);
  if (range === undefined) throw new Error(`${cidr} is no CIDR`);
  return formatAddress({ family: range.family, value: range.first + 1n });
}
