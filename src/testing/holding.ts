import type { Cluster, ReplaceablePolicy } from '../cluster/index.ts';
import type { FieldPath } from '../model/index.ts';
import { mapReach, type ReachMap } from '../reach/index.ts';
import type { Desk } from './desk.ts';
import { type FoundSets, findSets, judgeStatement } from './judge-statement.ts';
import { type EntryResult, isProblem } from './results.ts';
import { touchesPod } from './touches.ts';
import type { StatementEntry } from './types.ts';

/** A statement that holds as things are. */
export interface HoldingStatement {
  readonly entry: StatementEntry;
  readonly sets: FoundSets;
}

/** A statement, and whose traffic of it a policy has a say in. */
export interface TouchedStatement extends HoldingStatement {
  readonly senders: boolean;
  readonly receivers: boolean;
}

/** The statements that hold. */
export function holdingStatements(entries: readonly EntryResult[], desk: Desk): readonly HoldingStatement[] {
  return entries.flatMap(({ entry, results }) => {
    if (entry.kind === 'pairs' || results.some(({ status }) => status !== 'passed')) return [];
    const sets = findSets(entry, desk);
    return isProblem(sets) ? [] : [{ entry, sets }];
  });
}

/** The statements that are about pods which the policy is for. */
export function statementsTouched(
  policy: ReplaceablePolicy,
  statements: readonly HoldingStatement[],
  cluster: Cluster,
): readonly TouchedStatement[] {
  if (statements.length === 0) return [];
  const pods = [...cluster.pods.values()].filter((pod) => touchesPod(policy, pod, cluster));
  return statements
    .map(({ entry, sets }) => ({
      entry,
      sets,
      senders: pods.some((pod) => sets.senders.has(pod) !== false),
      receivers: pods.some((pod) => sets.receivers.has(pod) !== false),
    }))
    .filter(({ senders, receivers }) => senders || receivers);
}

/** Can a change at the path of the policy let more of the statement's traffic through? Egress is that of senders, all else of receivers. */
export function concerns(
  { senders, receivers }: TouchedStatement,
  policy: ReplaceablePolicy,
  path: FieldPath,
): boolean {
  if (policy.kind === 'AuthorizationPolicy' || path[1] === 'ingress') return receivers;
  return path[1] === 'egress' ? senders : senders || receivers;
}

/** Does one of the statements no longer hold in the changed cluster? */
export function breaksAny(statements: readonly HoldingStatement[], desk: Desk, cluster: Cluster): boolean {
  let map: ReachMap | undefined;
  const once = (): ReachMap => {
    map ??= mapReach(cluster);
    return map;
  };
  const changed = { ...desk, cluster };
  return statements.some(({ entry, sets }) => judgeStatement(entry, changed, once, sets).status !== 'passed');
}
