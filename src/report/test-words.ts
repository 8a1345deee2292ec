import { count, describeObject, formatPath, listNames } from '../model/index.ts';
import {
  type AssertionResult,
  countResults,
  type Difference,
  type FileResult,
  type Mutant,
  type PairResult,
  type Problem,
  type StatementResult,
  type TestReport,
} from '../testing/index.ts';
import { fieldsOf, locateField } from './answer.ts';
import { formatPlace } from './position.ts';
import { checkCommand, quoteForShell } from './shell.ts';
import { describeLayer, describePlace, describeReason } from './vocabulary.ts';

/** What is wrong with a result, in one line; undefined for one that passed. */
export function describeFailure(result: AssertionResult): string | undefined {
  if (result.status === 'passed') return undefined;
  if (result.problem !== undefined) return describeProblem(result.problem);
  return result.kind === 'pair' ? differenceWords(result) : brokenWords(result);
}

/** A problem in one line: `no pod shop/frnt in the manifests (closest: shop/pod/front)`. */
export function describeProblem({ problem, details }: Problem): string {
  const words = details.map((line) => line.trim()).join(' ');
  return words === '' ? problem : `${problem} (${words})`;
}

function differenceWords({ differences }: PairResult): string {
  return differences.map(describeDifference).join('; ');
}

/** `expected deny, got allow`; of anything but the outcome with its name. */
export function describeDifference({ what, expected, got }: Difference): string {
  const words = `expected ${expected}, got ${got}`;
  return what === 'outcome' ? words : `${what}: ${words}`;
}

function brokenWords({ broken, undecided, pairs }: StatementResult): string {
  const found = broken.length > 0 ? broken : undecided;
  const words =
    broken.length > 0 ? 'something comes through' : 'nobody knows whether something comes through';
  return `${words} between ${found.length} of ${count(pairs, 'pair')}: ${listNames(found)}`;
}

/** The step that decided, in one line, and the place in the manifests that it rests on. */
export function describeDecision(
  result: AssertionResult,
): { readonly text: string; readonly place: string | undefined } | undefined {
  const asked = result.kind === 'pair' ? result.asked : result.example;
  if (asked === undefined) return undefined;
  const step = asked.verdict.decidedBy;
  const [field] = fieldsOf(step);
  const text = `${describeLayer(step)} at ${describePlace(step.at)}: ${describeReason(step)}`;
  return { text, place: field === undefined ? undefined : formatPlace(locateField(field)) };
}

/** The command that shows the verdict; undefined where the command line cannot ask for it, or not of the same manifests. */
export function commandOf(result: AssertionResult, { input }: FileResult): string | undefined {
  if (result.words === undefined || input === undefined) return undefined;
  const command = checkCommand([...input.words, ...result.words]);
  return input.directory === undefined ? command : `(cd ${quoteForShell(input.directory)} && ${command})`;
}

/** `3 passed, 1 failed in 2 files`. */
export function summarizeTests({ files }: TestReport): string {
  const { passed, failed, unknown, errors } = countResults(files);
  const counts = [
    `${passed} passed`,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(unknown === 0 ? [] : [`${unknown} undecided`]),
    ...(errors === 0 ? [] : [count(errors, 'error')]),
  ];
  return `${counts.join(', ')} in ${count(files.length, 'file')}`;
}

/** What was left out: `NetworkPolicy shop/db: without spec.ingress[0].from`. */
export function describeMutant({ policy, path, dropped }: Mutant): string {
  const left = dropped === 'policy' ? 'it' : formatPath(path);
  return `${describeObject(policy)}: without ${left}`;
}
