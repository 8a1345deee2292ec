import type { LintEntry, LintReport } from '../lint/index.ts';
import { diagnosticLines } from './diagnostics.ts';
import { wrapText } from './lines.ts';
import {
  describeWitness,
  type LintSetting,
  summarizeLint,
  witnessCommand,
  witnessesOf,
} from './lint-words.ts';
import { plainStyle, type Style } from './style.ts';

/** A lint report as a compiler prints it: each finding with its lines, its proof and what to do, and the numbers at the end. Ends with a line break. */
export function formatLintText(
  report: LintReport,
  { inputWords }: LintSetting,
  style: Style = plainStyle,
): string {
  const blocks = report.entries.map((entry) =>
    diagnosticLines(entry, style, proofLines(entry, inputWords, style)).join('\n'),
  );
  return `${[...blocks, summarizeLint(report)].join('\n\n')}\n`;
}

/** Behind the lines of the text, before the help. A command is never broken: it is there to be copied. */
function proofLines(
  { proof, fix }: LintEntry,
  inputWords: readonly string[],
  style: Style,
): readonly string[] {
  const indent = '      ';
  const fixed =
    fix === undefined ? [] : wrapText(fix.description, `  ${style.strong('fix:')} `, indent, style.width);
  if (proof === undefined) return fixed;
  const reason =
    proof.kind === 'witness'
      ? []
      : wrapText(proof.reason, `  ${style.strong(`${proof.kind}:`)} `, indent, style.width);
  const lines = witnessesOf(proof).flatMap((witness) => {
    const command = witnessCommand(witness, inputWords);
    const [label, words] = splitLabel(describeWitness(witness));
    return [
      ...wrapText(words, `  ${style.strong(label)} `, indent, style.width),
      ...(command === undefined ? [] : [style.faint(`    ${command}`)]),
    ];
  });
  return [...reason, ...lines, ...fixed];
}

function splitLabel(text: string): readonly [label: string, words: string] {
  const end = text.indexOf(': ') + 1;
  return [text.slice(0, end), text.slice(end + 1)];
}
