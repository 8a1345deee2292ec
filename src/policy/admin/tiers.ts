import type { AdminTierPolicy } from '../../model/index.ts';
import { tierOf } from './rules.ts';

export type Tier = 'Admin' | 'Baseline';

/** Policies of one priority, which nothing orders among themselves. */
type Group = readonly AdminTierPolicy[];

/** The policies of a tier: groups in the order of their priorities; one such chain beside another where nothing orders the two. */
interface TierPolicies {
  readonly chains: readonly (readonly Group[])[];
}

const prepared = new WeakMap<readonly AdminTierPolicy[], Readonly<Record<Tier, TierPolicies>>>();

/** The policies of a tier in the order in which they are asked; worked out once for a list. */
export function policiesOfTier(policies: readonly AdminTierPolicy[], tier: Tier): TierPolicies {
  let tiers = prepared.get(policies);
  if (tiers === undefined) {
    tiers = { Admin: arrange(policies, 'Admin'), Baseline: arrange(policies, 'Baseline') };
    prepared.set(policies, tiers);
  }
  return tiers[tier];
}

/** A BaselineAdminNetworkPolicy has no priority, so it stands beside the Baseline policies that have one. */
function arrange(policies: readonly AdminTierPolicy[], tier: Tier): TierPolicies {
  const ranked = new Map<number, AdminTierPolicy[]>();
  const unranked: AdminTierPolicy[] = [];
  for (const policy of policies) {
    if (tierOf(policy) !== tier) continue;
    if (policy.kind === 'BaselineAdminNetworkPolicy') unranked.push(policy);
    else {
      const group = ranked.get(policy.spec.priority);
      if (group === undefined) ranked.set(policy.spec.priority, [policy]);
      else group.push(policy);
    }
  }
  const inOrder = [...ranked].sort(([a], [b]) => a - b).map(([, group]) => group);
  return { chains: [inOrder, [unranked]] };
}
