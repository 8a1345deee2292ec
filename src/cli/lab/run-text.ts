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

function markOf(question: LabQuestion, style: Style): string {
  if (question.differences.length > 0) return style.bad('✗');
  return isCompared(question) ? style.good('✓') : style.doubtful('·');
}

/** Whether the packets were held against the verdict: they can't be where there were none, or where it is unknown. */
function isCompared({ answer, packets }: LabQuestion): boolean {
  return packets.outcome !== 'untried' && answer.verdict.outcome !== 'unknown';
}

/** What all of it came to, in one line. */
export function describeEnd(steps: readonly LabStep[], style: Style): string {
  const questions = steps.flatMap((step) => step.questions);
  const failed = questions.filter(({ differences }) => differences.length > 0).length;
  if (failed > 0)
    return `\n${style.bad(`${failed} of ${count(questions.length, 'answer')} are not as expected`)}\n`;
  const both = questions.filter(isCompared).length;
  const alone = questions.length - both;
  const parts = [`${both} by verdict and by packets`, ...(alone === 0 ? [] : [`${alone} by verdict alone`])];
  return `\n${style.good(`All as expected: ${parts.join(', ')}`)}\n`;
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
