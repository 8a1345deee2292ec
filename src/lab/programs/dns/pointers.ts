import type { RecordType } from 'dns-packet';
import type { Service, Store } from '../../store/index.ts';
import { readyEndpoints } from './endpoints.ts';
import { clusterZone, type Found, nothing, some, timeToLive } from './records.ts';

/** `10.0.96.10.in-addr.arpa`: the Service with that ClusterIP, else the endpoints with that address that have a hostname. */
export function pointerRecords(store: Store, name: string, type: RecordType): Found {
  const address = name.replace('.in-addr.arpa', '').split('.').reverse().join('.');
  const services = store.list<Service>('services');
  const owners = services.filter(({ spec }) => spec.clusterIP === address).map(nameOf);
  const names = owners.length > 0 ? owners : services.flatMap((service) => hostsAt(store, service, address));
  if (names.length === 0) return nothing;
  if (type !== 'PTR') return some([]);
  return some(names.map((data) => ({ type: 'PTR', name, ttl: timeToLive, data })));
}

const nameOf = ({ metadata }: Service): string => `${metadata.name}.${metadata.namespace}.svc.${clusterZone}`;

function hostsAt(store: Store, service: Service, address: string): readonly string[] {
  return readyEndpoints(store, service.metadata.namespace!, service.metadata.name)
    .filter((endpoint) => endpoint.address === address && endpoint.hostname !== undefined)
    .map(({ hostname }) => `${hostname}.${nameOf(service)}`);
}
