import { type AddressBlock, blockHolds, type Cluster, ownerOfAddress, readBlock } from '../cluster/index.ts';
import {
  type AdminTierPolicy,
  type AuthorizationPolicy,
  commonRanges,
  formatAddress,
  type IpFamily,
  type IpRange,
  parseAddress,
} from '../model/index.ts';

/** Addresses that no rule tells apart: the same of the blocks that rules name hold them. */
interface AddressCell {
  /** Equal for cells of any family that the same blocks hold. */
  readonly signature: number;
  readonly family: IpFamily;
  readonly ranges: readonly IpRange[];
}

/** All addresses that packets can have, cut by the ranges that rules name. */
export interface AddressCells {
  /** False where no rule looks at addresses: then there is one cell a family, and their signatures are equal. */
  readonly told: boolean;
  /** True where a rule asks whether an address is a node's. */
  readonly nodesTold: boolean;
  readonly cells: readonly AddressCell[];
  /** The signature of an address; -1 for a text that is none. */
  signatureOf(address: string): number;
}

/** What a packet's address can be; not this network, loopback, multicast or link-local. */
const usable: readonly IpRange[] = [
  '1.0.0.0-126.255.255.255',
  '128.0.0.0-223.255.255.255',
  '2000::-3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  'fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
].map((text) => {
  const [first, last] = text.split('-').map((end) => parseAddress(end)!);
  return { family: first!.family, first: first!.value, last: last!.value };
});

/** Cuts the addresses by every block that a policy of the cluster names. */
export function cutAddresses(cluster: Cluster): AddressCells {
  const blocks = [...namedBlocks(cluster).values()].filter((block) => block !== undefined);
  const signatures = new Map<string, number>();
  const lookups = new Map<IpFamily, { readonly starts: readonly bigint[]; readonly signatures: number[] }>();
  const cells = new Map<string, { signature: number; family: IpFamily; ranges: IpRange[] }>();
  for (const family of [4, 6] as const) {
    const own = blocks.filter(({ range }) => range.family === family);
    const bounds = own.flatMap(({ range, except }) =>
      [range, ...except.map((hole) => hole.range)].flatMap(({ first, last }) => [first, last + 1n]),
    );
    const starts = [...new Set([0n, ...bounds])].sort((a, b) => (a < b ? -1 : 1));
    const found = starts.map((value) => {
      const key = own.flatMap((block, i) => (blockHolds(block, { family, value }) ? [i] : [])).join();
      // Where nothing holds an address, its family does not matter either.
      const text = key === '' ? '' : `${family}:${key}`;
      const signature = signatures.get(text) ?? signatures.size;
      signatures.set(text, signature);
      return signature;
    });
    lookups.set(family, { starts, signatures: found });
    for (const space of usable.filter((range) => range.family === family)) {
      for (const [i, start] of starts.entries()) {
        const end = (starts[i + 1] ?? space.last + 1n) - 1n;
        const [common] = commonRanges([{ family, first: start, last: end }], [space]);
        if (common === undefined) continue;
        const key = `${family}:${found[i]}`;
        const cell = cells.get(key) ?? { signature: found[i]!, family, ranges: [] };
        cells.set(key, cell);
        cell.ranges.push(common);
      }
    }
  }
  return {
    told: blocks.length > 0,
    nodesTold: cluster.policies.admin.some(asksNodes),
    cells: [...cells.values()],
    signatureOf: (text) => {
      const address = parseAddress(text);
      if (address === undefined) return -1;
      const { starts, signatures: found } = lookups.get(address.family)!;
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (starts[middle]! <= address.value) low = middle;
        else high = middle - 1;
      }
      return found[low]!;
    },
  };
}

/** The first address of the ranges that nobody in the cluster has; undefined where all are taken. */
export function firstFreeAddress(cluster: Cluster, ranges: readonly IpRange[]): string | undefined {
  for (const { family, first, last } of ranges) {
    for (let value = first; value <= last; value++) {
      const address = formatAddress({ family, value });
      if (ownerOfAddress(cluster, address).kind === 'outside') return address;
    }
  }
  return undefined;
}

/** Every block that a rule asks of an address, by its text; undefined for one that nobody can read. */
export function namedBlocks({
  policies: all,
}: Pick<Cluster, 'policies'>): ReadonlyMap<string, AddressBlock | undefined> {
  const blocks = new Map<string, AddressBlock | undefined>();
  const note = (cidr: string, except: readonly string[] = []): void => {
    const key = [cidr, ...except].join();
    if (!blocks.has(key)) blocks.set(key, readBlock(cidr, except));
  };
  for (const policies of all.network.values()) {
    for (const { spec } of policies) {
      for (const { peers } of [...(spec.ingress ?? []), ...(spec.egress ?? [])])
        for (const { ipBlock } of peers ?? []) if (ipBlock !== undefined) note(ipBlock.cidr, ipBlock.except);
    }
  }
  for (const { spec } of all.admin) {
    for (const { peers } of [...(spec.ingress ?? []), ...(spec.egress ?? [])])
      for (const { networks } of peers) for (const network of networks ?? []) note(network);
  }
  const texts = new Set<string>();
  for (const policies of all.authorization.values()) for (const policy of policies) noteBlocks(policy, texts);
  for (const text of texts) note(text);
  return blocks;
}

/** `domainNames` are never those of a node. */
function asksNodes({ spec }: AdminTierPolicy): boolean {
  return (spec.egress ?? []).some(({ peers }) =>
    peers.some(({ nodes, domainNames }) => nodes !== undefined || domainNames !== undefined),
  );
}

const addressKeys = new Set(['source.ip', 'remote.ip', 'destination.ip']);

function noteBlocks({ spec }: AuthorizationPolicy, texts: Set<string>): void {
  for (const { from, when } of spec.rules) {
    for (const source of from) {
      for (const list of [
        source?.ipBlocks,
        source?.notIpBlocks,
        source?.remoteIpBlocks,
        source?.notRemoteIpBlocks,
      ])
        for (const text of list ?? []) texts.add(text);
    }
    for (const { key, values, notValues } of when)
      if (addressKeys.has(key)) for (const text of [...(values ?? []), ...(notValues ?? [])]) texts.add(text);
  }
}
