import type { AdminTierPolicy, AuthorizationPolicy, NetworkPolicy } from '../model/index.ts';
import { compareAge } from './age.ts';
import type { Cluster } from './cluster.ts';

/** A policy that can be put in another's place without building the cluster anew. */
export type ReplaceablePolicy = NetworkPolicy | AuthorizationPolicy | AdminTierPolicy;

/**
 * The cluster with one policy taken out (`before`) and one put in (`after`), both of one kind and either undefined; everything else is shared with the given
 * cluster. `before` is found by identity.
 */
export function replacePolicy<P extends ReplaceablePolicy>(
  cluster: Cluster,
  before: P | undefined,
  after: P | undefined,
): Cluster {
  const { policies } = cluster;
  const kind = (before ?? after)?.kind;
  switch (kind) {
    case undefined:
      return cluster;
    case 'NetworkPolicy': {
      const network = swapInMap(policies.network, before as NetworkPolicy, after as NetworkPolicy);
      return { ...cluster, policies: { ...policies, network } };
    }
    case 'AuthorizationPolicy': {
      const authorization = swapInMap(
        policies.authorization,
        before as AuthorizationPolicy,
        after as AuthorizationPolicy,
      );
      return { ...cluster, policies: { ...policies, authorization } };
    }
    default: {
      const admin = swap<AdminTierPolicy>(
        policies.admin,
        before as AdminTierPolicy,
        after as AdminTierPolicy,
      );
      return { ...cluster, policies: { ...policies, admin } };
    }
  }
}

function swapInMap<P extends NetworkPolicy | AuthorizationPolicy>(
  map: ReadonlyMap<string, readonly P[]>,
  before: P | undefined,
  after: P | undefined,
): ReadonlyMap<string, readonly P[]> {
  const changed = new Map(map);
  if (before !== undefined) {
    const { namespace } = before.metadata;
    changed.set(namespace, swap(changed.get(namespace) ?? [], before, undefined));
  }
  if (after !== undefined) {
    const { namespace } = after.metadata;
    changed.set(namespace, swap(changed.get(namespace) ?? [], undefined, after));
  }
  return changed;
}

function swap<P extends ReplaceablePolicy>(
  list: readonly P[],
  before: P | undefined,
  after: P | undefined,
): readonly P[] {
  const rest = before === undefined ? list : list.filter((policy) => policy !== before);
  return after === undefined ? rest : [...rest, after].sort(compareAge);
}
