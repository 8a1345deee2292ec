import type { Cluster } from '../../cluster/index.ts';
import { type Endpoint, formatAddress, parseRange } from '../../model/index.ts';
import type { PodPeer } from '../components/index.ts';
import type { Grouper } from './groups.ts';
import { podsOfPeer } from './peer-stand-ins.ts';
import type { Party, PartyEnd, Role } from './types.ts';

/** A party that nobody described; `host` is its name in verdicts. */
export function unknownParty(
  role: Role,
  label: string,
  advice: string,
  mayBePod: boolean,
  host: string = label,
): Party {
  const end: PartyEnd = { endpoint: { kind: 'host', host }, pods: [], unknown: { advice, mayBePod } };
  return { role, label, standIn: false, ends: [end] };
}

/** Parties of a server that is told by its pods, by ranges of addresses, or by both. */
export function serversOf(
  role: Role,
  label: string,
  cluster: Cluster,
  group: Grouper,
  { pods, cidrs }: { readonly pods: PodPeer | undefined; readonly cidrs: readonly string[] },
): readonly Party[] {
  const addresses = cidrs.length === 0 ? undefined : ranges(role, label, cidrs);
  return [
    ...(pods === undefined ? [] : [podServer(role, label, group(podsOfPeer(cluster, pods))).party]),
    ...(addresses === undefined ? [] : [addresses]),
  ];
}

/** A server's pods as its party. */
export function podServer(role: Role, label: string, ends: readonly PartyEnd[]): { readonly party: Party } {
  return { party: { role, label, standIn: false, ends } };
}

/** Ranges of addresses as a party; undefined where nobody said any. */
export function ranges(role: Role, label: string, cidrs: readonly string[] | undefined): Party | undefined {
  if (cidrs === undefined) return undefined;
  return { role, label, standIn: false, ends: cidrs.flatMap(rangeEnd) };
}

/** A single address is an end of its own: it may be a node's or a pod's. */
function rangeEnd(cidr: string): readonly PartyEnd[] {
  const range = parseRange(cidr);
  if (range === undefined) return [];
  const first = formatAddress({ family: range.family, value: range.first });
  return [{ ...addressEnd(first), ...(range.first === range.last ? {} : { cidr }) }];
}

/** An address as an end by itself. */
export function addressEnd(address: string): PartyEnd {
  const endpoint: Endpoint = { kind: 'address', address };
  return { endpoint, pods: [] };
}
