import type { Outcome } from '../model/index.ts';
import type { Style } from './style.ts';

type StepOutcome = Outcome | 'not applicable';

/** Marks of outcomes, which never stand without words. */
export const outcomeMarks: Readonly<Record<StepOutcome, string>> = {
  allow: '✓',
  deny: '✗',
  unknown: '?',
  'not applicable': '·',
};

/** The colour of an outcome. */
export function outcomePaint(outcome: StepOutcome, style: Style): (text: string) => string {
  return { allow: style.good, deny: style.bad, unknown: style.doubtful, 'not applicable': style.faint }[
    outcome
  ];
}
