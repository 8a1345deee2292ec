import { inChunks } from './chunks.ts';
import { summarize, total } from './map-summary.ts';
import { openWords } from './map-tables.ts';
import { type MapView, pairsOf } from './map-view.ts';
import { markdownCode, markdownHead, markdownRow } from './markdown.ts';
import { describePassages } from './passage-words.ts';

/** A map as a Markdown table, in pieces: a row for each pair and set of ports with the same conditions. */
export function formatMapMarkdown(view: MapView): Iterable<string> {
  return inChunks(lines(view));
}

function* lines(view: MapView): Generator<string> {
  const summary = summarize(view);
  yield `${openWords(summary)}.\n`;
  if (total(summary.tally) === 0) return;
  yield `\n${markdownHead(['From', 'To', 'Ports', 'Requests'])}`;
  for (const { source, destination, passages } of pairsOf(view)) {
    for (const { ports, requests } of describePassages(passages, destination)) {
      yield markdownRow([
        markdownCode(source.label),
        markdownCode(destination.label),
        ports,
        requests === '' ? 'all' : markdownCode(requests),
      ]);
    }
  }
}
