import { drawMap, type Graph } from './map-graph.ts';
import type { MapView } from './map-view.ts';

/** A map in the DOT language of Graphviz: workloads in a box for each namespace, arrows labelled with ports; dashed = not known. */
export function formatMapDot(view: MapView): string {
  const { remarks, clusters, edges } = drawMap(view);
  return `${[
    ...remarks.map((remark) => `// ${remark}`),
    'digraph map {',
    '  rankdir=LR;',
    '  node [shape=box, fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    ...clusters.flatMap(clusterLines),
    ...edges.map(
      ({ from, to, lines, sure }) =>
        `  ${from} -> ${to} [label=${quoteLines(lines)}${sure ? '' : ', style=dashed'}];`,
    ),
    '}',
  ].join('\n')}\n`;
}

function clusterLines({ title, nodes }: Graph['clusters'][number], i: number): string[] {
  const lines = nodes.map(({ id, label }) => `${id} [label=${quoteLines([label])}];`);
  if (title === undefined) return lines.map((line) => `  ${line}`);
  return [
    `  subgraph cluster_${i + 1} {`,
    `    label=${quoteLines([title])};`,
    ...lines.map((line) => `    ${line}`),
    '  }',
  ];
}

/** A quoted string, its lines below each other. A backslash would begin an escape of its own. */
function quoteLines(lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    line
      .replaceAll('\\', '\\\\')
      .replaceAll('"', '\\"')
      .replace(/[\r\n]+/g, ' '),
  );
  return `"${escaped.join('\\n')}"`;
}
