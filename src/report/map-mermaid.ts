import { drawMap, drawNamespaces, type Graph } from './map-graph.ts';
import type { MapView } from './map-view.ts';

/** Mermaid refuses longer texts (its setting maxTextSize). */
const longestText = 50_000;

/** A map as a flowchart of Mermaid: workloads in a box for each namespace, arrows labelled with ports; dotted = not known. */
export function formatMapMermaid(view: MapView): string {
  const text = formatGraph(drawMap(view));
  return text.length <= longestText ? text : formatGraph(drawNamespaces(view));
}

function formatGraph({ remarks, clusters, edges }: Graph): string {
  return `${[
    'flowchart LR',
    ...remarks.map((remark) => `  %% ${remark}`),
    ...clusters.flatMap(clusterLines),
    ...edges.map(
      ({ from, to, lines, sure }) => `  ${from} ${sure ? '-->' : '-.->'}|${quoteLines(lines)}| ${to}`,
    ),
  ].join('\n')}\n`;
}

function clusterLines({ title, nodes }: Graph['clusters'][number], i: number): string[] {
  const lines = nodes.map(({ id, label }) => `${id}[${quoteLines([label])}]`);
  if (title === undefined) return lines.map((line) => `  ${line}`);
  return [`  subgraph s${i + 1}[${quoteLines([title])}]`, ...lines.map((line) => `    ${line}`), '  end'];
}

/** Characters that Mermaid, Markdown or HTML would read become entities of Mermaid: `#34;`. */
function quoteLines(lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    line.replace(/[\r\n]+/g, ' ').replace(/["#&<>`*_\\;]/g, (character) => `#${character.charCodeAt(0)};`),
  );
  return `"${escaped.join('<br/>')}"`;
}
