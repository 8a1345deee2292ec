import type { MapEnd, MapLayer } from '../reach/index.ts';
import { count, wrapText } from './lines.ts';
import { formatPairDetails, type PairDetail } from './map-detail.ts';
import { listPairs } from './map-list.ts';
import { markOf, pairMeanings } from './map-marks.ts';
import { matrixLines } from './map-matrix.ts';
import { nameEnds } from './map-names.ts';
import { type MapSummary, summarize, type Tally, total } from './map-summary.ts';
import { formatNumber, groupLines, groupMatrix, reachedLines, tallyWords } from './map-tables.ts';
import { blocksOf, type MapBlock, type MapView, openEnds, pairsOf } from './map-view.ts';
import { plainStyle, type Style } from './style.ts';

/** Lines of the list below a matrix. */
const mostListed = 80;

/** With fewer sources a matrix shows at a glance who is reached by the most. */
const fewSources = 12;

/** A matrix with more cells leaves out rows and columns that say nothing, where these are most of it. */
const largeMatrix = 400;

const layerWords: Readonly<Record<MapLayer, string>> = {
  network: ', NetworkPolicy and the admin tiers alone',
  authorization: ', Istio alone',
  all: '',
};

/**
 * A map as text for people: the numbers; a matrix of the ends and what its marks stand for, as far as it fits into `columns`, else a matrix of the namespaces
 * and the numbers between them; where there are details, these instead. What is left out is said. Ends with a line break.
 */
export function formatMapText(
  view: MapView,
  details: readonly PairDetail[] | undefined,
  style: Style = plainStyle,
  columns: number = style.width,
): string {
  const names = nameEnds(view.map.ends);
  const name = (end: MapEnd): string => names.get(end)!;
  const wide = { ...style, width: columns };
  const summary = summarize(view);
  const matrices = endMatrices(view, name, wide);
  const reached = view.sources.length > fewSources ? reachedLines(view, summary, name, style) : [];
  const sections =
    details !== undefined
      ? [formatPairDetails(details, name, style)]
      : matrices === undefined
        ? [groupMatrix(summary, wide), groupLines(summary, style), reached, adviceLines(style)]
        : [...matrices, pairLines(view, name, style), reached];
  return `${[headLines(view, summary, style), ...sections]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headLines(
  { map, sources, destinations }: MapView,
  { pairs, tally }: MapSummary,
  style: Style,
): readonly string[] {
  const ends = [...new Set([...sources, ...destinations])];
  const workloads = ends.filter((end) => end.kind === 'workload');
  const namespaces = new Set(workloads.map(({ namespace }) => namespace)).size;
  const outside = ends.length - workloads.length;
  const who = [
    `${count(workloads.length, 'workload')} in ${count(namespaces, 'namespace')}`,
    ...(outside === 0 ? [] : [count(outside, 'range of addresses outside', 'ranges of addresses outside')]),
  ].join(' and ');
  return [
    style.strong(`${who}${layerWords[map.layer]}`),
    ...wrapText(openWords(tally, pairs), '', '  ', style.width),
    `${count(map.classes, 'class', 'classes')}: ends of one class are alike to every policy`,
  ];
}

/** `12 of 20 pairs are open: 3 on every port, 9 on some ports; 1 is not known`. */
function openWords(tally: Tally, pairs: number): string {
  const unknown = tally['not known'];
  const open = total(tally) - unknown;
  const how = open === 0 ? '' : `: ${tallyWords({ ...tally, 'not known': 0 })}`;
  const rest = unknown === 0 ? '' : `; ${formatNumber(unknown)} ${unknown === 1 ? 'is' : 'are'} not known`;
  return `${formatNumber(open)} of ${formatNumber(pairs)} ${pairs === 1 ? 'pair is' : 'pairs are'} open${how}${rest}`;
}

/** A matrix for each block of the view; undefined where one does not fit, even without the ends that no open pair has. */
function endMatrices(
  view: MapView,
  name: (end: MapEnd) => string,
  style: Style,
): readonly (readonly string[])[] | undefined {
  const matrices: (readonly string[])[] = [];
  for (const block of blocksOf(view)) {
    const lines = endMatrix(block, view, name, style);
    if (lines === undefined) return undefined;
    matrices.push(lines);
  }
  return matrices;
}

/** A single row or column is better told as a list. */
function endMatrix(
  block: MapBlock,
  view: MapView,
  name: (end: MapEnd) => string,
  style: Style,
): readonly string[] | undefined {
  if (isList(block)) return [];
  const draw = ({ sources, destinations }: MapBlock): readonly string[] | undefined =>
    matrixLines(
      {
        rows: sources,
        columns: destinations,
        order: view.map.ends,
        name,
        mark: (row, column) => markOf(view.map.passages(row, column)),
        meanings: pairMeanings,
      },
      style,
    );
  const open = openEnds(block, view);
  const whole = sizeOf(block) > largeMatrix && sizeOf(open) * 2 < sizeOf(block) ? undefined : draw(block);
  if (whole !== undefined) return whole;
  const lines = isList(open) ? [] : draw(open);
  if (lines === undefined) return undefined;
  const left = [
    [block.sources.length - open.sources.length, 'source'] as const,
    [block.destinations.length - open.destinations.length, 'destination'] as const,
  ].flatMap(([number, word]) => (number === 0 ? [] : [count(number, word)]));
  return [...lines, `Left out: ${left.join(' and ')} without an open pair.`];
}

function sizeOf({ sources, destinations }: MapBlock): number {
  return sources.length * destinations.length;
}

function isList({ sources, destinations }: MapBlock): boolean {
  return sources.length < 2 || destinations.length < 2;
}

/** The pairs that a matrix does not tell all of; all pairs where there is no matrix. */
function pairLines(view: MapView, name: (end: MapEnd) => string, style: Style): readonly string[] {
  const all = isList(view);
  const by = view.sources.length === 1 ? 'source' : 'destination';
  const pairs = [...pairsOf(view)].filter(({ passages }) => all || markOf(passages) !== 'every port');
  const outside = view.sources.filter(({ kind }) => kind === 'outside');
  const { lines, left } = listPairs(pairs, { by, name, outside, most: mostListed }, style);
  if (left === 0) return lines;
  const rest = `and ${count(left, 'other pair')}: --from and --to choose some, -o csv lists all of them`;
  return [...lines, ...wrapText(rest, '', '  ', style.width)];
}

/** How to see what a matrix of namespaces leaves out. */
function adviceLines(style: Style): readonly string[] {
  return wrapText(
    'Workloads do not fit one screen here. --in NAMESPACE shows those of a namespace, --from and --to choose some, -o csv or -o json lists all pairs.',
    '',
    '',
    style.width,
  );
}
