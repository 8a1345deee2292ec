import { count, formatNumber } from '../model/index.ts';
import type { MapEnd } from '../reach/index.ts';
import { wrapText } from './lines.ts';
import { groupMeanings, type Mark } from './map-marks.ts';
import { matrixLines } from './map-matrix.ts';
import { compareGroups, type GroupTally, type MapSummary, type Tally, total } from './map-summary.ts';
import type { MapView } from './map-view.ts';
import type { Style } from './style.ts';

/** Rows of the table of namespaces, and workloads that are named as reached by the most. */
const mostGroups = 15;
const mostReached = 5;

/** `3 on every port, 9 on some ports`. */
function tallyWords(tally: Tally): string {
  const words: readonly (readonly [number, string])[] = [
    [tally['every port'], 'on every port'],
    [tally['some ports'], 'on some ports'],
    [tally['some requests'], 'for some requests only'],
    [tally['other ports'], 'only on ports that nobody declares'],
    [tally['not known'], 'not known'],
  ];
  return words
    .filter(([number]) => number > 0)
    .map(([number, text]) => `${formatNumber(number)} ${text}`)
    .join(', ');
}

/** `12 of 20 pairs are open: 3 on every port, 9 on some ports; 1 is not known`. */
export function openWords({ tally, pairs }: Pick<MapSummary, 'tally' | 'pairs'>): string {
  const unknown = tally['not known'];
  const open = total(tally) - unknown;
  const how = open === 0 ? '' : `: ${tallyWords({ ...tally, 'not known': 0 })}`;
  const rest = unknown === 0 ? '' : `; ${formatNumber(unknown)} ${unknown === 1 ? 'is' : 'are'} not known`;
  return `${formatNumber(open)} of ${formatNumber(pairs)} ${pairs === 1 ? 'pair is' : 'pairs are'} open${how}${rest}`;
}

/** A matrix of namespaces; nothing where not even these fit. */
export function groupMatrix({ groups }: MapSummary, style: Style): readonly string[] {
  const tallies = new Map(groups.map((group) => [`${group.from}\n${group.to}`, group]));
  const lines = matrixLines(
    {
      rows: [...new Set(groups.map(({ from }) => from))].sort(compareGroups),
      columns: [...new Set(groups.map(({ to }) => to))].sort(compareGroups),
      order: [...new Set(groups.flatMap(({ from, to }) => [from, to]))].sort(compareGroups),
      name: (group) => group,
      mark: (row, column) => groupMark(tallies.get(`${row}\n${column}`)),
      meanings: groupMeanings,
    },
    style,
  );
  return lines ?? [];
}

function groupMark(group: GroupTally | undefined): Mark {
  if (group === undefined) return 'none';
  const { pairs, tally } = group;
  if (total(tally) === 0) return 'nothing';
  if (tally['not known'] > 0) return 'not known';
  const told = total(tally) - tally['other ports'];
  if (told === 0) return 'other ports';
  if (told < pairs) return 'some requests';
  return tally['every port'] === pairs ? 'every port' : 'some ports';
}

/** The namespaces between which the most pairs are open, in numbers. */
export function groupLines({ groups }: MapSummary, style: Style): readonly string[] {
  const open = groups.filter(({ tally }) => total(tally) > 0).sort((a, b) => total(b.tally) - total(a.tally));
  const shown = open.slice(0, mostGroups);
  const names = shown.map(({ from, to }) => `${from} -> ${to}`);
  const width = Math.max(0, ...names.map((text) => text.length));
  const rest = open.length - shown.length;
  const closed = groups.length - open.length;
  return [
    style.strong('Between namespaces:'),
    ...shown.flatMap(({ pairs, tally }, i) =>
      wrapText(
        `${formatNumber(total(tally))} of ${formatNumber(pairs)}: ${tallyWords(tally)}`,
        `  ${names[i]!.padEnd(width)}  `,
        ' '.repeat(6),
        style.width,
      ),
    ),
    ...(rest > 0 ? [`  and ${count(rest, 'other pair')} of namespaces: --in NAMESPACE shows one`] : []),
    ...(closed > 0 ? [`  nothing between ${count(closed, 'pair')} of namespaces`] : []),
  ];
}

/** The workloads that the most sources reach. */
export function reachedLines(
  { destinations }: MapView,
  { reached }: MapSummary,
  name: (end: MapEnd) => string,
  style: Style,
): readonly string[] {
  if (reached.length < 2) return [];
  const shown = reached.slice(0, mostReached);
  const closed = destinations.filter(({ kind }) => kind === 'workload').length - reached.length;
  return [
    style.strong('Reached by the most:'),
    ...shown.flatMap(({ end, sources, tally, fromOutside }) =>
      wrapText(
        `${name(end)}: ${formatNumber(total(tally))} of ${count(sources, 'source')}${fromOutside ? ', outside too' : ''} (${tallyWords(tally)})`,
        '  ',
        '    ',
        style.width,
      ),
    ),
    ...(reached.length > shown.length ? [`  and ${count(reached.length - shown.length, 'other')}`] : []),
    ...(closed > 0 ? [`  ${count(closed, 'workload')} that nothing reaches`] : []),
  ];
}
