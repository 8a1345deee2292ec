import type { Answer, RecordType } from 'dns-packet';

export const clusterZone = 'cluster.local';
/** Seconds. What CoreDNS' `kubernetes` plugin gives by default; short, because a lab changes. */
export const timeToLive = 5;

/** What there is of a name. A name can exist without a record of the type that was asked for. */
export interface Found {
  readonly exists: boolean;
  readonly answers: readonly Answer[];
  readonly additionals?: readonly Answer[];
}

export const nothing: Found = { exists: false, answers: [] };
export const some = (answers: readonly Answer[]): Found => ({ exists: true, answers });

/** The lab has IPv4 only: a name with an address has no AAAA record, but it exists. */
export function addressRecord(name: string, type: RecordType, address: string): readonly Answer[] {
  return type === 'A' ? [{ type: 'A', name, ttl: timeToLive, data: address }] : [];
}

/** Of cluster.local; goes with every answer that a name or a type does not exist. */
export function soa(revision: string): Answer {
  return {
    type: 'SOA',
    name: clusterZone,
    ttl: timeToLive,
    data: {
      mname: `ns.dns.${clusterZone}`,
      rname: `hostmaster.${clusterZone}`,
      serial: Number(BigInt(revision) % 0x1_0000_0000n),
      refresh: 7200,
      retry: 1800,
      expire: 86_400,
      minimum: timeToLive,
    },
  };
}
