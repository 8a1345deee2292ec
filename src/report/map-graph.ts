import { count } from '../model/index.ts';
import type { MapEnd } from '../reach/index.ts';
import { markPair } from './map-marks.ts';
import { nameEnds } from './map-names.ts';
import { summarize, total } from './map-summary.ts';
import { groupOf, type MapView, pairsOf } from './map-view.ts';
import { describePassages, formatPassageLine } from './passage-words.ts';

/** A map as nodes and arrows, for tools that draw. */
export interface Graph {
  /** What has to be told of the whole, for a comment. */
  readonly remarks: readonly string[];
  readonly clusters: readonly GraphCluster[];
  readonly edges: readonly GraphEdge[];
}

/** Nodes of one namespace; without a title they stand free. */
interface GraphCluster {
  readonly title: string | undefined;
  readonly nodes: readonly GraphNode[];
}

interface GraphNode {
  /** `n1`: safe in any syntax. */
  readonly id: string;
  readonly label: string;
}

interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly lines: readonly string[];
  /** False where it is not known whether anything comes through. */
  readonly sure: boolean;
}

/** Nobody can read a drawing with more arrows, and Mermaid draws no more than 500. */
const mostEdges = 200;

/** An arrow carries so many lines of text, and a line so many characters; what is cut ends with an ellipsis. */
const mostLines = 4;
const longestLine = 60;

/** The pairs of a view as arrows between workloads; where these are too many, between namespaces, with a remark that says so. */
export function drawMap(view: MapView): Graph {
  const edges: {
    readonly source: MapEnd;
    readonly destination: MapEnd;
    readonly lines: readonly string[];
    readonly sure: boolean;
  }[] = [];
  let isCut = false;
  let undrawn = 0;
  for (const pair of pairsOf(view)) {
    const { source, destination, passages } = pair;
    const mark = markPair(pair);
    if (mark === 'other ports') {
      undrawn++;
      continue;
    }
    if (edges.length === mostEdges) return drawNamespaces(view);
    const lines = describePassages(passages, destination).map(formatPassageLine);
    const shown = cutLines(lines);
    isCut ||= shown.some((line, i) => line !== lines[i]);
    edges.push({ source, destination, lines: shown, sure: mark !== 'not known' });
  }
  const asked = new Set([...view.sources, ...view.destinations]);
  const ends = view.map.ends.filter((end) => asked.has(end));
  const ids = new Map(ends.map((end, i) => [end, `n${i + 1}`]));
  const names = nameEnds(ends);
  const clusters = [...Map.groupBy(ends, groupOf)].map(([group, own]) => ({
    title: own[0]?.kind === 'outside' ? undefined : group,
    nodes: own.map((end) => ({ id: ids.get(end)!, label: shortLabel(names.get(end)!, end) })),
  }));
  return {
    remarks: [
      ...(undrawn === 0
        ? []
        : [`Not drawn: ${count(undrawn, 'pair')} open only on ports that nobody declares; -o csv has them.`]),
      ...(isCut ? ['Long conditions are cut; -o csv has them whole.'] : []),
    ],
    clusters,
    edges: edges.map(({ source, destination, lines, sure }) => ({
      from: ids.get(source)!,
      to: ids.get(destination)!,
      lines,
      sure,
    })),
  };
}

/** The same between namespaces, with the numbers of open pairs on the arrows. */
export function drawNamespaces(view: MapView): Graph {
  const { groups, tally } = summarize(view);
  const titles = [...new Set(groups.flatMap(({ from, to }) => [from, to]))];
  const ids = new Map(titles.map((title, i) => [title, `n${i + 1}`]));
  const open = groups.filter((group) => total(group.tally) > 0);
  const shown = new Set([...open].sort((a, b) => total(b.tally) - total(a.tally)).slice(0, mostEdges));
  return {
    remarks: [
      `${count(total(tally), 'pair')} of workloads are too many to draw, so this shows namespaces; --in NAMESPACE draws the workloads of one.`,
      ...(open.length > shown.size
        ? [
            `Left out: the ${count(open.length - shown.size, 'arrow')} with the fewest pairs; -o csv has them.`,
          ]
        : []),
    ],
    clusters: [{ title: undefined, nodes: titles.map((title) => ({ id: ids.get(title)!, label: title })) }],
    edges: open
      .filter((group) => shown.has(group))
      .map((group) => ({
        from: ids.get(group.from)!,
        to: ids.get(group.to)!,
        lines: [`${total(group.tally)} of ${count(group.pairs, 'pair')}`],
        sure: group.tally['not known'] < total(group.tally),
      })),
  };
}

/** Within its namespace a workload goes without it. */
function shortLabel(name: string, end: MapEnd): string {
  return end.kind === 'workload' ? name.slice(end.namespace.length + 1) : name;
}

function cutLines(lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, lines.length > mostLines ? mostLines - 1 : mostLines).map(cutLine);
  return shown.length === lines.length
    ? shown
    : [...shown, `… ${count(lines.length - shown.length, 'more line')}`];
}

function cutLine(line: string): string {
  return line.length <= longestLine ? line : `${line.slice(0, longestLine - 1)}…`;
}
