import type { WorkloadGroup, WorkloadMatch } from '../../cluster/index.ts';
import type { Connection, FailedCondition } from '../../model/index.ts';
import { clauseHolds, conditionHolds } from './ztunnel-match.ts';
import { describeGot, describeWanted } from './ztunnel-words.ts';

/** What kept a group from matching: of each clause that does not hold, the entry with the fewest conditions that are certainly false. */
export function failedConditions(group: WorkloadGroup, connection: Connection): readonly FailedCondition[] {
  return group.clauses
    .filter((clause) => clauseHolds(clause, connection) === false)
    .flatMap((clause) => {
      const failures = clause.matches.map((match) => failuresOf(match, connection));
      return failures.toSorted((a, b) => a.length - b.length)[0] ?? [];
    });
}

function failuresOf(match: WorkloadMatch, connection: Connection): readonly FailedCondition[] {
  if (match.conditions.length === 0) {
    return [{ path: match.path, wanted: 'something that ztunnel can check', got: 'nothing of the kind' }];
  }
  return match.conditions
    .filter((condition) => conditionHolds(condition, connection) === false)
    .map((condition) => ({
      path: condition.path,
      wanted: describeWanted(condition),
      got: describeGot(condition, connection),
    }));
}
