import { describe, expect, it } from 'vitest';
import { type Features, randomCluster, randomFrom } from '../../test/support/random-cluster.ts';
import { buildCluster, type Cluster, type ReplaceablePolicy, replacePolicy } from '../cluster/index.ts';
import { readManifests } from '../manifest/index.ts';
import type { AuthorizationPolicy, NetworkPolicy } from '../model/index.ts';
import { mapReach, type Passage, type ReachMap, setKey, updateReach } from './index.ts';

const tiers = { mesh: true, admin: true, unknowns: false };
const unknowns = { mesh: false, admin: true, unknowns: true };
const plain = { mesh: true, admin: false, unknowns: false };
const rare = { mesh: true, admin: true, unknowns: false, wide: true };

/** Everything that a map says, line by line, whatever the order of its pairs; of ranges outside only where both maps have the same, for an update keeps those apart that no rule tells apart any more. */
function linesOf(map: ReachMap, like: ReachMap): readonly string[] {
  const labels = new Set(like.ends.map(({ label }) => label));
  const shared = [...map.pairs()].filter(
    ({ source, destination }) => labels.has(source.label) && labels.has(destination.label),
  );
  const lines = shared.map(
    ({ source, destination, passages }) =>
      `${source.label} -> ${destination.label}: ${passages.map(lineOf).sort().join(' ')}`,
  );
  return lines.sort();
}

function lineOf({ protocol, ports, bytes, http }: Passage): string {
  const sets = http?.outcome === 'depends' ? `${setKey(http.passing)} ${setKey(http.unknown)}` : '';
  return `${protocol} ${ports.map(({ first, last }) => `${first}-${last}`).join()} ${bytes} ${http?.outcome} ${sets}`;
}

type Edit = readonly [ReplaceablePolicy | undefined, ReplaceablePolicy | undefined];

/** The policies of a cluster, each without its first rule, and each alone taken out; then those of another one put in. */
function* edits(cluster: Cluster, other: Cluster): Generator<Edit> {
  for (const policy of [...cluster.policies.network.values()].flat()) {
    yield [policy, undefined];
    const { ingress = [], egress = [] } = policy.spec;
    const less: NetworkPolicy = {
      ...policy,
      spec: { ...policy.spec, ingress: ingress.slice(1), egress: egress.slice(1) },
    };
    yield [policy, less];
  }
  for (const policy of [...cluster.policies.authorization.values()].flat()) {
    yield [policy, undefined];
    const less: AuthorizationPolicy = {
      ...policy,
      spec: { ...policy.spec, rules: policy.spec.rules.slice(1) },
    };
    yield [policy, less];
  }
  const { network, authorization } = other.policies;
  for (const policy of [...network.values(), ...authorization.values()].flat())
    if (cluster.namespaces.has(policy.metadata.namespace)) yield [undefined, policy];
}

function clusterOf(seed: number, features: Features): Cluster {
  const items = randomCluster(randomFrom(seed), features);
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  return buildCluster(readManifests([{ name: 'cluster.json', text }]));
}

describe('a map that is updated', () => {
  it.each([
    [tiers, 4],
    [unknowns, 3],
    [plain, 6],
    [rare, 4],
  ] as const)('is the map that would be made anew', { timeout: 120_000 }, (features, seeds) => {
    let compared = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const cluster = clusterOf(seed, features);
      const map = mapReach(cluster);
      for (const [before, after] of edits(cluster, clusterOf(seed + 100, features))) {
        const edited = replacePolicy(cluster, before, after);
        const updated = updateReach(map, edited);
        const fresh = mapReach(edited);
        const { kind, metadata } = (before ?? after)!;
        expect(linesOf(updated, fresh), `seed ${seed}, ${kind} ${metadata.name}`).toEqual(
          linesOf(fresh, updated),
        );
        const back = updateReach(updated, cluster);
        expect(linesOf(back, map)).toEqual(linesOf(map, back));
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(4);
  });
});
