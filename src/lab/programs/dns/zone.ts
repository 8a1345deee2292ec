import type { Answer, RecordType, StringAnswer } from 'dns-packet';
import type { Store } from '../../store/index.ts';
import { pointerRecords } from './pointers.ts';
import { addressRecord, clusterZone, type Found, nothing, soa, some, timeToLive } from './records.ts';
import { endpointRecord, podRecord, serviceRecords, srvRecords } from './service-records.ts';

/** What names are looked up in: the store as it is at that moment, and what the user says of names outside. */
export interface DnsView {
  readonly store: Store;
  /** Of the Service kube-dns. */
  readonly dnsAddress: string;
  /** Names outside the cluster, in lower case, and their addresses. */
  readonly outside: ReadonlyMap<string, string>;
}

/** A CNAME may lead to the next. */
const mostSteps = 8;

/**
 * Looks a name up, as CoreDNS with kubeadm's configuration does. Source: the Kubernetes DNS specification 1.1. `undefined` for a name that is neither the cluster's nor one that the user named.
 */
export function lookUp(view: DnsView, name: string, type: RecordType, steps = 0): Found | undefined {
  const wanted = name.toLowerCase().replace(/\.$/, '');
  const found = find(view, wanted, type);
  const alias = found?.answers.find((answer): answer is StringAnswer => answer.type === 'CNAME');
  if (found === undefined || alias === undefined || type === 'CNAME' || steps > mostSteps) return found;
  const target = lookUp(view, alias.data, type, steps + 1);
  return { ...found, answers: [...found.answers, ...(target?.answers ?? [])] };
}

function find(view: DnsView, name: string, type: RecordType): Found | undefined {
  if (name === clusterZone) return some(zoneRecords(view, type));
  if (name.endsWith(`.${clusterZone}`)) {
    return inCluster(view, name, name.slice(0, -clusterZone.length - 1).split('.'), type);
  }
  if (name.endsWith('.in-addr.arpa')) return pointerRecords(view.store, name, type);
  const address = view.outside.get(name);
  return address === undefined ? undefined : some(addressRecord(name, type, address));
}

function inCluster(view: DnsView, name: string, labels: readonly string[], type: RecordType): Found {
  const { store } = view;
  const kind = labels.at(-1)!;
  const namespace = labels.at(-2);
  if (name === `dns-version.${clusterZone}`) return some(version(name, type));
  if (name === `ns.dns.${clusterZone}`) return some(addressRecord(name, type, view.dnsAddress));
  if (kind !== 'svc' && kind !== 'pod') return nothing;
  if (namespace === undefined) return some([]);
  if (store.get('namespaces', namespace) === undefined) return nothing;
  if (labels.length === 2) return some([]);
  if (kind === 'pod') return labels.length === 3 ? podRecord(name, type, labels[0]!) : nothing;
  const service = labels.at(-3)!;
  const before = labels.slice(0, -3);
  if (before.length === 0) return serviceRecords(store, name, type, service, namespace);
  if (before.length === 1) return endpointRecord(store, name, type, before[0]!, service, namespace);
  const [port, protocol] = before;
  if (before.length > 2 || !port!.startsWith('_') || !protocol!.startsWith('_')) return nothing;
  return srvRecords(store, name, type, service, namespace, {
    port: port!.slice(1),
    protocol: protocol!.slice(1),
  });
}

function zoneRecords({ store }: DnsView, type: RecordType): readonly Answer[] {
  if (type === 'SOA') return [soa(store.revision)];
  if (type === 'NS')
    return [{ type: 'NS', name: clusterZone, ttl: timeToLive, data: `ns.dns.${clusterZone}` }];
  return [];
}

function version(name: string, type: RecordType): readonly Answer[] {
  return type === 'TXT' ? [{ type: 'TXT', name, ttl: timeToLive, data: '1.1.0' }] : [];
}
