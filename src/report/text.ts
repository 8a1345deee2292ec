import {
  count,
  type FailedCondition,
  formatPath,
  type NearMiss,
  type Step,
  type Verdict,
} from '../model/index.ts';
import { type Answer, decides, fieldsOf, locateField, nearMissesOf } from './answer.ts';
import { adviseFact, describeFact, describePatterns, patternsOf } from './facts.ts';
import { wrapText } from './lines.ts';
import { outcomeMarks, outcomePaint } from './outcomes.ts';
import { formatPlace } from './position.ts';
import { placeLines, quoteSpan, templateLines } from './quote.ts';
import { plainStyle, type Style } from './style.ts';
import {
  describeEnds,
  describeLayer,
  describeNearMiss,
  describeNote,
  describePlace,
  describeReason,
  describeRequest,
  describeSymptom,
} from './vocabulary.ts';

/** So many rules that came close are written out. */
const mostExamples = 3;

/**
 * An answer as text for people: the outcome, every step with the deciding one marked, the lines of the manifests that decided, the rules that
 * came closest, what the caller sees, and what is missing. Lines fit the style's width but for names that are longer. Ends with a line break.
 */
export function formatText(answer: Answer, style: Style = plainStyle): string {
  const { verdict } = answer;
  const sections = [
    headline(answer, style),
    stepLines(verdict, style),
    decisionLines(verdict.decidedBy, style),
    nearMissLines(verdict, style),
    symptomLines(verdict, style),
    missingLines(verdict, style),
    remarkLines(answer, style),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** The outcome, the ends, the port and what is sent. */
export function headline({ request, verdict }: Pick<Answer, 'request' | 'verdict'>, style: Style): string[] {
  const paint = outcomePaint(verdict.outcome, style);
  const result = paint(style.strong(`${outcomeMarks[verdict.outcome]} ${verdict.outcome.toUpperCase()}`));
  const details = describeRequest(request);
  return [
    `${result}  ${describeEnds(request)}`,
    ...(details.length === 0 ? [] : wrapText(details.join(', '), '  ', '    ', style.width)),
  ];
}

/** Every step with its reason, the deciding one marked. */
export function stepLines(verdict: Verdict, style: Style): string[] {
  const layers = verdict.steps.map(describeLayer);
  const places = verdict.steps.map((step) => describePlace(step.at));
  const layerWidth = Math.max(...layers.map((text) => text.length));
  const placeWidth = Math.max(...places.map((text) => text.length));
  const indent = 6 + layerWidth + 2 + placeWidth + 2;
  const narrow = indent > style.width * 0.6;
  return verdict.steps.flatMap((step, i) => {
    const decided = decides(step, verdict);
    const front = `${decided ? '▶' : ' '} ${outcomeMarks[step.outcome]} `;
    const start = `  ${front}${layers[i]!.padEnd(layerWidth)}  `;
    const reason = describeReason(step) + (step.afterDecision === true ? ' (would have denied too)' : '');
    const lines = narrow
      ? [`${start}${places[i]}`, ...wrapText(reason, ' '.repeat(8), ' '.repeat(8), style.width)]
      : wrapText(reason, `${start}${places[i]!.padEnd(placeWidth)}  `, ' '.repeat(indent), style.width);
    const paint = outcomePaint(step.outcome, style);
    const first = lines[0]!.replace(front, () => paint(front));
    return decided ? [style.strong(first), ...lines.slice(1).map(style.strong)] : [first, ...lines.slice(1)];
  });
}

/** The lines of the manifests that a step rests on; none where no object speaks. */
export function decisionLines(step: Step, style: Style): string[] {
  const fields = fieldsOf(step);
  const [first, ...others] = fields;
  if (first === undefined) return [];
  return [
    style.strong('Decided here:'),
    ...quoteSpan(locateField(first), style),
    ...templateLines(first.object.origin.template, style),
    ...placeLines(others.map(locateField), '  ', style),
  ];
}

/** The near misses of the deciding step, and of steps that are not settled. */
export function nearMissLines(verdict: Verdict, style: Style): string[] {
  const steps = verdict.steps.filter((step) => decides(step, verdict) || step.outcome === 'unknown');
  const misses = [...new Set(steps.flatMap((step) => nearMissesOf(step.because)))];
  if (misses.length === 0) return [];
  const rest = misses.length - mostExamples;
  return [
    style.strong('Closest rules, and what keeps them from matching:'),
    ...misses.slice(0, mostExamples).flatMap((miss) => nearMissText(miss, style)),
    ...(rest > 0 ? [`  and ${count(rest, 'other')}`] : []),
  ];
}

function nearMissText(miss: NearMiss, style: Style): string[] {
  return [
    ...wrapText(describeNearMiss(miss), '  ', '    ', style.width),
    ...miss.failed.flatMap((condition) => conditionLines(miss, condition, style)),
  ];
}

function conditionLines(miss: NearMiss, { path, wanted, got }: FailedCondition, style: Style): string[] {
  const span = miss.policy.origin.locate(path);
  return [
    ...wrapText(
      `${fieldName(path, miss)}: wants ${wanted}, the request has ${got}`,
      '    ',
      '      ',
      style.width,
    ),
    style.place(`      --> ${formatPlace(span)}`),
  ];
}

/** A field as its path from the rule that holds it, which is named just above. */
function fieldName(path: FailedCondition['path'], miss: NearMiss): string {
  const inside = miss.path.every((part, i) => part === path[i]) && path.length > miss.path.length;
  return formatPath(inside ? path.slice(miss.path.length) : path);
}

function symptomLines(verdict: Verdict, style: Style): string[] {
  if (verdict.symptom === undefined || verdict.symptom.kind === 'response') return [];
  return wrapText(
    describeSymptom(verdict.symptom),
    `${style.strong('The caller sees:')} `,
    '  ',
    style.width,
  );
}

/** What an unknown verdict depends on, and how to say it. */
export function missingLines(verdict: Verdict, style: Style): string[] {
  if (verdict.missing.length === 0) return [];
  return [
    style.strong('Not known:'),
    ...verdict.missing.flatMap((fact) => {
      const turns = describePatterns(patternsOf(fact));
      const what = `${describeFact(fact)}${turns === '' ? '' : `; it matters whether it ${turns}`}`;
      return [
        ...wrapText(what, '  ? ', '    ', style.width),
        ...wrapText(adviseFact(fact), '    ', '    ', style.width),
      ];
    }),
  ];
}

function remarkLines({ verdict, notes }: Answer, style: Style): string[] {
  return [
    ...verdict.steps
      .flatMap((step) => step.notes ?? [])
      .flatMap((note) => wrapText(describeNote(note), `${style.faint('Note:')} `, '  ', style.width)),
    ...verdict.assumed.flatMap((text) => wrapText(text, `${style.faint('Assumed:')} `, '  ', style.width)),
    ...notes.flatMap((text) => wrapText(text, `${style.faint('Note:')} `, '  ', style.width)),
  ];
}
