import { type ReplaceablePolicy, replacePolicy } from '../cluster/index.ts';
import type { Step, Verdict } from '../model/index.ts';
import { breaksAny, holdingStatements, narrowStatements, type TestedCluster } from './holding.ts';
import { verdictsOf } from './results.ts';
import { listRules, type RuleReference, ruleKey, testedPolicies } from './rules.ts';
import { withoutRule } from './without-rule.ts';

/** Which rules tests rest on. */
export interface Coverage {
  /** How many rules there are. */
  readonly rules: number;
  /** Those that no test rests on, in the order of files and lines. */
  readonly uncovered: readonly RuleReference[];
}

/**
 * The rules that tests rest on. A verdict rests on the rules that it names on the way to its decision: drop one of them, and it comes out otherwise or for
 * another reason. A statement that holds rests on a rule that denies where it no longer holds without it; rules that allow can only break it.
 */
export function measureCoverage(tested: readonly TestedCluster[]): Coverage {
  const all = new Map<string, RuleReference>();
  const covered = new Set<string>();
  for (const { desk, entries } of tested) {
    for (const policy of testedPolicies(desk.cluster)) {
      for (const rule of listRules(policy)) all.set(ruleKey(rule), rule);
    }
    const verdicts = entries.flatMap(({ results }) => results.flatMap(verdictsOf));
    for (const rule of verdicts.flatMap(rulesOfVerdict)) covered.add(ruleKey(rule));
  }
  for (const run of tested) {
    const holding = holdingStatements(run);
    for (const policy of holding.length === 0 ? [] : testedPolicies(run.desk.cluster)) {
      const statementsAt = narrowStatements(holding, policy, run.desk.cluster);
      for (const rule of listRules(policy)) {
        const key = ruleKey(rule);
        if (covered.has(key) || !denies(policy, rule)) continue;
        const without = replacePolicy(run.desk.cluster, policy, withoutRule(policy, rule.path));
        if (breaksAny(statementsAt(rule.path), run, without)) covered.add(key);
      }
    }
  }
  const uncovered = [...all].filter(([key]) => !covered.has(key)).map(([, rule]) => rule);
  return { rules: all.size, uncovered: sortRules(uncovered) };
}

/** The rules on the way to the decision: behind it, layers only tell what they would have done. */
function rulesOfVerdict({ steps, decidedBy }: Verdict): readonly RuleReference[] {
  const decided = steps.indexOf(decidedBy);
  const isAllowed = decidedBy.outcome === 'allow' || decided < 0;
  return (isAllowed ? steps : steps.slice(0, decided + 1)).flatMap(rulesOfStep);
}

function rulesOfStep({ because: reason, layer }: Step): readonly RuleReference[] {
  switch (reason.kind) {
    case 'matched rule':
      return [reason.rule, ...(reason.passed ?? [])];
    case 'authorizer':
    case 'bad authorizer':
      return [reason.rule];
    case 'no policy selects':
      return reason.passed ?? [];
    case 'isolated, nothing matched':
      // Only a policy without rules has such a place among its rules.
      return reason.policies.map((policy) => ({ policy, path: isolationPath(layer) }));
    default:
      return [];
  }
}

function isolationPath(layer: Step['layer']): RuleReference['path'] {
  if (layer === 'ingress policy') return ['spec', 'ingress'];
  return layer === 'egress policy' ? ['spec', 'egress'] : ['spec'];
}

/** Can dropping the rule let something through? */
function denies(policy: ReplaceablePolicy, { path }: RuleReference): boolean {
  switch (policy.kind) {
    case 'NetworkPolicy':
      return path.length === 2;
    case 'AuthorizationPolicy':
      return policy.spec.action !== 'ALLOW' || path.length === 1;
    default:
      return true;
  }
}

function sortRules(rules: readonly RuleReference[]): readonly RuleReference[] {
  return [...rules].sort((a, b) => {
    const [left, right] = [a.policy.origin.source.name, b.policy.origin.source.name];
    if (left !== right) return left < right ? -1 : 1;
    return a.policy.origin.locate(a.path).start - b.policy.origin.locate(b.path).start;
  });
}
