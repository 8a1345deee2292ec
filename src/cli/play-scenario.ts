import { resolve } from 'node:path';
import { buildCluster } from '../cluster/index.ts';
import { type Diagnostic, qualifiedName, type Reason, type Step, type Verdict } from '../model/index.ts';
import { type Answer, describePlace } from '../report/index.ts';
import { loadProject } from '../sources/index.ts';
import { ask } from './ask.ts';
import { readEndpoint } from './endpoint-text.ts';
import { readLoaded } from './gather.ts';
import { type Expectation, readScenario, sourcesAfter } from './scenario.ts';

/** One question of a scenario, its answer, and what in it is not as expected. */
export interface Played {
  readonly step: string;
  readonly expectation: Expectation;
  readonly answer: Answer;
  readonly differences: readonly string[];
}

/** What a step came to. */
export interface PlayedStep {
  readonly name: string;
  readonly say: string;
  readonly apply: readonly string[];
  readonly delete: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly questions: readonly Played[];
}

/** Plays a scenario from its folder, step by step. File names in the answers are relative to that folder. */
export async function* play(folder: string): AsyncGenerator<PlayedStep> {
  const root = resolve(folder);
  const scenario = readScenario(root);
  for (const [i, step] of scenario.steps.entries()) {
    const loaded = await loadProject(
      {
        path: `${root}/scenario.yaml`,
        sources: sourcesAfter(scenario, i),
        mesh: {},
        authorizers: [],
        assume: [],
        ignoreKinds: [],
      },
      root,
    );
    const manifests = readLoaded(loaded);
    const cluster = buildCluster(manifests);
    const diagnostics = [...loaded.diagnostics, ...manifests.diagnostics];
    const questions = step.expect.map((expectation): Played => {
      const answer = { ...ask(cluster, endsOf(expectation), expectation.flags ?? {}), diagnostics };
      return {
        step: step.name,
        expectation,
        answer,
        differences: differencesOf(expectation, answer.verdict),
      };
    });
    yield { ...step, diagnostics, questions };
  }
}

function endsOf({ from, to }: Expectation): Parameters<typeof ask>[1] {
  return { from: readEndpoint(from), to: readEndpoint(to) };
}

/** Compares what a scenario says of a verdict with the verdict; what it does not say is not compared. */
function differencesOf(expected: Expectation, verdict: Verdict): readonly string[] {
  const lines: string[] = [];
  const compare = (what: string, wanted: unknown, got: unknown): void => {
    if (wanted !== undefined && wanted !== got)
      lines.push(`${what}: expected ${String(wanted)}, got ${String(got)}`);
  };
  const { decidedBy, wouldDenyToo, symptom } = expected;
  compare('outcome', expected.outcome, verdict.outcome);
  compare('layer', decidedBy?.layer, verdict.decidedBy.layer);
  compare('at', decidedBy?.at, describePlace(verdict.decidedBy.at));
  compare('rule', decidedBy?.rule, ruleOf(verdict.decidedBy));
  compare('policy', decidedBy?.policy, policyOf(verdict.decidedBy.because));
  for (const [key, value] of Object.entries(symptom ?? {})) {
    compare(`symptom ${key}`, value, (verdict.symptom as Record<string, unknown> | undefined)?.[key]);
  }
  if (wouldDenyToo !== undefined) {
    const later = verdict.steps
      .filter((step) => step.afterDecision)
      .map((step) => `${step.layer} ${ruleOf(step)}`);
    compare(
      'would deny too',
      wouldDenyToo.map((each) => `${each.layer} ${each.rule}`).join(', '),
      later.join(', '),
    );
  }
  return lines;
}

function ruleOf({ because }: Step): string | undefined {
  return because.kind === 'matched rule' ? because.rule.id : undefined;
}

function policyOf(because: Reason): string | undefined {
  const policy =
    because.kind === 'matched rule'
      ? because.rule.policy
      : 'policies' in because
        ? because.policies?.[0]
        : undefined;
  return policy === undefined ? undefined : `${policy.kind} ${qualifiedName(policy)}`;
}
