import { type Behaviour, type EndSet, eachIn, type MapRows, type ReachMap } from '../reach/index.ts';
import type { Atoms, JointClass } from './atoms.ts';
import { hasUnknown } from './compare-passages.ts';
import type { Cell } from './types.ts';

/** How many ends there are to which something is not known to come through or not. */
export function countUnknown(map: ReachMap, rows: MapRows, { classes }: Atoms): number {
  const splits = splitFinder(rows);
  return classes
    .filter((destination) => isUnknown(map, rows, classes, destination, splits))
    .reduce((sum, { ends }) => sum + ends.length, 0);
}

function isUnknown(
  map: ReachMap,
  { behaviours }: MapRows,
  classes: readonly JointClass[],
  destination: JointClass,
  splits: (set: EndSet) => boolean,
): boolean {
  const own = destination.after.virtual.map((index) => behaviours[index]!);
  const streams = own.flatMap((row) => row.flatMap((each) => each.streams));
  const isCertain =
    own.every((row) => row === own[0] || isSameRow(row, own[0]!)) &&
    streams.every((stream) => stream.doubt === undefined && !splits(stream.sources));
  const [to, next] = destination.ends;
  if (isCertain) return hasUnknown(own.flatMap((row) => row.flatMap(cellsOf)));
  return classes.some((source) => {
    const from = source === destination ? (next ?? to!) : source.ends[0]!;
    const passages = map.passages(from.after, to!.after);
    return passages !== undefined && hasUnknown(passages);
  });
}

function cellsOf({ protocol, streams }: Behaviour): readonly Cell[] {
  return streams.map(({ bytes, http }) => ({ bytes, http: protocol === 'TCP' ? http : undefined }));
}

function isSameRow(a: readonly Behaviour[], b: readonly Behaviour[]): boolean {
  return (
    a.length === b.length &&
    a.every((each, i) => {
      const other = b[i]!;
      return (
        each.protocol === other.protocol &&
        JSON.stringify(each.ports) === JSON.stringify(other.ports) &&
        each.streams.length === other.streams.length &&
        each.streams.every((stream, k) => {
          const { sources, bytes, http } = other.streams[k]!;
          return stream.sources === sources && stream.bytes === bytes && stream.http === http;
        })
      );
    })
  );
}

/** Tells the sets that hold some but not all of the addresses that an end may have. */
function splitFinder({ ends }: MapRows): (set: EndSet) => boolean {
  const known = new WeakMap<EndSet, boolean>();
  const isMany = ends.classes.some(({ virtual }) => virtual.length > 1);
  return (set) => {
    if (!isMany) return false;
    const found = known.get(set);
    if (found !== undefined) return found;
    const counts = new Map<number, number>();
    eachIn(set, (virtual) => {
      const { class: index } = ends.virtual[virtual]!;
      counts.set(index, (counts.get(index) ?? 0) + 1);
    });
    const splits = [...counts].some(([index, count]) => count < ends.classes[index]!.virtual.length);
    known.set(set, splits);
    return splits;
  };
}
