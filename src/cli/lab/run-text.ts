import { count } from '../../model/index.ts';
import { type JsonValue, reportVersion, type Style } from '../../report/index.ts';
import type { LabQuestion, LabStep } from './play-in-lab.ts';
import { formatTable } from './table.ts';

/** A step as text: what it changes, and each question with what was expected, the verdict and the packets. */
export function describeStep({ name, say, apply, delete: gone, questions }: LabStep, style: Style): string {
  const rows = questions.map(({ expectation, answer, packets }) => [
    expectation.from,
    expectation.to,
    expectation.outcome,
    answer.verdict.outcome,
    packets.outcome === 'untried' ? `not tried: ${packets.seen}` : `${packets.outcome}: ${packets.seen}`,
  ]);
  const [head = '', ...lines] = formatTable(['FROM', 'TO', 'EXPECTED', 'VERDICT', 'PACKETS'], rows)
    .trimEnd()
    .split('\n');
  const body = questions.flatMap((question, i) => [
    `${markOf(question, style)} ${lines[i]}`,
    ...question.differences.map((line) => `    ${style.bad('not as expected')}: ${line}`),
  ]);
  return [
    '',
    style.strong(`(${name}) ${say}`),
    ...gone.map((file) => `    - ${file}`),
    ...apply.map((file) => `    + ${file}`),
    '',
    style.faint(`  ${head}`),
    ...body,
    '',
  ].join('\n');
}

function markOf({ differences, packets }: LabQuestion, style: Style): string {
  if (differences.length > 0) return style.bad('✗');
  return packets.outcome === 'untried' ? style.doubtful('·') : style.good('✓');
}

/** What all of it came to, in one line. */
export function describeEnd(steps: readonly LabStep[], style: Style): string {
  const questions = steps.flatMap((step) => step.questions);
  const failed = questions.filter(({ differences }) => differences.length > 0).length;
  const untried = questions.filter(({ packets }) => packets.outcome === 'untried').length;
  const rest = untried === 0 ? '' : `; ${untried} could not be tried with packets`;
  const said =
    failed === 0
      ? style.good(`All ${count(questions.length, 'answer')} are as expected, by verdict and by packets`)
      : style.bad(`${failed} of ${count(questions.length, 'answer')} are not as expected`);
  return `\n${said}${rest}\n`;
}

/** The same for programs. */
export function stepsToJson(title: string, steps: readonly LabStep[]): JsonValue {
  return {
    apiVersion: reportVersion,
    kind: 'LabRun',
    title,
    steps: steps.map(({ name, questions }) => ({
      name,
      questions: questions.map(({ expectation, answer, packets, differences }) => ({
        from: expectation.from,
        to: expectation.to,
        expected: expectation.outcome,
        verdict: answer.verdict.outcome,
        packets: { outcome: packets.outcome, seen: packets.seen },
        differences,
      })),
    })),
  };
}
