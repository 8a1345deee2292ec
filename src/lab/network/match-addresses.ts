import type { AddressBlock } from '../../cluster/index.ts';
import {
  allRanges,
  canonicalAddress,
  commonRanges,
  formatIpRange,
  type IpRange,
  otherRanges,
  type PacketEnd,
  parseRange,
} from '../../model/index.ts';
import { type Rule as AdminRule, matchPeer as matchAdminPeer } from '../../policy/admin/index.ts';
import { matchPeer, type Rule } from '../../policy/network/index.ts';
import type { RulesetWriter } from './ruleset.ts';
import type { Scene } from './scene.ts';

/** Addresses; undefined = any. */
export type Addresses = readonly IpRange[] | undefined;

/** The addresses that the peers of a NetworkPolicy's rule stand for: blocks as they are written, selectors by the pods that they select now. */
export function addressesOfRule({ peers, policy }: Rule, scene: Scene): Addresses {
  return peers?.flatMap((peer) => {
    if (peer.kind === 'nobody') return [];
    if (peer.kind === 'block') return rangesOfBlock(peer.block);
    return rangesOfPods(scene, (end) => matchPeer(peer, end, policy.metadata.namespace) === true);
  });
}

/**
 * The addresses that the peers of a rule of the admin tiers stand for. A `nodes` peer is the nodes' addresses. Nobody can tell by its address which names a host has, so
 * `domainNames` match nothing here.
 */
export function addressesOfAdminRule({ peers }: AdminRule, scene: Scene): readonly IpRange[] {
  const { nodes } = scene.cluster;
  return peers.flatMap((peer) => {
    switch (peer.kind) {
      case 'domainNames':
        return [];
      case 'networks':
        return peer.blocks.flatMap(rangesOfBlock);
      case 'nodes':
        return [...nodes.values()]
          .flatMap((node) => node.addresses)
          .map((text) => hostAt(canonicalAddress(text)))
          .filter((end) => matchAdminPeer(peer, end, nodes) === true)
          .flatMap((end) => rangeOfAddress(end.label));
      default:
        return rangesOfPods(scene, (end) => matchAdminPeer(peer, end, nodes) === true);
    }
  });
}

/** The match of a rule on the other end's address: '' for any, undefined where no IPv4 address can match. */
export function matchAddresses(
  writer: RulesetWriter,
  side: 'saddr' | 'daddr',
  addresses: Addresses,
): string | undefined {
  if (addresses === undefined) return '';
  const ranges = commonRanges(addresses, allRanges).filter(({ family }) => family === 4);
  const [only] = ranges;
  if (only === undefined) return undefined;
  if (ranges.length > 1) {
    const set = writer.set('peers', 'ipv4_addr', ranges.map(formatIpRange), true);
    return `ip ${side} ${set}`;
  }
  return otherRanges(ranges).some(({ family }) => family === 4) ? `ip ${side} ${formatIpRange(only)}` : '';
}

function rangesOfBlock({ range, except }: AddressBlock): readonly IpRange[] {
  return commonRanges([range], otherRanges(except.map((hole) => hole.range)));
}

function rangesOfPods({ pods }: Scene, holds: (end: PacketEnd) => boolean): readonly IpRange[] {
  return pods.filter(({ end }) => holds(end)).flatMap(({ address }) => rangeOfAddress(address));
}

function rangeOfAddress(address: string): readonly IpRange[] {
  const range = parseRange(address);
  return range === undefined ? [] : [range];
}

function hostAt(address: string): PacketEnd {
  return { pod: undefined, address, label: address };
}
