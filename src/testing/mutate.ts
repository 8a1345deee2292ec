import { type ReplaceablePolicy, replacePolicy } from '../cluster/index.ts';
import { decide } from '../verdict/index.ts';
import {
  breaksAny,
  type HoldingStatement,
  holdingStatements,
  narrowStatements,
  type TestedCluster,
} from './holding.ts';
import { compareVerdict } from './judge-pair.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import type { Asked, PairResult } from './results.ts';
import { testedPolicies } from './rules.ts';
import { touches } from './touches.ts';
import type { PairsEntry } from './types.ts';
import { widestChange } from './widest.ts';

/** What became of the spoilt policies. */
export interface Mutation {
  /** How many were tried. */
  readonly mutants: number;
  /** Those that no test noticed, by file and line. */
  readonly survivors: readonly Mutant[];
  /** Tests that did not pass in the first place, and could notice nothing. */
  readonly leftOut: number;
}

/** A pair that passes as things are. */
interface PassingPair {
  readonly entry: PairsEntry;
  readonly result: PairResult;
  readonly asked: Asked;
}

/** Tests that pass on one cluster. */
interface Suite {
  readonly run: TestedCluster;
  readonly pairs: readonly PassingPair[];
  readonly statements: readonly HoldingStatement[];
}

/**
 * Spoils each policy in every way and asks again the tests that it touches. A mutant is noticed where a test that passes would not. A policy that several test
 * files read is spoilt for all of them at once.
 */
export function mutatePolicies(tested: readonly TestedCluster[]): Mutation {
  const suites = tested.map(suiteOf);
  const byPlace = new Map<string, { readonly mutant: Mutant; noticed: boolean }>();
  for (const suite of suites) {
    const { cluster } = suite.run.desk;
    for (const policy of testedPolicies(cluster)) {
      const pairs = suite.pairs.filter(({ asked }) => touches(policy, asked, cluster));
      const statementsAt = breakableStatements(policy, suite);
      for (const mutant of mutantsOf(policy)) {
        const statements = opens(mutant) ? statementsAt(mutant.path) : [];
        const key = keyOf(mutant);
        const known = byPlace.get(key) ?? { mutant, noticed: false };
        byPlace.set(key, known);
        known.noticed ||= notices(mutant, { ...suite, pairs, statements });
      }
    }
  }
  const survivors = [...byPlace.values()].flatMap(({ mutant, noticed }) => (noticed ? [] : [mutant]));
  const results = tested.flatMap(({ entries }) => entries.flatMap((entry) => entry.results));
  const leftOut = results.filter(({ status }) => status !== 'passed').length;
  return { mutants: byPlace.size, survivors: sortMutants(survivors), leftOut };
}

function suiteOf(run: TestedCluster): Suite {
  const pairs = run.entries.flatMap(({ entry, results }) =>
    results.flatMap((result): readonly PassingPair[] => {
      if (result.kind !== 'pair' || entry.kind !== 'pairs' || result.status !== 'passed') return [];
      return result.asked === undefined ? [] : [{ entry, result, asked: result.asked }];
    }),
  );
  return { run, pairs, statements: holdingStatements(run) };
}

/** The statements that some mutant may break, at the path of the mutant: one look at the widest change spares one at each. */
function breakableStatements(
  policy: ReplaceablePolicy,
  { run, statements }: Suite,
): ReturnType<typeof narrowStatements> {
  const { cluster } = run.desk;
  const statementsAt = narrowStatements(statements, policy, cluster);
  const widest = widestChange(policy);
  if (widest === undefined) return statementsAt;
  const isBreakable = breaksAny(statementsAt([]), run, replacePolicy(cluster, policy, widest.after));
  return isBreakable ? statementsAt : () => [];
}

function notices(mutant: Mutant, { run, pairs, statements }: Suite): boolean {
  if (pairs.length === 0 && statements.length === 0) return false;
  const cluster = replacePolicy(run.desk.cluster, mutant.policy, mutant.after);
  const isNoticed = pairs.some(({ entry, result, asked }) => {
    const verdict = decide(cluster, asked.request);
    return compareVerdict(result.pair, entry.expected, verdict).length > 0;
  });
  return isNoticed || breaksAny(statements, run, cluster);
}

/** Can more come through than before? */
function opens({ policy, dropped }: Mutant): boolean {
  if (dropped === 'policy') return true;
  const narrows = dropped === 'rule' || dropped === 'entry';
  if (policy.kind === 'NetworkPolicy') return !narrows;
  if (policy.kind === 'AuthorizationPolicy' && policy.spec.action === 'ALLOW') return !narrows;
  if (policy.kind === 'AuthorizationPolicy' && policy.spec.action === 'DENY') return narrows;
  return true;
}

function keyOf({ policy, path, dropped }: Mutant): string {
  return `${policy.origin.source.name} ${policy.origin.start} ${dropped} ${path.join('.')}`;
}

function sortMutants(mutants: readonly Mutant[]): readonly Mutant[] {
  const places = new Map(mutants.map((mutant) => [mutant, mutant.policy.origin.locate(mutant.path).start]));
  return [...mutants].sort((a, b) => {
    const [left, right] = [a.policy.origin.source.name, b.policy.origin.source.name];
    if (left !== right) return left < right ? -1 : 1;
    return places.get(a)! - places.get(b)!;
  });
}
