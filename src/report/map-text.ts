import { count } from '../model/index.ts';
import type { MapEnd, MapLayer } from '../reach/index.ts';
import { wrapText } from './lines.ts';
import { blockLines } from './map-blocks.ts';
import { formatPairDetails, type PairDetail } from './map-detail.ts';
import { nameEnds } from './map-names.ts';
import { type MapSummary, summarize } from './map-summary.ts';
import { groupLines, groupMatrix, openWords, reachedLines } from './map-tables.ts';
import type { MapView } from './map-view.ts';
import { plainStyle, type Style } from './style.ts';

/** With fewer sources a matrix shows at a glance who is reached by the most. */
const fewSources = 12;

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
  const summary = summarize(view);
  const sections =
    details === undefined
      ? mapSections(view, summary, name, style, columns)
      : [formatPairDetails(details, name, style)];
  return `${[headLines(view, summary, style), ...sections]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function mapSections(
  view: MapView,
  summary: MapSummary,
  name: (end: MapEnd) => string,
  style: Style,
  columns: number,
): readonly (readonly string[])[] {
  const reached = view.sources.length > fewSources ? reachedLines(view, summary, name, style) : [];
  const blocks = blockLines(view, name, style, columns);
  if (blocks !== undefined) return [...blocks, reached];
  const namespaces = groupMatrix(summary, { ...style, width: columns });
  return [namespaces, groupLines(summary, style), reached, adviceLines(style)];
}

function headLines(
  { map, sources, destinations }: MapView,
  summary: MapSummary,
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
    ...wrapText(`${who}${layerWords[map.layer]}`, '', '  ', style.width).map(style.strong),
    ...wrapText(openWords(summary), '', '  ', style.width),
    `${count(map.classes, 'class', 'classes')}: ends of one class are alike to every policy`,
  ];
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
