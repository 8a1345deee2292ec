import { isIPv4 } from 'node:net';
import type { Answer, RecordType } from 'dns-packet';
import type { Service, ServicePort, Store } from '../../store/index.ts';
import { isHeadless, readyEndpoints } from './endpoints.ts';
import { addressRecord, clusterZone, type Found, nothing, some, timeToLive } from './records.ts';

/** `svc.ns.svc.cluster.local`: the ClusterIP, all ready endpoints of a headless Service (the name does not exist without any), or a CNAME. */
export function serviceRecords(
  store: Store,
  name: string,
  type: RecordType,
  service: string,
  namespace: string,
): Found {
  const object = store.get<Service>('services', service, namespace);
  if (object === undefined) return nothing;
  const { clusterIP, externalName } = object.spec;
  if (object.spec.type === 'ExternalName') return externalRecord(name, type, externalName);
  if (type === 'SRV') return srvRecords(store, name, type, service, namespace, {});
  if (!isHeadless(object))
    return clusterIP === undefined ? nothing : some(addressRecord(name, type, clusterIP));
  const endpoints = readyEndpoints(store, namespace, service);
  if (endpoints.length === 0) return nothing;
  const addresses = [...new Set(endpoints.map(({ address }) => address))];
  return some(addresses.flatMap((address) => addressRecord(name, type, address)));
}

/** `web-0.svc.ns.svc.cluster.local`, or the address with dashes for the hostname. */
export function endpointRecord(
  store: Store,
  name: string,
  type: RecordType,
  label: string,
  service: string,
  namespace: string,
): Found {
  if (store.get('services', service, namespace) === undefined) return nothing;
  const addresses = readyEndpoints(store, namespace, service)
    .filter((endpoint) => endpoint.label === label)
    .map(({ address }) => address);
  if (addresses.length === 0) return nothing;
  return some([...new Set(addresses)].flatMap((address) => addressRecord(name, type, address)));
}

/** `10-244-0-5.ns.pod.cluster.local`: the address that stands in the name, whether or not there is such a pod (`pods insecure`). */
export function podRecord(name: string, type: RecordType, label: string): Found {
  const address = label.replaceAll('-', '.');
  return isIPv4(address) ? some(addressRecord(name, type, address)) : nothing;
}

/** `_http._tcp.svc.ns.svc.cluster.local`, or every port where the name says none. The addresses of the targets come along. */
export function srvRecords(
  store: Store,
  name: string,
  type: RecordType,
  service: string,
  namespace: string,
  wanted: { readonly port?: string; readonly protocol?: string },
): Found {
  const object = store.get<Service>('services', service, namespace);
  if (object === undefined || object.spec.type === 'ExternalName') return nothing;
  const base = `${service}.${namespace}.svc.${clusterZone}`;
  const fits = (port: Pick<ServicePort, 'name' | 'protocol'>): boolean =>
    (wanted.port === undefined || wanted.port === port.name?.toLowerCase()) &&
    (wanted.protocol === undefined || wanted.protocol === (port.protocol ?? 'TCP').toLowerCase());
  const targets = isHeadless(object)
    ? readyEndpoints(store, namespace, service).flatMap(({ label, address, ports }) =>
        (ports ?? [])
          .filter((port) => port.port !== undefined && fits(port as ServicePort))
          .map(({ port }) => ({ target: `${label}.${base}`, port: port!, address })),
      )
    : (object.spec.ports ?? [])
        .filter(fits)
        .map(({ port }) => ({ target: base, port, address: object.spec.clusterIP }));
  if (targets.length === 0) return nothing;
  if (type !== 'SRV') return some([]);
  const weight = Math.max(1, Math.floor(100 / targets.length));
  return {
    exists: true,
    answers: targets.map(
      ({ target, port }): Answer => ({
        type: 'SRV',
        name,
        ttl: timeToLive,
        data: { priority: 0, weight, port, target },
      }),
    ),
    additionals: [...new Map(targets.map((each) => [each.target, each.address])).entries()].flatMap(
      ([target, address]) => (address === undefined ? [] : addressRecord(target, 'A', address)),
    ),
  };
}

function externalRecord(name: string, type: RecordType, target: string | undefined): Found {
  if (target === undefined) return nothing;
  // An address is no name; CoreDNS answers with it as a record of its own.
  if (isIPv4(target)) return some(addressRecord(name, type, target));
  if (type !== 'A' && type !== 'AAAA' && type !== 'CNAME') return some([]);
  return some([{ type: 'CNAME', name, ttl: timeToLive, data: target.replace(/\.$/, '') }]);
}
