import type { Cluster } from '../cluster/index.ts';
import { mergePortRanges } from '../model/index.ts';
import { type Behaviour, behavioursOf, idOf, prepareTables, type Stream, streamFrom } from './behaviours.ts';
import { type Cell, combineCells } from './cells.ts';
import { eachIn } from './end-set.ts';
import { type EndClass, gatherEnds, type VirtualEnd } from './ends.ts';
import { keepRows, type MapRows, rowsOf } from './rows.ts';
import { settleCell } from './settle-cell.ts';
import type { MapEnd, MapLayer, Passage, ReachMap, ReachPair } from './types.ts';
import { updateRows } from './update.ts';

/** What `mapReach` may be told. */
export interface MapOptions {
  readonly layer?: MapLayer;
}

/**
 * Works out who can reach whom, for all pairs at once. Ends that nothing tells apart are one class; a destination's row is a set of sources for each of its ports. What sets
 * cannot tell (facts that nobody said) is asked of a verdict, when its cell is looked at. Agrees with `decide` on every cell.
 */
export function mapReach(cluster: Cluster, { layer = 'all' }: MapOptions = {}): ReachMap {
  const ends = gatherEnds(cluster);
  const tables = prepareTables(cluster, ends, layer);
  const behaviours = new Array<readonly Behaviour[]>(ends.virtual.length);
  for (const destination of ends.classes) {
    const found = behavioursOf(tables, destination);
    for (const [i, index] of destination.virtual.entries()) behaviours[index] = found[i]!;
  }
  return viewMap(cluster, layer, { ends, behaviours, tables });
}

/**
 * The map of a cluster that differs from that of `map` in a policy or two (`replacePolicy` makes such clusters): only what they can touch is worked out anew. Where more
 * has changed, the map is made from scratch. Ranges outside that no rule tells apart any more may stay apart.
 */
export function updateReach(map: ReachMap, cluster: Cluster): ReachMap {
  const rows = rowsOf(map);
  const updated = rows === undefined ? undefined : updateRows(rows, map.cluster, cluster, map.layer);
  return updated === undefined
    ? mapReach(cluster, { layer: map.layer })
    : viewMap(cluster, map.layer, updated);
}

function viewMap(cluster: Cluster, layer: MapLayer, rows: MapRows): ReachMap {
  const { ends, behaviours } = rows;
  const { classes, virtual, classOf } = ends;
  const alike = new Map<number, readonly Passage[]>();

  /** What the classes' tables say; cells with nothing to ask are the same for all ends of two classes. */
  const cellsOf = (source: EndClass, destination: EndClass): readonly Cell[] => {
    const pairs = virtualPairs(source, destination, virtual);
    const [only] = pairs;
    if (pairs.length === 1) return cellsOfPair(only!, behaviours);
    return combineCells(pairs.map((pair) => cellsOfPair(pair, behaviours)));
  };

  const settled = new Map<MapEnd, Map<MapEnd, readonly Passage[]>>();
  const settle = (source: MapEnd, destination: MapEnd, cells: readonly Cell[]): readonly Passage[] => {
    const known = settled.get(destination) ?? new Map<MapEnd, readonly Passage[]>();
    settled.set(destination, known);
    const found =
      known.get(source) ??
      joinPassages(cells.flatMap((cell) => settleCell(cluster, layer, source, destination, cell)));
    known.set(source, found);
    return found;
  };

  const shared = new Map<string, readonly Passage[]>();
  /** The same passages for the same cells: whole rows of a map are alike. */
  const shareCells = (cells: readonly Cell[]): readonly Passage[] => {
    const key = cells.map((cell) => idOf(cell)).join();
    let found = shared.get(key);
    if (found === undefined) {
      found = joinPassages(
        cells.map(({ protocol, ports, bytes, http }) => ({
          protocol,
          ports,
          bytes,
          http: protocol === 'TCP' ? http : undefined,
        })),
      );
      shared.set(key, found);
    }
    return found;
  };

  const passages = (source: MapEnd, destination: MapEnd): readonly Passage[] | undefined => {
    if (!isPair(source, destination)) return undefined;
    const from = classOf.get(source)!;
    const to = classOf.get(destination)!;
    const key = from.index * classes.length + to.index;
    const known = alike.get(key);
    if (known !== undefined) return known;
    const cells = cellsOf(from, to);
    if (cells.some((cell) => cell.doubt !== undefined)) return settle(source, destination, cells);
    const found = shareCells(cells);
    alike.set(key, found);
    return found;
  };

  function* pairs(): Iterable<ReachPair> {
    for (const destination of ends.ends) {
      const to = classOf.get(destination)!;
      const sources = new Set<number>();
      for (const index of to.virtual)
        for (const { streams } of behaviours[index]!)
          for (const { sources: own } of streams) eachIn(own, (each) => sources.add(virtual[each]!.class));
      for (const each of [...sources].sort((a, b) => a - b)) {
        for (const source of classes[each]!.ends) {
          const found = passages(source, destination);
          if (found !== undefined && found.length > 0) yield { source, destination, passages: found };
        }
      }
    }
  }

  const map = { cluster, layer, ends: ends.ends, classes: classes.length, passages, pairs };
  return keepRows(map, rows);
}

/** Passages that let the same through, together. */
function joinPassages(passages: readonly Passage[]): readonly Passage[] {
  const joined: Passage[] = [];
  for (const passage of passages) {
    const at = joined.findIndex(
      ({ protocol, bytes, http }) =>
        protocol === passage.protocol && bytes === passage.bytes && isSame(http, passage.http),
    );
    const before = joined[at];
    if (before === undefined) joined.push(passage);
    else joined[at] = { ...before, ports: mergePortRanges([...before.ports, ...passage.ports]) };
  }
  return joined;
}

function isSame(a: Passage['http'], b: Passage['http']): boolean {
  return a === b || (a !== undefined && a.outcome !== 'depends' && a.outcome === b?.outcome);
}

/** Traffic between two addresses outside is nobody's business here, and a pod that talks to itself is not on the map. */
function isPair(source: MapEnd, destination: MapEnd): boolean {
  if (source.kind === 'outside') return destination.kind === 'workload';
  return source !== destination || source.pods.length > 1;
}

/**
 * The addresses that a packet between two classes may have: both of one family, if they share one. Of ends whose addresses are all known, it is the first of
 * the destination's that the source can match.
 */
function virtualPairs(
  source: EndClass,
  destination: EndClass,
  virtual: readonly VirtualEnd[],
): readonly (readonly [number, number])[] {
  const [from] = source.virtual;
  const [to] = destination.virtual;
  if (source.virtual.length === 1 && destination.virtual.length === 1) return [[from!, to!]];
  const all = destination.virtual.flatMap((d) =>
    source.virtual.map((s): readonly [number, number] => [s, d]),
  );
  const fitting = all.filter(([s, d]) => (virtual[s]!.families & virtual[d]!.families) !== 0);
  if (source.addressKnown && destination.addressKnown) return [fitting[0] ?? [from!, to!]];
  // An end with addresses of both families uses its first one towards an end of which none is said.
  const primary = (source.addressKnown ? all.filter(([s]) => s === from) : all).filter(
    ([, d]) => !destination.addressKnown || d === to,
  );
  const same = primary.filter((pair) => fitting.includes(pair));
  return same.length > 0 ? same : primary;
}

function cellsOfPair(
  [source, destination]: readonly [number, number],
  behaviours: readonly (readonly Behaviour[])[],
): readonly Cell[] {
  const cells: Cell[] = [];
  for (const behaviour of behaviours[destination]!) {
    const stream = streamFrom(behaviour, source);
    if (stream !== undefined) cells.push(cellOf(behaviour, stream));
  }
  return cells;
}

const cells = new WeakMap<Stream, Map<Behaviour, Cell>>();

/** What a stream is through the ports of a behaviour; one object each. */
function cellOf(behaviour: Behaviour, stream: Stream): Cell {
  const known = cells.get(stream) ?? new Map<Behaviour, Cell>();
  cells.set(stream, known);
  let cell = known.get(behaviour);
  if (cell === undefined) {
    const { protocol, ports } = behaviour;
    const { bytes, http, doubt } = stream;
    cell = { protocol, ports, bytes, http, doubt };
    known.set(behaviour, cell);
  }
  return cell;
}
