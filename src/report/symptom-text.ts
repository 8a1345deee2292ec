import type { PlannedFix } from '../debug/fix/index.ts';
import type { SymptomFinding } from '../debug/index.ts';
import { debugFixText } from './debug-fixes.ts';
import { rightWords } from './debug-words.ts';
import { wrapText } from './lines.ts';
import { plainStyle, type Style } from './style.ts';
import { fitWords, symptomCauseWords, symptomNext, symptomTitles } from './symptom-words.ts';
import { decisionLines, missingLines, nearMissLines } from './text.ts';
import { describeEnds, describeLayer, describePlace, describeReason, describeRequest } from './vocabulary.ts';

/** What goes with a symptom's explanation. */
export interface SymptomSetting {
  /** How the question was read where it left something open. */
  readonly notes: readonly string[];
  /** The question as `portcullis check` is asked it. */
  readonly check?: string;
  /** Where fixes were asked for, and how many are shown as patches. */
  readonly fixes?: readonly PlannedFix[];
  readonly patches?: number;
}

/** A symptom explained, or what else gives it, as text for people. */
export function formatSymptomText(
  finding: SymptomFinding,
  { notes, check, fixes, patches = 1 }: SymptomSetting,
  style: Style = plainStyle,
): string {
  const { verdict, fits, causes, right, request } = finding;
  const { decidedBy } = verdict;
  const isExplained = fits !== 'no';
  const tried = causes.find((each) => 'step' in each);
  const state = isExplained ? 'EXPLAINED' : tried === undefined ? 'NOT EXPLAINED' : 'NOT FORESEEN';
  const title = `${symptomTitles[finding.word]} ${state}`;
  const mark = isExplained
    ? style.bad(style.strong(`✗ ${title}`))
    : style.doubtful(style.strong(`? ${title}`));
  const details = describeRequest(request);
  const cause = `${describeLayer(decidedBy)} at the ${describePlace(decidedBy.at)}: ${describeReason(decidedBy)}`;
  const head = [
    `${mark}  ${describeEnds(request)}`,
    ...(details.length === 0 ? [] : wrapText(details.join(', '), '  ', '    ', style.width)),
    ...(verdict.outcome === 'deny'
      ? wrapText(cause, `  ${style.strong('Cause:')} `, '    ', style.width)
      : []),
    ...wrapText(fitWords(finding), '  ', '    ', style.width),
  ];
  const listed = [
    ...(causes.length === 0 ? [] : [style.strong('What gives this symptom, the likeliest first:')]),
    ...causes.flatMap((each, i) => wrapText(symptomCauseWords(each), `  ${i + 1}. `, '     ', style.width)),
  ];
  const proof =
    tried !== undefined && 'step' in tried
      ? [decisionLines(tried.step, style)]
      : verdict.outcome === 'deny'
        ? [decisionLines(decidedBy, style), nearMissLines(verdict, style)]
        : [];
  const isFixable = right?.kind !== 'plaintext' && verdict.outcome === 'deny';
  const next = [
    ...symptomNext(finding),
    ...(check === undefined || verdict.outcome === 'deny' ? [] : [check]),
    ...(isFixable && fixes === undefined
      ? ['if it should be allowed: the same with --fix shows the smallest edit that does it, as a patch']
      : []),
  ];
  const sections = [
    head,
    listed,
    ...proof,
    missingLines(verdict, style),
    [
      ...verdict.assumed.flatMap((text) => wrapText(text, `${style.faint('Assumed:')} `, '  ', style.width)),
      ...notes.flatMap((text) => wrapText(text, `${style.faint('Note:')} `, '  ', style.width)),
    ],
    right === undefined
      ? []
      : wrapText(rightWords(right), `${style.good(style.strong('This is right:'))} `, '  ', style.width),
    next.length === 0 ? [] : [style.strong('Next:'), ...next.map((step) => `  ${step}`)],
  ];
  const text = `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
  return fixes === undefined ? text : `${text}\n${debugFixText(fixes, { patches }, style)}`;
}
