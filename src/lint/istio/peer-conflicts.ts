import type { Cluster } from '../../cluster/index.ts';
import { describeObject, hasLabels, listNames, type PeerAuthentication } from '../../model/index.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { selectsByLabels } from './peer-levels.ts';
import { podGroups } from './pod-groups.ts';

/** Two PeerAuthentications for the same pods: only the oldest of each level counts. */
export const peerConflicts: LintRule = {
  codes: ['PC3266'],
  *check({ cluster }) {
    for (const [namespace, policies] of cluster.policies.peerAuthentication) {
      const [first, ...others] = policies.filter((policy) => !selectsByLabels(policy));
      const what = namespace === cluster.mesh.rootNamespace ? 'the mesh' : `namespace ${namespace}`;
      for (const other of others) yield describe(other, first!, what, 'without a selector');
      if (namespace !== cluster.mesh.rootNamespace) yield* checkSelectors(cluster, namespace, policies);
    }
  },
};

function* checkSelectors(
  cluster: Cluster,
  namespace: string,
  policies: readonly PeerAuthentication[],
): Iterable<Finding> {
  const selecting = policies.filter(selectsByLabels);
  if (selecting.length < 2) return;
  const groups = podGroups(cluster).filter(({ pod }) => pod.namespace === namespace);
  const beaten = new Map<
    PeerAuthentication,
    { readonly winner: PeerAuthentication; readonly labels: string[] }
  >();
  for (const { pod, label } of groups) {
    const [winner, ...losers] = selecting.filter(({ spec }) =>
      hasLabels(pod.labels, spec.selector?.matchLabels ?? {}),
    );
    for (const loser of losers) {
      const known = beaten.get(loser) ?? { winner: winner!, labels: [] };
      known.labels.push(label);
      beaten.set(loser, known);
    }
  }
  for (const [loser, { winner, labels }] of beaten) {
    yield describe(loser, winner, listNames(labels), 'whose selector matches');
  }
}

function describe(loser: PeerAuthentication, winner: PeerAuthentication, what: string, how: string): Finding {
  const same = sameModes(loser, winner);
  const aged = [loser, winner].every(({ metadata }) => metadata.creationTimestamp !== undefined);
  const order = aged ? 'the oldest' : 'the oldest, of equal age the first by name,';
  return {
    code: 'PC3266',
    severity: same ? 'info' : 'warning',
    message: `${describeObject(loser)}: does not count for ${what}, where ${describeObject(winner)} decides`,
    object: loser,
    path: ['metadata', 'name'],
    related: [{ message: 'decides', object: winner, path: ['metadata', 'name'] }],
    help: aged
      ? 'Keep one of them.'
      : 'Keep one of them: in a cluster the one that was applied first wins, which no manifest shows.',
    proof: {
      kind: 'never decides',
      reason: `of several PeerAuthentications ${how}, only ${order} counts`,
    },
  };
}

function sameModes({ spec: a }: PeerAuthentication, { spec: b }: PeerAuthentication): boolean {
  return (
    a.mode === b.mode &&
    a.portLevel.size === b.portLevel.size &&
    [...a.portLevel].every(([port, mode]) => b.portLevel.get(port) === mode)
  );
}
