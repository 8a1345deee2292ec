import { randomInt } from 'node:crypto';
import { formatAddress, type IpRange, parseAddress, parseRange, rangeHolds } from '../../model/index.ts';
import type { Service, Store } from '../store/index.ts';
import { invalid } from './invalid.ts';

/** Gives Services their addresses. */
export interface ClusterIps {
  /** The Service with its address, as the API server completes it. Throws a StatusError (422) for one that it cannot have. */
  complete(service: Service, previous: Service | undefined): Service;
}

/** Addresses at the low end that are only given to those who ask for them, so that well-known Services have theirs. Source: KEP-3070. */
function lowBand(size: number): number {
  return size < 16 ? 0 : Math.min(256, Math.max(16, Math.floor(size / 16)));
}

/** Takes addresses from a range in the order of chance, none twice. Which ones are taken is what the store says. Throws for a text that is no IPv4 CIDR. */
export function clusterIps(store: Store, serviceCIDR: string): ClusterIps {
  const range = parseRange(serviceCIDR);
  if (range === undefined || range.family !== 4) throw new Error(`${serviceCIDR} is no IPv4 CIDR`);
  const owners = new Map<string, string>();
  const note = (service: Service, add: boolean): void => {
    const address = service.spec.clusterIP;
    if (address === undefined || address === 'None' || address === '') return;
    if (add) owners.set(address, service.metadata.uid);
    else if (owners.get(address) === service.metadata.uid) owners.delete(address);
  };
  for (const service of store.list<Service>('services')) note(service, true);
  store.subscribe('services', (event) => {
    if (event.type !== 'ADDED') note(event.previous as Service, false);
    if (event.type !== 'DELETED') note(event.object as Service, true);
  });

  function checkGiven(service: Service, address: string): void {
    const refuse = (why: string): never => {
      throw invalid(service, 'spec.clusterIPs', `["${address}"]`, `failed to allocate IP ${address}: ${why}`);
    };
    const parsed = parseAddress(address);
    if (parsed === undefined) throw invalid(service, 'spec.clusterIPs[0]', `"${address}"`, notAnAddress);
    if (!isUsable(range!, parsed.value) || !rangeHolds(range!, parsed)) {
      refuse(
        `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${serviceCIDR}`,
      );
    }
    const owner = owners.get(address);
    if (owner !== undefined && owner !== service.metadata.uid) refuse('provided IP is already allocated');
  }

  return {
    complete(service, previous) {
      const { spec } = service;
      if (spec.type === 'ExternalName') return withAddress(service, undefined);
      const before = previous?.spec.type === 'ExternalName' ? undefined : previous?.spec.clusterIP;
      const given = spec.clusterIP || spec.clusterIPs?.[0] || before;
      if (before !== undefined && before !== '' && given !== before) {
        throw invalid(service, 'spec.clusterIPs[0]', `["${given}"]`, 'may not change once set');
      }
      if (given === undefined || given === '')
        return withAddress(service, freeAddress(service, range, owners));
      if (given !== 'None' && given !== before) checkGiven(service, given);
      return withAddress(service, given);
    },
  };
}

const notAnAddress = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

/** Neither the network's own address nor the last one. */
function isUsable({ first, last }: IpRange, value: bigint): boolean {
  return last - first < 3n || (value > first && value < last);
}

function freeAddress(
  service: Service,
  { first, last }: IpRange,
  owners: ReadonlyMap<string, string>,
): string {
  const from = first + 1n;
  const size = Number(last - from);
  const low = lowBand(size);
  const start = size > low ? low + randomInt(size - low) : randomInt(Math.max(1, size));
  // The upper band from a place of chance on, round to its beginning, and the lower band last.
  for (let i = 0; i < size; i++) {
    const inUpper = i < size - low;
    const offset = inUpper ? low + ((start - low + i) % (size - low)) : i - (size - low);
    const address = formatAddress({ family: 4, value: from + BigInt(offset) });
    if (!owners.has(address)) return address;
  }
  throw invalid(service, 'spec.clusterIPs', '[]', 'failed to allocate a serviceIP: range is full');
}

function withAddress(service: Service, address: string | undefined): Service {
  const { clusterIP: _, clusterIPs: __, ipFamilies, ipFamilyPolicy, ...spec } = service.spec;
  if (address === undefined) return { ...service, spec };
  return {
    ...service,
    spec: {
      ...spec,
      clusterIP: address,
      clusterIPs: [address],
      ipFamilies: ipFamilies ?? ['IPv4'],
      ipFamilyPolicy: ipFamilyPolicy ?? 'SingleStack',
    },
  };
}
