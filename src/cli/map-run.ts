import type { Cluster } from '../cluster/index.ts';
import { type MapEnd, mapReach, type ReachMap } from '../reach/index.ts';
import {
  formatMapCsv,
  formatMapDot,
  formatMapJson,
  formatMapMarkdown,
  formatMapMermaid,
  formatMapText,
  type MapView,
  type PairDetail,
} from '../report/index.ts';
import { chooseEnds, type EndNames, endsInNamespace } from './choose-ends.ts';
import { exitCodes, usageError } from './exit.ts';
import { exposure } from './exposure-run.ts';
import { gatherCluster } from './gather.ts';
import type { MapFlags } from './map.ts';
import { detailPair } from './pair-details.ts';
import { tellerOf, tellNoPods } from './tell.ts';
import { styleFor, type Terminal } from './terminal.ts';

/** Of so many pairs the policies that decide are told one by one. */
const mostDetails = 12;

/** Answers `map` and gives the exit code. Throws Refusal. */
export async function map(flags: MapFlags, terminal: Terminal): Promise<number> {
  checkFlags(flags);
  const { cluster } = await gatherCluster(flags, terminal, tellerOf(terminal, flags.color));
  if (cluster.pods.size === 0) tellNoPods(terminal, 'there is nobody to ask about');
  const pieces =
    flags.exposure === true
      ? exposure(cluster, flags, terminal)
      : format(chooseView(mapReach(cluster, { layer: flags.layer }), cluster, flags), flags, terminal);
  for (const piece of pieces) terminal.print(piece);
  return exitCodes.ok;
}

function checkFlags({ in: inside, from, to, exposure: exposed, output }: MapFlags): void {
  if (exposed === true && (output === 'dot' || output === 'mermaid')) {
    throw usageError(`--exposure cannot be drawn: -o text, json, csv or markdown, not ${output}`);
  }
  if (inside !== undefined && (from ?? to) !== undefined) {
    throw usageError('--in does not go with --from and --to', [
      'to choose a namespace there, write --from NAMESPACE/',
    ]);
  }
}

function chooseView(map: ReachMap, cluster: Cluster, flags: MapFlags): MapView {
  const names = { cluster, ends: map.ends, namespace: flags.namespace ?? 'default' };
  const inside = flags.in?.flatMap((name) => endsInNamespace(name, names));
  return {
    map,
    sources: chooseSide('from', flags.from, names),
    destinations: chooseSide('to', flags.to, names),
    inside: inside === undefined ? undefined : new Set(inside),
  };
}

function chooseSide(
  side: 'from' | 'to',
  texts: readonly string[] | undefined,
  names: EndNames,
): readonly MapEnd[] {
  if (texts === undefined) return names.ends;
  const chosen = new Set(texts.flatMap((text) => chooseEnds(text, side, names)));
  return names.ends.filter((end) => chosen.has(end));
}

function format(view: MapView, flags: MapFlags, terminal: Terminal): Iterable<string> {
  const { output, color } = flags;
  switch (output) {
    case 'json':
      return formatMapJson(view, detailsOf(view, flags));
    case 'csv':
      return formatMapCsv(view);
    case 'markdown':
      return formatMapMarkdown(view);
    case 'dot':
      return [formatMapDot(view)];
    case 'mermaid':
      return [formatMapMermaid(view)];
    case 'text':
      return [
        formatMapText(
          view,
          detailsOf(view, flags),
          styleFor(terminal, 'print', color),
          screenWidth(terminal),
        ),
      ];
  }
}

/** The policies that decide, where both ends were said and the pairs are few. A single layer has no verdict of its own. */
function detailsOf(
  { map, sources, destinations }: MapView,
  { from, to, layer }: MapFlags,
): readonly PairDetail[] | undefined {
  if (from === undefined || to === undefined || layer !== 'all') return undefined;
  if (sources.length * destinations.length > mostDetails) return undefined;
  return destinations.flatMap((destination) =>
    sources.flatMap((source) => detailPair(map, source, destination) ?? []),
  );
}

/** A matrix may be as wide as the terminal; prose is kept narrower. */
function screenWidth({ columns, isTerminal }: Terminal): number | undefined {
  return isTerminal.print ? columns : undefined;
}
