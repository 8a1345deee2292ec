import { holdsPort } from '../model/index.ts';
import { addBits, type Behaviour, type EndSet, hasBit, type Passage, type Stream } from '../reach/index.ts';
import type { AtomSet } from './atoms.ts';
import { firstBit } from './bits.ts';
import { cellKey } from './cell-key.ts';

/** A row of one side: what comes to a destination, by ports and sources. */
export interface Row {
  /** Equal texts for rows that are alike. */
  readonly key: string;
  readonly behaviours: readonly Behaviour[];
  readonly read: (set: EndSet) => AtomSet;
}

/** A row of a map with its key. */
export function readRow(behaviours: readonly Behaviour[], read: (set: EndSet) => AtomSet): Row {
  const texts = behaviours.map(({ protocol, ports, streams }) => {
    const ranges = ports.map(({ first, last }) => `${first}-${last}`).join();
    return `${protocol} ${ranges} ${streams
      .map((stream) => streamKey(stream, read))
      .sort()
      .join('|')}`;
  });
  return { key: texts.sort().join('\n'), behaviours, read };
}

function streamKey(stream: Stream, read: (set: EndSet) => AtomSet): string {
  const doubt = stream.doubt === undefined ? '' : '?';
  return `${read(stream.sources).id}${doubt} ${cellKey(stream)}`;
}

/** Sources for which a cell of the two rows differs, as bits of atoms; perhaps a few for which none does. */
export function differingSources(left: Row, right: Row, size: number): Uint32Array {
  const bits = new Uint32Array(size);
  if (left.key === right.key) return bits;
  for (const protocol of ['TCP', 'UDP', 'SCTP'] as const) {
    const own = (row: Row): readonly Behaviour[] =>
      row.behaviours.filter((each) => each.protocol === protocol);
    for (const [before, after] of meetingStreams(own(left), own(right))) {
      compareStreams(
        before.map((each) => asBits(each, left)),
        after.map((each) => asBits(each, right)),
        bits,
      );
    }
  }
  return bits;
}

/** Has a verdict the last word on any of it? */
export function hasDoubt({ behaviours }: Row): boolean {
  return behaviours.some(({ streams }) => streams.some(({ doubt }) => doubt !== undefined));
}

/** Adds the sources of which a verdict has the last word, on some port. */
export function addDoubtful({ behaviours, read }: Row, bits: Uint32Array): void {
  for (const { streams } of behaviours) {
    for (const { sources, doubt } of streams) if (doubt !== undefined) addBits(bits, read(sources).bits);
  }
}

/** Sources that fare alike at a destination, and what comes from them on both sides. */
export interface Part {
  readonly bits: Uint32Array;
  readonly before: readonly Passage[];
  readonly after: readonly Passage[];
}

/** Takes a set of sources apart by the streams of both rows. */
export function partsOf(left: Row, right: Row, sources: Uint32Array): readonly Part[] {
  const sets = new Set(
    [left, right].flatMap(({ behaviours, read }) =>
      behaviours.flatMap(({ streams }) => streams.map((stream) => read(stream.sources))),
    ),
  );
  let parts: readonly Uint32Array[] = [sources];
  for (const { bits } of sets) parts = parts.flatMap((part) => splitBits(part, bits));
  return parts
    .map((bits) => ({ bits, first: firstBit(bits) }))
    .filter(({ first }) => first >= 0)
    .map(({ bits, first }) => ({
      bits,
      before: passagesFrom(left, first),
      after: passagesFrom(right, first),
    }));
}

function splitBits(bits: Uint32Array, by: Uint32Array): readonly Uint32Array[] {
  const inside = bits.map((word, i) => word & by[i]!);
  const outside = bits.map((word, i) => word & ~by[i]!);
  return [inside, outside].filter((part) => firstBit(part) >= 0);
}

function passagesFrom({ behaviours, read }: Row, source: number): readonly Passage[] {
  return behaviours.flatMap(({ protocol, ports, streams }) => {
    const stream = streams.find(({ sources }) => hasBit(read(sources).bits, source));
    if (stream === undefined) return [];
    const { bytes, http } = stream;
    return [{ protocol, ports, bytes, http: protocol === 'TCP' ? http : undefined }];
  });
}

type Pairing = readonly [before: readonly Stream[], after: readonly Stream[]];

/** What the two sides have on each stretch of ports, each pairing once. */
function meetingStreams(left: readonly Behaviour[], right: readonly Behaviour[]): readonly Pairing[] {
  const ranges = [...left, ...right].flatMap(({ ports }) => ports);
  const bounds = [...new Set(ranges.flatMap(({ first, last }) => [first, last + 1]))];
  const found = new Map<string, Pairing>();
  for (const port of bounds) {
    const [i, j] = [left, right].map((side) => side.findIndex(({ ports }) => holdsPort(ports, port)));
    if (i! < 0 && j! < 0) continue;
    found.set(`${i} ${j}`, [left[i!]?.streams ?? [], right[j!]?.streams ?? []]);
  }
  return [...found.values()];
}

interface CellBits {
  readonly cell: string;
  readonly bits: Uint32Array;
}

function asBits(stream: Stream, { read }: Row): CellBits {
  return { cell: cellKey(stream), bits: read(stream.sources).bits };
}

/** Adds the sources that fare differently: those in streams with other cells, and those that only one side lets in. */
function compareStreams(before: readonly CellBits[], after: readonly CellBits[], bits: Uint32Array): void {
  for (const left of before)
    for (const right of after) {
      if (left.cell === right.cell) continue;
      for (let i = 0; i < bits.length; i++) bits[i]! |= left.bits[i]! & right.bits[i]!;
    }
  const [all, others] = [before, after].map((side) => {
    const union = new Uint32Array(bits.length);
    for (const each of side) addBits(union, each.bits);
    return union;
  });
  for (let i = 0; i < bits.length; i++) bits[i]! |= all![i]! ^ others![i]!;
}
