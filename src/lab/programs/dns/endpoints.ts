import type { Endpoint, EndpointSlice, Service, Store } from '../../store/index.ts';

/** An endpoint of a Service that is ready, with the ports of its slice. */
export interface ReadyEndpoint {
  readonly address: string;
  /** The label that names it below its Service: the pod's hostname, or the address with dashes. */
  readonly label: string;
  readonly hostname: string | undefined;
  readonly ports: EndpointSlice['ports'];
}

export const isHeadless = ({ spec }: Service): boolean => spec.clusterIP === 'None';

/** Endpoints that are ready (all of a Service with publishNotReadyAddresses: its controller marks them so). An unknown readiness counts as ready. */
export function readyEndpoints(store: Store, namespace: string, service: string): readonly ReadyEndpoint[] {
  return store
    .list<EndpointSlice>('endpointslices', namespace)
    .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === service)
    .filter((slice) => slice.addressType === 'IPv4')
    .flatMap((slice) => slice.endpoints.filter(isReady).flatMap((endpoint) => named(endpoint, slice)));
}

const isReady = ({ conditions }: Endpoint): boolean => conditions?.ready !== false;

function named({ addresses, hostname }: Endpoint, { ports }: EndpointSlice): readonly ReadyEndpoint[] {
  return addresses.map((address) => ({
    address,
    label: hostname ?? address.replaceAll('.', '-'),
    hostname,
    ports,
  }));
}
