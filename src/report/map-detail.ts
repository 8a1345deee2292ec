import type { Request, Step, Verdict } from '../model/index.ts';
import type { MapEnd } from '../reach/index.ts';
import { decides, fieldsOf, locateField } from './answer.ts';
import { adviseFact, describeFact } from './facts.ts';
import { wrapText } from './lines.ts';
import { outcomeMarks, outcomePaint } from './outcomes.ts';
import { placeLines } from './quote.ts';
import type { Style } from './style.ts';
import { describeLayer, describePort, describeReason, describeRequest } from './vocabulary.ts';

/** A pair of a map with the questions that show what decides it. */
export interface PairDetail {
  readonly source: MapEnd;
  readonly destination: MapEnd;
  readonly decisions: readonly PairDecision[];
}

/** Traffic that is decided alike, one request of it, and its verdict. */
export interface PairDecision {
  /** `TCP 8080: GET on /api/*`, `all other ports`. */
  readonly title: string;
  readonly request: Request;
  readonly verdict: Verdict;
}

/** What decides the pairs: for each kind of traffic the steps in which a policy spoke, with their places. */
export function formatPairDetails(
  details: readonly PairDetail[],
  name: (end: MapEnd) => string,
  style: Style,
): string[] {
  return details.flatMap(({ source, destination, decisions }) => [
    style.strong(`${name(source)} -> ${name(destination)}`),
    ...decisions.flatMap((decision) => decisionLines(decision, style)),
  ]);
}

function decisionLines({ title, request, verdict }: PairDecision, style: Style): string[] {
  const { outcome } = verdict;
  const paint = outcomePaint(outcome, style);
  const sent = [describePort(request), ...describeRequest(request)].join(', ');
  const asked = sent === title ? [] : wrapText(`asked with ${sent}`, '      ', '        ', style.width);
  const steps = tellingSteps(verdict);
  return [
    ...wrapText(title, `  ${outcomeMarks[outcome]} `, '    ', style.width).map((line) => paint(line)),
    ...asked.map(style.faint),
    ...steps.flatMap((step) => stepLines(step, style)),
    ...verdict.missing.flatMap((fact) =>
      wrapText(`${describeFact(fact)}: ${adviseFact(fact)}`, '      ? ', '        ', style.width),
    ),
  ];
}

/** Of what passes every step in which an object spoke, else those that decided, or would have. */
function tellingSteps(verdict: Verdict): readonly Step[] {
  const { outcome, steps } = verdict;
  const speaking = steps.filter(
    (step) =>
      decides(step, verdict) ||
      step.afterDecision === true ||
      (outcome === 'allow' && step.layer !== 'service' && fieldsOf(step).length > 0),
  );
  return outcome !== 'allow' ? speaking : withoutIdle(speaking, verdict);
}

/** The last step of what passes always decides it: where no policy speaks in it but in another, it tells nothing. */
function withoutIdle(steps: readonly Step[], verdict: Verdict): readonly Step[] {
  const telling = steps.filter((step) => fieldsOf(step).length > 0);
  return telling.length > 0 ? telling : steps.filter((step) => decides(step, verdict));
}

function stepLines(step: Step, style: Style): string[] {
  const also = step.afterDecision === true ? ' (would have denied too)' : '';
  return [
    ...wrapText(`${describeReason(step)}${also}`, `      ${describeLayer(step)}: `, '        ', style.width),
    ...placeLines(fieldsOf(step).map(locateField), '        ', style),
  ];
}
