import type { ComponentCheck, CutOffNamespace, FlowRow, Repair } from '../istio/check/index.ts';
import { count, listNames, type Span } from '../model/index.ts';
import { fieldsOf, locateField } from './answer.ts';
import {
  describeIsolating,
  describeRow,
  describeRowEnd,
  describeSum,
  describeWay,
  describeWire,
  headOfCutOff,
  sectionsOf,
  summarizeCheck,
} from './component-check-words.ts';
import { wrapText } from './lines.ts';
import { outcomeMarks, outcomePaint } from './outcomes.ts';
import { formatPlace } from './position.ts';
import { placeLines } from './quote.ts';
import { plainStyle, type Style } from './style.ts';

/** Rows of a section that are not let through, and namespaces: so many are written out. */
const mostRows = 30;
const mostNamespaces = 20;

/**
 * A check of Istio's policies as text for people: the flow table by component, each row with its verdict and what is not allowed with its reason, a connection that shows it and the lines of the
 * policies that decide; then what policies add up to, namespaces that are cut off with their repairs, what was taken for granted, and the numbers. Ends with a line break.
 */
export function formatComponentCheckText(check: ComponentCheck, style: Style = plainStyle): string {
  // What only some need is shown at the components themselves, and elsewhere where it would be missed.
  const shown = check.rows.filter(
    ({ outcome, flow, from, to }) =>
      outcome !== 'allow' || flow.need === 'needed' || (from.component ?? to.component) !== undefined,
  );
  const tables = sectionsOf(shown).map(({ title, rows }) => [
    style.strong(title),
    ...firstRows(rows).flatMap((row) => rowLines(row, style)),
    ...restLine(rows.length - mostRows, 'flow'),
  ]);
  const sections = [
    ...tables,
    sumLines(check, style),
    ...check.cutOff.slice(0, mostNamespaces).map((each) => cutOffLines(each, style)),
    restLine(check.cutOff.length - mostNamespaces, 'namespace'),
    check.remarks.flatMap((text) => wrapText(text, `${style.faint('Note:')} `, '  ', style.width)),
    wrapText(`${summarizeCheck(check)}.`, '', '  ', style.width).map(style.strong),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Of too many rows, those that are not let through come first. */
function firstRows(rows: readonly FlowRow[]): readonly FlowRow[] {
  if (rows.length <= mostRows) return rows;
  const rank = { deny: 0, unknown: 1, allow: 2 } as const;
  return rows.toSorted((a, b) => rank[a.outcome] - rank[b.outcome]).slice(0, mostRows);
}

function restLine(rest: number, word: string): string[] {
  return rest <= 0 ? [] : [`  and ${count(rest, `further ${word}`)}; -o json lists all`];
}

function rowLines(row: FlowRow, style: Style): string[] {
  const { outcome, port, protocol, flow } = row;
  const mark = outcomeMarks[outcome];
  const spans = fieldsOf(row.decidedBy).map(locateField);
  const optional = flow.need === 'needed' ? '' : ', if used';
  const place = outcome === 'allow' && spans[0] !== undefined ? `  [${formatPlace(spans[0])}]` : '';
  const words = `${describeWay(row)}  ${protocol} ${port}  ${flow.why}${optional}${place}`;
  const paint = flow.need === 'needed' || outcome === 'allow' ? outcomePaint(outcome, style) : style.doubtful;
  const [first, ...rest] = wrapText(words, `  ${mark} `, '      ', style.width);
  const lines = [first!.replace(mark, () => paint(mark)), ...rest];
  if (outcome === 'allow')
    return [...lines, ...row.notes.flatMap((note) => wrapText(note, '      ', '      ', style.width))];
  return [
    ...lines,
    ...wrapText(`${describeWire(row)}: ${describeRow(row)}`, '      ', '        ', style.width),
    ...(outcome === 'deny' ? wrapText(flow.breaks, '      breaks: ', '        ', style.width) : []),
    ...placeLines(distinct(spans), '      ', style),
  ];
}

/** Each place once: fields that are not written stand where their object does. */
function distinct(spans: readonly Span[]): readonly Span[] {
  return [...new Map(spans.map((span) => [formatPlace(span), span])).values()];
}

function sumLines({ sums }: ComponentCheck, style: Style): string[] {
  if (sums.length === 0) return [];
  return [
    style.strong('Policies that add up:'),
    ...sums.flatMap((sum) => [
      ...wrapText(describeSum(sum), '  + ', '    ', style.width),
      ...placeLines(
        [sum.tight.origin.locate(['spec', sum.direction]), sum.open.origin.locate(['spec', sum.direction])],
        '      ',
        style,
      ),
    ]),
  ];
}

function cutOffLines(cut: CutOffNamespace, style: Style): string[] {
  const { rows, causes, repair, beyond, isolating } = cut;
  return [
    style.strong(headOfCutOff(cut)),
    ...rows.flatMap((row) =>
      wrapText(
        `${describeRowEnd(row.from)} -> ${describeRowEnd(row.to)}  ${row.protocol} ${row.port}`,
        '  ✗ ',
        '    ',
        style.width,
      ),
    ),
    ...placeLines(distinct(causes.map(({ policy, path }) => policy.origin.locate(path))), '    ', style),
    ...(repair === undefined ? [] : repairLines(repair, style)),
    ...(isolating === undefined
      ? []
      : describeIsolating(isolating, cut).flatMap((text) => wrapText(text, '  ', '    ', style.width))),
    ...(beyond.length === 0
      ? []
      : wrapText(
          `No NetworkPolicy of the namespace lets through: ${listNames(beyond.map((row) => `${row.to.label} ${row.protocol} ${row.port} (${describeRow(row)})`))}`,
          '  ',
          '    ',
          style.width,
        )),
  ];
}

/** The YAML is there to be copied: it is never broken. */
function repairLines({ yaml, verified }: Repair, style: Style): string[] {
  const head = verified
    ? 'This repairs it; it was put in, and every flow of the namespace asked again:'
    : 'This opens what is missing, but not everything is let through with it:';
  return [
    ...wrapText(head, '  ', '    ', style.width),
    '',
    ...yaml
      .trimEnd()
      .split('\n')
      .map((line) => (line === '' ? '' : `    ${line}`)),
  ];
}
