import type { Cluster } from '../cluster/index.ts';
import { describeObject, type Layer, type Step, type Verdict } from '../model/index.ts';
import type { Desk } from './desk.ts';
import { findPolicyFault, mentions, namePolicies } from './policy-names.ts';
import { type Difference, isProblem, type PairResult, type Problem } from './results.ts';
import type { ExpectedPair, ExpectedProof, ExpectedSymptom, LayerWord, PairsEntry } from './types.ts';

/** Asks about one pair of an entry and compares the verdict with what is expected. */
export function judgePair(entry: PairsEntry, pair: ExpectedPair, desk: Desk): PairResult {
  const words = desk.questionWords({ from: pair.from, to: pair.to, request: entry.request });
  const refuse = (problem: NonNullable<PairResult['problem']>): PairResult => ({
    kind: 'pair',
    pair,
    status: 'error',
    differences: [],
    problem,
    words,
  });
  const asked = desk.ask({ from: pair.from, to: pair.to, request: entry.request });
  if (isProblem(asked)) return refuse(asked);
  const fault = findFault(entry.expected, pair, asked.verdict, desk.cluster);
  if (fault !== undefined) return refuse(fault);
  const differences = compareVerdict(pair, entry.expected, asked.verdict);
  return {
    kind: 'pair',
    pair,
    status: differences.length === 0 ? 'passed' : 'failed',
    asked,
    differences,
    words,
  };
}

/** What makes the expectation void; a name of a policy only where the outcome is as expected, for without that policy it may not be. */
function findFault(
  { policy, layer }: ExpectedProof,
  { expect }: ExpectedPair,
  verdict: Verdict,
  cluster: Cluster,
): Problem | undefined {
  const portFault = layer === 'service' ? undefined : findPortFault(verdict);
  if (portFault !== undefined || policy === undefined || verdict.outcome !== expect) return portFault;
  return findPolicyFault(cluster, policy.value);
}

/** A port that the Service does not have is denied whatever policies say: as a rule a slip, which would pass for a test of them. */
function findPortFault({ decidedBy: { because: reason } }: Verdict): Problem | undefined {
  if (reason.kind !== 'no such port') return undefined;
  const ports = reason.ports.length === 0 ? 'none' : reason.ports.join(', ');
  return {
    problem: `${describeObject(reason.service)} has no port ${reason.port}; it has ${ports}`,
    details: ['a test that is about this says layer: service'],
  };
}

/** What in a verdict is not as expected; what is not said is not compared. */
export function compareVerdict(
  { expect }: Pick<ExpectedPair, 'expect'>,
  expected: ExpectedProof,
  verdict: Verdict,
): readonly Difference[] {
  if (verdict.outcome !== expect) return [{ what: 'outcome', expected: expect, got: verdict.outcome }];
  return [...compareProof(expected, verdict), ...compareSymptom(expected.symptom ?? {}, verdict)];
}

/** A denial rests on the step that decided. For a request to pass every layer has to let it, so any step that a rule lets it through may be meant. */
function compareProof({ layer, policy }: ExpectedProof, verdict: Verdict): readonly Difference[] {
  const passing = verdict.steps.filter(
    (step) => step.because.kind !== 'isolated, nothing matched' && namePolicies(step) !== '',
  );
  const steps = verdict.outcome === 'allow' ? passing : [verdict.decidedBy];
  const ofLayer = layer === undefined ? steps : steps.filter((step) => isOfLayer(step.layer, layer));
  if (ofLayer.length === 0 && layer !== undefined) {
    return [{ what: 'layer', expected: layer, got: listLayers(steps) }];
  }
  if (policy === undefined || ofLayer.some((step) => mentions(step, policy.value))) return [];
  return [{ what: 'policy', expected: policy.value, got: listPolicies(ofLayer) }];
}

function isOfLayer(layer: Layer, word: LayerWord): boolean {
  return word === 'network' ? layer === 'egress policy' || layer === 'ingress policy' : layer === word;
}

function listLayers(steps: readonly Step[]): string {
  return steps.length === 0
    ? 'no policy of any layer'
    : [...new Set(steps.map((step) => step.layer))].join(', ');
}

function listPolicies(steps: readonly Step[]): string {
  const names = new Set(steps.map(namePolicies).filter((text) => text !== ''));
  return names.size === 0 ? 'no policy' : [...names].join(', ');
}

function compareSymptom(expected: ExpectedSymptom, { symptom }: Verdict): readonly Difference[] {
  const got = (symptom ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(expected)
    .filter(([field, wanted]) => got[field] !== wanted)
    .map(([field, wanted]) => ({
      what: `symptom ${field}`,
      expected: String(wanted),
      got: got[field] === undefined ? 'none' : String(got[field]),
    }));
}
