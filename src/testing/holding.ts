import type { Cluster, ClusterPod, ReplaceablePolicy } from '../cluster/index.ts';
import type { FieldPath } from '../model/index.ts';
import { type ReachMap, updateReach } from '../reach/index.ts';
import type { Desk } from './desk.ts';
import { type FoundSets, findSets, judgeStatement } from './judge-statement.ts';
import type { Members } from './members.ts';
import { type EntryResult, isProblem } from './results.ts';
import { touchesPod } from './touches.ts';
import type { StatementEntry } from './types.ts';

/** Tests that ran on one cluster. */
export interface TestedCluster {
  readonly desk: Desk;
  /** Who reaches whom there. */
  readonly map: () => ReachMap;
  readonly entries: readonly EntryResult[];
}

/** A statement that holds as things are. */
export interface HoldingStatement {
  readonly entry: StatementEntry;
  readonly sets: FoundSets;
}

/** The statements that hold. */
export function holdingStatements({ entries, desk }: TestedCluster): readonly HoldingStatement[] {
  return entries.flatMap(({ entry, results }) => {
    if (entry.kind === 'pairs' || results.some(({ status }) => status !== 'passed')) return [];
    const sets = findSets(entry, desk);
    return isProblem(sets) ? [] : [{ entry, sets }];
  });
}

/**
 * What a change of a policy may make of statements: each narrowed to the traffic that the policy has a say in. Egress rules are about what its pods send, all
 * others about what they receive; a statement of which nothing is left is not in the list.
 */
export function narrowStatements(
  statements: readonly HoldingStatement[],
  policy: ReplaceablePolicy,
  cluster: Cluster,
): (path: FieldPath) => readonly HoldingStatement[] {
  if (statements.length === 0) return () => [];
  const pods = new Set([...cluster.pods.values()].filter((pod) => touchesPod(policy, pod, cluster)));
  const sending = statements.flatMap(({ entry, sets }) =>
    holdsAny(sets.senders, pods) ? [{ entry, sets: { ...sets, senders: within(sets.senders, pods) } }] : [],
  );
  const receiving = statements.flatMap(({ entry, sets }) =>
    holdsAny(sets.receivers, pods)
      ? [{ entry, sets: { ...sets, receivers: within(sets.receivers, pods) } }]
      : [],
  );
  return (path) => {
    if (policy.kind === 'AuthorizationPolicy' || path[1] === 'ingress') return receiving;
    return path[1] === 'egress' ? sending : [...sending, ...receiving];
  };
}

/** Does one of the statements not hold in the changed cluster? */
export function breaksAny(
  statements: readonly HoldingStatement[],
  { desk, map }: TestedCluster,
  cluster: Cluster,
): boolean {
  if (statements.length === 0) return false;
  const changed = updateReach(map(), cluster);
  const view = { ...desk, cluster };
  return statements.some(
    ({ entry, sets }) => judgeStatement(entry, view, () => changed, sets).status !== 'passed',
  );
}

function holdsAny({ has }: Members, pods: ReadonlySet<ClusterPod>): boolean {
  for (const pod of pods) if (has(pod) !== false) return true;
  return false;
}

/** No policy governs an address outside. */
function within({ has }: Members, pods: ReadonlySet<ClusterPod>): Members {
  return { has: (pod) => pods.has(pod) && has(pod), ranges: [] };
}
