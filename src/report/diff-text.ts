import type { MapDiff, ObjectChange, PairGroup, Witness } from '../diff/index.ts';
import { count, describeObject } from '../model/index.ts';
import type { MapEnd, ReachMap } from '../reach/index.ts';
import { describePairs, type EndWords, endWords } from './diff-ends.ts';
import { type ChangeLine, changeLines, whatChanges } from './diff-lines.ts';
import {
  changedObjectsOf,
  changeMarks,
  type DiffReport,
  describeFurther,
  describeGround,
  describeKind,
  describeTurns,
  loneEnds,
  placeOf,
  summarizeDiff,
} from './diff-words.ts';
import { wrapText } from './lines.ts';
import { outcomeMarks } from './outcomes.ts';
import { formatPlace } from './position.ts';
import { placeLines } from './quote.ts';
import { plainStyle, type Style } from './style.ts';
import { describeQuestion } from './vocabulary.ts';

/** Groups, and workloads or objects that are listed below them: so many are written out. */
const mostGroups = 50;
const mostListed = 30;

/**
 * A diff as text for people: each group of pairs with what changes, a request that shows it, why each side decides as it does, and the commands that ask; then
 * what came and went, the objects that differ, and what was compared. What is left out is said. Ends with a line break.
 */
export function formatDiffText(report: DiffReport, style: Style = plainStyle): string {
  const { diff } = report;
  const words = endWords(diff);
  const shown = diff.groups.slice(0, mostGroups);
  const sections = [
    wrapText(`${summarizeDiff(report)}.`, '', '', style.width).map(style.strong),
    ...shown.map((group) => groupLines(group, words, report, style)),
    restLine(diff.groups.length - shown.length, 'group of pairs', 'groups of pairs'),
    describeFurther(diff).flatMap((line) => wrapText(line, '', '', style.width)),
    endLines('Workloads added:', diff.after, diff.added, style),
    endLines('Workloads removed:', diff.before, diff.removed, style),
    objectLines(diff, style),
    describeGround(diff).flatMap((line) => wrapText(line, '', '', style.width)),
  ];
  const blocks = sections.filter((lines) => lines.length > 0);
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function groupLines(group: PairGroup, words: EndWords, report: DiffReport, style: Style): string[] {
  const lines = changeLines(group);
  return [
    ...wrapText(`${changeMarks[lines[0]!.kind]} ${describePairs(group, words)}`, '', '    ', style.width).map(
      style.strong,
    ),
    ...lines.flatMap((line) => lineText(line, report, style)),
  ];
}

function lineText(line: ChangeLine, report: DiffReport, style: Style): string[] {
  const { kind, conditions } = line;
  const paint = kind === 'newly denied' || kind === 'no longer unknown' ? style.good : style.doubtful;
  const head = `${describeKind(kind)}: ${whatChanges(line)}`;
  return [
    ...wrapText(head, '  ', '    ', style.width).map((text) =>
      (kind === 'newly allowed' ? style.bad : paint)(text),
    ),
    ...(conditions === undefined
      ? []
      : [
          ...wrapText(conditions.before, '    before: ', '      ', style.width),
          ...wrapText(conditions.after, '    after:  ', '      ', style.width),
        ]),
    ...line.witnesses.flatMap((witness) => witnessText(witness, line, report, style)),
  ];
}

function witnessText(witness: Witness, line: ChangeLine, report: DiffReport, style: Style): string[] {
  const { request } = witness.after;
  const effect = line.witnesses.length > 1 ? `${witness.effect}: ` : '';
  return [
    ...wrapText(`${effect}${describeQuestion(request)}`, '    ', '      ', style.width),
    ...sideText(witness, 'before', report, style),
    ...sideText(witness, 'after', report, style),
  ];
}

function sideText(witness: Witness, side: 'before' | 'after', report: DiffReport, style: Style): string[] {
  const asked = report[side].command(witness[side].request);
  const changed = changedObjectsOf(report.diff);
  return [
    ...describeTurns(witness, side, changed).flatMap(({ outcome, words, spans }, i) => [
      ...wrapText(
        words,
        `      ${(i === 0 ? side : '').padEnd(6)} ${outcomeMarks[outcome]} ${i === 0 ? `${outcome}, ` : 'and '}`,
        ' '.repeat(15),
        style.width,
      ),
      ...placeLines(spans, ' '.repeat(15), style),
    ]),
    ...(asked === undefined ? [] : [style.faint(`${' '.repeat(15)}$ ${asked}`)]),
  ];
}

function endLines(title: string, map: ReachMap, ends: readonly MapEnd[], style: Style): string[] {
  if (ends.length === 0) return [];
  const shown = loneEnds(map, ends.slice(0, mostListed));
  return [
    style.strong(title),
    ...shown.flatMap(({ label, words }) => wrapText(`${label}: ${words}`, '  ', '    ', style.width)),
    ...restLine(ends.length - shown.length, 'workload', 'workloads').map((line) => `  ${line}`),
  ];
}

function objectLines({ objects, settings }: MapDiff, style: Style): string[] {
  if (objects.length + settings.length === 0) return [];
  const shown = objects.slice(0, mostListed);
  return [
    style.strong('What differs in the manifests:'),
    ...shown.flatMap((change) => wrapText(objectText(change), '  ', '    ', style.width)),
    ...restLine(objects.length - shown.length, 'object', 'objects').map((line) => `  ${line}`),
    ...(settings.length === 0
      ? []
      : wrapText(`settings: ${settings.join(', ')}`, '  ~ ', '    ', style.width)),
  ];
}

const objectMarks = { added: '+', removed: '-', changed: '~' } as const;

function objectText({ kind, before, after }: ObjectChange): string {
  const object = (after ?? before)!;
  return `${objectMarks[kind]} ${describeObject(object)} ${kind}  ${formatPlace(placeOf(object))}`;
}

function restLine(rest: number, one: string, many: string): string[] {
  return rest <= 0 ? [] : [`and ${count(rest, `further ${one}`, `further ${many}`)}; -o json lists all`];
}
