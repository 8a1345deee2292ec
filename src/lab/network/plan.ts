import { formatAddress, parseRange } from '../../model/index.ts';
import type { NetworkPlan } from './types.ts';

/** The addresses of a lab that nobody said otherwise about. */
export const defaultPlan: NetworkPlan = {
  podCIDR: '10.244.0.0/16',
  serviceCIDR: '10.96.0.0/16',
  dnsAddress: '10.96.0.10',
  nodeName: 'portcullis-lab',
  nodeAddress: '172.18.0.2',
  outsideAddress: '203.0.113.10',
};

/** What the lab's network does where Kubernetes leaves it open, as the setting `cni`. */
export const networkHabits =
  'hairpin=policy-applies,baseline-skip=asks-baseline,priority-tie=by-name,repeated-port-name=first,source-nat=preserved';

/** Hands out addresses. */
export interface AddressPool {
  /** The next free address, or the one that is wanted. Throws where none is left, or somebody has that one. */
  take(wanted?: string): string;
  give(address: string): void;
}

/**
 * The addresses of a CIDR from its third on. One that was given back comes again only when all others have been, so that connection tracking has forgotten whoever had it.
 * Throws for a text that is no CIDR.
 */
export function addressPool(cidr: string): AddressPool {
  const range = parseRange(cidr);
  if (range === undefined) throw new Error(`${cidr} is no CIDR`);
  const { family } = range;
  const first = range.first + 2n;
  const last = range.last - 1n;
  const taken = new Set<string>();
  let next = first;
  return {
    take(wanted) {
      if (wanted !== undefined) {
        if (taken.has(wanted)) throw new Error(`${wanted} is another pod's address`);
        taken.add(wanted);
        return wanted;
      }
      for (let tries = last - first + 1n; tries > 0n; tries--) {
        const address = formatAddress({ family, value: next });
        next = next >= last ? first : next + 1n;
        if (taken.has(address)) continue;
        taken.add(address);
        return address;
      }
      throw new Error(`no address of ${cidr} is left for another pod`);
    },
    give: (address) => void taken.delete(address),
  };
}
