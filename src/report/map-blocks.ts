import { count } from '../model/index.ts';
import type { MapEnd, ReachPair } from '../reach/index.ts';
import { wrapText } from './lines.ts';
import { listPairs } from './map-list.ts';
import { markOf, markPair, pairMeanings } from './map-marks.ts';
import { matrixLines } from './map-matrix.ts';
import { blocksOf, type MapBlock, type MapView, openEnds, pairsOf } from './map-view.ts';
import type { Style } from './style.ts';

/** Lines of the list below a matrix. */
const mostListed = 80;

/** A matrix with more cells leaves out rows and columns that say nothing, where these are most of it. */
const largeMatrix = 400;

interface DrawnBlock {
  readonly block: MapBlock;
  /** undefined: a single row or column, or no open pair, is better told as a list. */
  readonly matrix: readonly string[] | undefined;
}

/**
 * A view as matrices of its ends and a list of what their marks leave open, a paragraph each. undefined where a matrix does not fit `columns`, even without the ends
 * that no open pair has.
 */
export function blockLines(
  view: MapView,
  name: (end: MapEnd) => string,
  style: Style,
  columns: number,
): readonly (readonly string[])[] | undefined {
  const drawn: DrawnBlock[] = [];
  for (const block of blocksOf(view)) {
    const found = drawBlock(block, view, name, { ...style, width: columns });
    if (found === undefined) return undefined;
    drawn.push(found);
  }
  const matrices = drawn.flatMap(({ matrix }) => (matrix === undefined ? [] : [matrix]));
  return [...matrices, pairLines(drawn, view, name, style)];
}

function drawBlock(
  block: MapBlock,
  view: MapView,
  name: (end: MapEnd) => string,
  style: Style,
): DrawnBlock | undefined {
  if (isNarrow(block)) return { block, matrix: undefined };
  const draw = ({ sources, destinations }: MapBlock): readonly string[] | undefined =>
    matrixLines(
      {
        rows: sources,
        columns: destinations,
        order: view.map.ends,
        name,
        mark: (row, column) => markOf(view.map.passages(row, column), column),
        meanings: pairMeanings,
      },
      style,
    );
  const open = openEnds(block, view);
  const isSparse = sizeOf(block) > largeMatrix && sizeOf(open) * 2 < sizeOf(block);
  const whole = isSparse ? undefined : draw(block);
  if (whole !== undefined) return { block, matrix: whole };
  if (isNarrow(open)) return { block: open, matrix: undefined };
  const lines = draw(open);
  return lines === undefined ? undefined : { block, matrix: [...lines, leftOut(block, open)] };
}

function leftOut(all: MapBlock, open: MapBlock): string {
  const left = [
    [all.sources.length - open.sources.length, 'source'] as const,
    [all.destinations.length - open.destinations.length, 'destination'] as const,
  ].flatMap(([number, word]) => (number === 0 ? [] : [count(number, word)]));
  return `Left out: ${left.join(' and ')} without an open pair.`;
}

function sizeOf({ sources, destinations }: MapBlock): number {
  return sources.length * destinations.length;
}

function isNarrow({ sources, destinations }: MapBlock): boolean {
  return sources.length < 2 || destinations.length < 2;
}

/** The pairs that a matrix does not tell all of; all pairs where there is no matrix. */
function pairLines(
  drawn: readonly DrawnBlock[],
  view: MapView,
  name: (end: MapEnd) => string,
  style: Style,
): readonly string[] {
  const lines: string[] = [];
  let left = 0;
  for (const { block, matrix } of drawn) {
    const { sources, destinations } = block;
    const by = matrix === undefined && sources.length < destinations.length ? 'source' : 'destination';
    const plan = { by, name, partners: by === 'source' ? destinations : sources } as const;
    const list = listPairs(
      openPairs(view, block, matrix === undefined),
      plan,
      mostListed - lines.length,
      style,
    );
    lines.push(...list.lines);
    left += list.left;
  }
  if (left === 0) return lines;
  const rest = `and ${count(left, 'other pair')}: --from and --to choose some, -o csv lists all of them`;
  return [...lines, ...wrapText(rest, '', '  ', style.width)];
}

function* openPairs({ map }: MapView, block: MapBlock, all: boolean): Generator<ReachPair> {
  for (const pair of pairsOf({ map, ...block, inside: undefined })) {
    if (all || markPair(pair) !== 'every port') yield pair;
  }
}
